"""The pictures in `docs/pictures`: of the gallery, and of the sandbox's page at work."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from bot import logs
from bot.app import running
from bot.play import moving_clock, sandbox_settings
from bot.sandbox import Sandbox, open_sandbox
from tests.browser import CHROMIUM, QUIET
from tests.gallery.page import gallery
from tests.manifest import read_manifest

TO = Path("docs/pictures")
PAGE_SIZE: ViewportSize = {"width": 1200, "height": 690}
SHARPNESS = 1.5  # pixels of the picture for one of the page
OF_THE_GALLERY: Mapping[str, str] = {
    "card": "card-en",
    "card-ja": "card-ja",
    "reply-form": "form-reply-en",
    "undo": "notice-reply-held-en",
    "asked-again": "notice-reply-asks-news-en",
    "digest": "digest-en",
    "digest-ja": "digest-ja",
    "week": "week-en",
    "home": "home-at-work-en",
}
"""Which sample each picture shows."""
OF_THE_SANDBOX = "sandbox"


async def make_pictures() -> None:
    logs.set_up("WARNING", "console", [])
    with TemporaryDirectory() as folder:
        file = Path(folder, "gallery.html")
        await asyncio.to_thread(file.write_text, gallery())
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            await _of_the_gallery(browser, file.as_uri())
            await _of_the_sandbox(browser, Path(folder))
            await browser.close()


async def _of_the_gallery(browser: Browser, url: str) -> None:
    page = await browser.new_page(
        viewport={"width": 1320, "height": 1000}, device_scale_factor=SHARPNESS
    )
    await page.goto(url)
    await expect(page.locator("html[data-drawn]")).to_be_attached()
    await page.add_style_tag(content=".sample { content-visibility: visible }")
    for name, sample in OF_THE_GALLERY.items():
        shown = page.locator(f"#{sample}")
        form = shown.locator("dialog")
        await (form if await form.count() else shown).screenshot(path=TO / f"{name}.png")


async def _of_the_sandbox(browser: Browser, folder: Path) -> None:
    async with open_sandbox(read_manifest()) as sandbox:
        settings = sandbox_settings(sandbox, folder)
        async with moving_clock(sandbox, settings) as clock, running(settings, clock=clock):
            page = await _page(browser, sandbox)
            await _look_up(page, "PWD-3H7-LM2")
            await page.screenshot(path=TO / f"{OF_THE_SANDBOX}.png", animations="disabled")


async def _page(browser: Browser, sandbox: Sandbox) -> Page:
    page = await browser.new_page(viewport=PAGE_SIZE, color_scheme="light")
    await page.goto(sandbox.slack.url)
    await page.get_by_role("button", name="Close the tour").click()
    return page


async def _look_up(page: Page, code: str) -> None:
    """In Slack and in LiveAgent."""
    await page.locator("#liveagent").get_by_text(code, exact=True).click()
    box = page.locator("#composer").get_by_role("textbox")
    await box.fill(f"/ticket {code}")
    await box.press("Enter")
    await expect(page.locator("#messages .header")).to_be_visible()


if __name__ == "__main__":
    asyncio.run(make_pictures())
