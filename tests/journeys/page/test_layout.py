"""The sandbox's page with little room and much to show."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, expect

from bot.sandbox.slack import Person
from tests.journeys.page.acting import (
    composer,
    form,
    liveagent,
    messages,
    ticket_in_liveagent,
    type_into,
)
from tests.waiting import until_found

pytestmark = pytest.mark.asyncio(loop_scope="session")

IS_ON_ONE_LINE = """(cell) => {
  const words = document.createRange();
  words.setStart(cell.firstChild, cell.firstChild.data.indexOf(" ") + 1);
  words.setEnd(cell.firstChild, cell.firstChild.data.length);
  return words.getClientRects().length === 1;
}"""
IS_IN_FULL = "(it) => it.clientWidth > 0 && it.scrollWidth <= it.clientWidth"
SWITCH_IS_ON_ONE_LINE = """(field) => {
  const places = [...field.querySelectorAll("label")].map((one) => one.getBoundingClientRect());
  return places.length > 1 && new Set(places.map((one) => one.y)).size === 1;
}"""


async def until_so(found: Locator, condition: str) -> None:
    """Asks once more of what was drawn anew in between."""

    async def look() -> bool:
        return bool(await found.evaluate(condition))

    await until_found(look)


async def scroll_up(page: Page) -> None:
    await messages(page).hover()
    await page.mouse.wheel(0, -2000)
    await expect(messages(page).get_by_role("button", name="More actions")).not_to_be_in_viewport()


async def test_the_newest_message_is_in_view(page: Page, adam: Person) -> None:
    await page.set_viewport_size({"width": 1280, "height": 600})
    await type_into(page, "/ticket AX4-B4T-FD8")  # too tall for it
    last = messages(page).get_by_role("button", name="More actions")
    await expect(last).to_be_in_viewport(ratio=1)
    await page.reload()
    await expect(page.locator("#tour")).to_be_visible()
    await expect(last).to_be_in_viewport(ratio=1)

    await scroll_up(page)  # then one is told of what is new
    await adam.types("#support", "Lunch?")
    new = page.get_by_role("button", name="New messages")
    await new.click()
    await expect(messages(page).get_by_text("Lunch?")).to_be_in_viewport()
    await expect(new).to_be_hidden()

    await scroll_up(page)  # who writes sees what comes of it
    await type_into(page, "/ticket")
    await expect(messages(page).get_by_role("button", name="Waiting longest")).to_be_in_viewport()


async def test_calls_and_switches_fit_on_one_line(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("Where is my order?")
    await liveagent(page).get_by_role("button", name="What the API was asked").click()
    calls = liveagent(page).locator(".la-leaf td")
    await until_so(calls.filter(has_text="GET /api/conversations/").last, IS_ON_ONE_LINE)
    await until_so(liveagent(page).locator(".la-weather"), SWITCH_IS_ON_ONE_LINE)


async def test_a_phone_shows_one_side_at_a_time(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("#tour")).to_be_visible()
    await until_so(page.locator("#sidebar"), "(it) => it.getBoundingClientRect().y < 140")
    await expect(composer(page)).to_be_in_viewport()
    await page.get_by_role("button", name="LiveAgent", exact=True).click()
    await expect(ticket_in_liveagent(page, "AX4-B4T-FD8")).to_be_in_viewport()
    await page.get_by_role("button", name="Slack", exact=True).click()
    await expect(composer(page)).to_be_in_viewport()


async def test_the_theme_can_be_chosen(page: Page) -> None:
    theme = page.locator("#theme")
    await expect(theme).to_have_accessible_name("Light or dark")
    for scheme in ("light", "dark"):
        await theme.click()
        await expect(theme).to_have_accessible_name(scheme.title())
        await page.reload()
        await expect(theme).to_have_accessible_name(scheme.title())
        await expect(page.locator("html")).to_have_css("color-scheme", scheme)

    await page.locator("#forward").click()  # one entry of a menu is marked
    day = page.get_by_role("menuitem", name="1 day")
    await day.hover()
    await expect(day).to_be_focused()


async def test_the_time_beside_a_message_is_seen_in_full(page: Page, ann: Person) -> None:
    for words in ("One", "Two"):
        await ann.types("#support", words)
    second = messages(page).locator("article").last
    await expect(second).to_contain_text("Two")
    await until_so(second.locator("time"), IS_IN_FULL)


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


async def test_the_console_has_no_errors(page: Page) -> None:
    with errors_of(page) as errors:
        # a form is closed once, however often one says so
        await type_into(page, "/ticket new")
        await expect(form(page)).to_contain_text("Subject")
        close = form(page).get_by_role("button", name="Close all")
        await close.evaluate("(cross) => { cross.click(); cross.click(); }")
        await expect(form(page)).to_have_count(0)
        # mail as HTML
        ticket = ticket_in_liveagent(page, "AX4-B4T-FD8")
        await ticket.get_by_role("button", name="As HTML").first.click()
        frame = ticket.frame_locator("iframe")
        await expect(frame.locator("body")).to_have_css("font-size", "14px")
        await type_into(page, "/ticket")
        await expect(messages(page).get_by_role("button", name="Waiting longest")).to_be_visible()
    assert errors == []
