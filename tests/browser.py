"""A real Chromium, where there is one."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.waiting import GUARD_SECONDS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = (  # as root, without a screen, and without looking for the outside world
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Skips the test, saying so, where no browser is and none has to be."""
    if not CHROMIUM and not os.environ.get("NOTHING_MAY_SKIP"):
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@asynccontextmanager
async def new_page(
    browser: Browser, url: str, *, locale: str = "en-US", width: int = 1400
) -> AsyncIterator[Page]:
    """Knows nothing of earlier pages: their storage and cookies are not its own."""
    context = await browser.new_context(viewport={"width": width, "height": 1000}, locale=locale)
    page = await context.new_page()
    page.set_default_timeout(GUARD_SECONDS * 1000)
    expect.set_options(timeout=GUARD_SECONDS * 1000)
    await page.goto(url)
    yield page
    await context.close()


@asynccontextmanager
async def open_page(url: str, *, locale: str = "en-US", width: int = 1400) -> AsyncIterator[Page]:
    """Opens the page in a browser of its own."""
    async with (
        open_browser() as browser,
        new_page(browser, url, locale=locale, width=width) as page,
    ):
        yield page
