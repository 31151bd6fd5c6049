"""*Start over* on the sandbox's page restores the initial state, and everything works again."""

import asyncio
import re
import socket
from contextlib import closing

import aiohttp
import pytest
from playwright.async_api import Page, expect

from bot.play import play
from tests.browser import looking_at
from tests.journeys.page.acting import (
    liveagent,
    make_liveagent,
    messages,
    type_into,
    write_as_customer,
)
from tests.waiting import GUARD_SECONDS, until_found

pytestmark = pytest.mark.asyncio(loop_scope="session")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


async def answers(url: str) -> None:
    async with asyncio.timeout(GUARD_SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def look_up(page: Page) -> None:
    """The bot may not be connected yet: then Slack says that the command failed."""

    async def is_answered() -> bool:
        await type_into(page, "/ticket AX4-B4T-FD8")
        said = messages(page).locator("article").last
        await expect(said).to_contain_text(re.compile("Where is my order|dispatch_failed"))
        return "Where is my order?" in await said.inner_text()

    await until_found(is_answered)


async def leave_traces(page: Page) -> None:
    await look_up(page)
    await expect(page.get_by_role("button", name="Look up a ticket. (done)")).to_be_visible()
    await write_as_customer(page, "Hello?")
    await make_liveagent(page, "Silent")


async def test_start_over_resets_the_world_after_confirmation(tab: Page) -> None:
    port = free_port()
    playing = asyncio.create_task(play(port, free_port()))
    try:
        await start_over(tab, f"http://127.0.0.1:{port}/")
    finally:
        playing.cancel()
        await playing


async def start_over(tab: Page, url: str) -> None:
    await answers(url)
    async with looking_at(tab, url) as page:
        await leave_traces(page)
        await page.get_by_role("button", name="Start over").click()
        await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        await expect(messages(page)).to_contain_text("Where is my order?")
        await page.get_by_role("button", name="Start over").click()
        await page.get_by_role("dialog").get_by_role("button", name="Start over").click()
        await expect(messages(page)).to_contain_text("Work LiveAgent tickets from Slack")
        await expect(page.locator("#tour")).not_to_contain_text("(done)")
        await expect(liveagent(page)).to_contain_text("Carrier lost the first parcel")
        await expect(liveagent(page)).not_to_contain_text("Hello?")
        await expect(liveagent(page).get_by_label("Normal")).to_be_checked()
        await look_up(page)
