"""A real Chromium, if there is one."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import (
    Browser,
    Dialog,
    Error,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.waiting import GUARD_SECONDS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
SIZE: ViewportSize = {"width": 1400, "height": 1000}
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
async def new_page(browser: Browser, *, locale: str = "en-US") -> AsyncIterator[Page]:
    """Knows nothing of earlier pages: their storage and cookies are not its own."""
    context = await browser.new_context(viewport=SIZE, locale=locale, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(GUARD_SECONDS * 1000)
    expect.set_options(timeout=GUARD_SECONDS * 1000)
    yield page
    await context.close()


@asynccontextmanager
async def looking_at(page: Page, url: str) -> AsyncIterator[Page]:
    """A page for one test after another: a new one costs a process.

    Addresses that differ, if only in the port, share no storage. Errors on the page fail the test,
    and so does what opens a dialog of the browser's.
    """
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    async def refuse(dialog: Dialog) -> None:
        errors.append(dialog.message)
        await dialog.dismiss()

    page.on("pageerror", note)
    page.on("dialog", refuse)
    await page.set_viewport_size(SIZE)
    await page.mouse.up()  # which a test that failed may have left down
    await page.mouse.move(0, 0)
    await page.goto(url)
    try:
        yield page
    finally:
        await page.goto("about:blank")  # it asks the sandbox for nothing any more
        page.remove_listener("pageerror", note)
        page.remove_listener("dialog", refuse)
        assert errors == []  # also where the test failed: they may be why
