"""What the sandbox's page shows when there is little room and much to read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, expect

from bot.sandbox.slack import Person
from tests.journeys.page.test_page import liveagent, messages, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINES = """(cell) => {
  const words = document.createRange();
  words.setStart(cell.firstChild, cell.firstChild.data.indexOf(" ") + 1);
  words.setEnd(cell.firstChild, cell.firstChild.data.length);
  return words.getClientRects().length;
}"""


async def show_card(page: Page) -> Locator:
    """Too tall for a small window; returns its last button."""
    await page.set_viewport_size({"width": 1280, "height": 600})
    await type_into(page, "/ticket AX4-B4T-FD8")
    last = messages(page).get_by_role("button", name="More actions")
    await expect(last).to_be_in_viewport(ratio=1)
    return last


async def scroll_up(page: Page) -> None:
    await messages(page).hover()
    await page.mouse.wheel(0, -2000)
    await expect(messages(page).get_by_role("button", name="More actions")).not_to_be_in_viewport()


async def test_a_page_opens_at_the_end_of_what_was_said(page: Page) -> None:
    last = await show_card(page)
    await page.reload()
    await expect(page.get_by_role("region", name="Tour")).to_be_visible()
    await expect(last).to_be_in_viewport(ratio=1)


async def test_who_reads_further_up_is_told_of_what_is_new(page: Page, adam: Person) -> None:
    await show_card(page)
    await scroll_up(page)
    await adam.types("#support", "Lunch?")
    await page.get_by_role("button", name="New messages").click()
    await expect(messages(page).get_by_text("Lunch?")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


async def test_who_writes_sees_what_comes_of_it(page: Page) -> None:
    await show_card(page)
    await scroll_up(page)
    await type_into(page, "/ticket")
    await expect(messages(page).get_by_role("button", name="Waiting longest")).to_be_in_viewport()


async def test_the_calls_and_the_switch_have_room(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("Where is my order?")
    await liveagent(page).get_by_role("button", name="What the API was asked").click()
    path = liveagent(page).get_by_role("cell", name="GET /api/conversations/").last
    assert await path.evaluate(LINES) == 1
    places = [
        await liveagent(page).get_by_text(name, exact=True).bounding_box()
        for name in ("Normal", "Loses an answer")
    ]
    assert len({place["y"] for place in places if place}) == 1


async def test_a_telephone_has_room_for_the_messages(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.get_by_role("region", name="Tour")).to_be_visible()
    places = await page.get_by_role("navigation").bounding_box()
    assert places is not None
    assert places["y"] < 140


async def test_one_entry_of_a_menu_is_marked(page: Page) -> None:
    await page.get_by_role("button", name="Move time forward").click()
    day = page.get_by_role("menuitem", name="1 day")
    await day.hover()
    await expect(day).to_be_focused()


async def test_the_time_beside_a_message_is_seen_in_full(page: Page, ann: Person) -> None:
    for words in ("One", "Two"):
        await ann.types("#support", words)
    second = messages(page).get_by_role("article").last
    await expect(second).to_contain_text("Two")
    time = second.locator("time")
    assert await time.evaluate("(it) => it.scrollWidth <= it.clientWidth")


@contextmanager
def errors_of(page: Page) -> Iterator[list[str]]:
    """In the browser's console, meanwhile."""
    errors: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            errors.append(said.text)

    page.on("console", note)
    yield errors
    page.remove_listener("console", note)


async def test_nothing_is_said_in_the_console(page: Page) -> None:
    with errors_of(page) as errors:
        # a form is closed once, however often one says so
        await type_into(page, "/ticket new")
        await expect(page.get_by_role("dialog")).to_contain_text("Subject")
        close = page.get_by_role("button", name="Close all")
        await close.evaluate("(cross) => { cross.click(); cross.click(); }")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        # mail as HTML
        ticket = liveagent(page).get_by_role("region", name="AX4-B4T-FD8")
        await ticket.get_by_role("button", name="As HTML").first.click()
        frame = ticket.frame_locator("iframe")
        await expect(frame.locator("body")).to_have_css("font-size", "14px")
        await type_into(page, "/ticket")
        await expect(messages(page).get_by_role("button", name="Waiting longest")).to_be_visible()
    assert errors == []
