"""One browser and one page for all tests of a worker: to start them costs more than any of them.

What it is used with lives in its loop, which is the session's.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.app import Bot
from bot.sandbox import Sandbox
from tests.browser import looking_at, new_page, open_browser
from tests.clock import PatientClock
from tests.journeys.starting import started_bot, started_sandbox


@pytest.fixture
def transport() -> str:
    return "socket"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    async with new_page(browser) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(manifest: dict[str, Any], clock: PatientClock) -> AsyncIterator[Sandbox]:
    async with started_sandbox(manifest, clock) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox, transport: str, folder: Path) -> AsyncIterator[Bot]:
    async with started_bot(sandbox, folder, transport=transport) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def page(tab: Page, sandbox: Sandbox, bot: Bot) -> AsyncIterator[Page]:
    """The sandbox's page."""
    assert bot.is_connected
    async with looking_at(tab, sandbox.slack.url) as page:
        yield page
