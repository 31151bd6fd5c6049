"""The sandbox's page in a real browser, as a newcomer uses it."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.browser import new_page
from tests.journeys.page.acting import (
    composer,
    form,
    go_to,
    liveagent,
    messages,
    ticket_in_liveagent,
    type_into,
    write_as_customer,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_newcomer_sees_an_introduction_and_a_card(page: Page) -> None:
    await expect(page.get_by_role("log", name="Messages")).to_contain_text(
        "Work LiveAgent tickets from Slack"
    )
    await expect(messages(page)).to_contain_text("nothing leaves this machine")
    await expect(page.get_by_label("You are")).to_contain_text("Gus Guest · guest")
    for name in ("Tour", "LiveAgent"):
        await expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()

    box = page.get_by_role("textbox", name="Message")  # a command is completed by the keyboard
    await box.press_sequentially("/ti")
    await expect(page.get_by_role("option", name="/ticket")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("/ticket ")
    await box.press_sequentially("AX4-B4T-FD8")
    await box.press("Enter")
    await expect(messages(page)).to_contain_text("Only visible to you")
    await expect(messages(page).get_by_role("heading", name="Where is my order?")).to_be_visible()

    await messages(page).get_by_role("button", name="Show conversation").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Carrier lost the first parcel")
    await page.keyboard.press("Escape")
    await expect(form(page)).to_have_count(0)


async def test_a_japanese_browser_starts_as_a_japanese_person(
    browser: Browser, sandbox: Sandbox, bot: Bot
) -> None:
    assert bot.is_connected
    async with new_page(browser, locale="ja-JP") as page:
        await page.goto(sandbox.slack.url)
        await expect(page.locator("main")).to_contain_text("お試し環境")
        people = page.locator("#people")
        await expect(people).to_contain_text("佐藤 花子 · 日本サポート所属")
        await expect(people).to_have_value("U0HANA")


async def test_liveagents_side_shows_the_current_ticket(page: Page) -> None:
    await type_into(page, "/ticket PWD-3H7-LM2")
    await expect(ticket_in_liveagent(page, "PWD-3H7-LM2")).to_be_visible()
    await liveagent(page).get_by_role("button", name="THX-11A-B22").click()
    await expect(ticket_in_liveagent(page, "THX-11A-B22")).to_be_visible()
    await type_into(page, "/ticket RFD-8K2-QZ1")
    await expect(messages(page).get_by_role("button", name="Show them")).to_be_visible()
    await expect(ticket_in_liveagent(page, "RFD-8K2-QZ1")).to_be_visible()  # it names another, too

    await type_into(page, "/ticket HST-1L3-X66")  # nothing of it runs, or the page would say so
    await liveagent(page).get_by_role("button", name="HST-1L3-X66").click()
    hostile = ticket_in_liveagent(page, "HST-1L3-X66")
    await hostile.get_by_role("button", name="As HTML").first.click()
    await expect(hostile.locator("iframe")).to_be_visible()
    card = messages(page).locator("article", has_text="HST-1L3-X66")
    await card.get_by_role("button", name="Show conversation").click()
    await expect(form(page)).to_contain_text("Open in LiveAgent")


async def test_a_refreshed_card_shows_changes_in_liveagent(page: Page) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("I ordered a")
    await write_as_customer(page, "It has come!")
    more = messages(page).get_by_role("button", name="More actions")
    await more.click()
    await page.locator(".menu").get_by_role("menuitem", name="Refresh").click()
    await expect(messages(page)).to_contain_text("It has come!")
    await expect(more).to_be_focused()


async def test_text_typed_while_the_page_loads_is_kept(page: Page) -> None:
    typed, state = asyncio.Event(), "**/sandbox/slack/state*"

    async def wait(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await page.route(state, wait)
    await page.reload(wait_until="commit")
    await composer(page).fill("half a sen")
    typed.set()
    await expect(composer(page)).to_have_attribute("placeholder", re.compile("#support"))
    await expect(composer(page)).to_have_value("half a sen")
    await page.unroute(state)


async def test_drafts_are_kept_and_unread_channels_marked(page: Page, ann: Person) -> None:
    box = composer(page)
    await box.fill("half a sen")
    await go_to(page, "general")
    await expect(box).to_have_value("")
    await go_to(page, "support")
    await expect(box).to_have_value("half a sen")

    general = page.locator("#sidebar").get_by_role("button", name="general")
    await expect(general).not_to_have_class("place unread")
    await ann.types("#general", "Lunch?")
    await expect(general).to_have_class("place unread")
    await general.click()
    await expect(messages(page)).to_contain_text("New")
    await expect(general).not_to_have_class("place unread")


async def test_a_thread_opens_beside_its_channel(page: Page) -> None:
    await type_into(page, "Who has seen AX4-B4T-FD8?")
    asked = messages(page).locator("article").first
    await asked.hover()
    await asked.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary")
    box, log = thread.locator("textarea"), thread.locator(".log")
    await box.fill("/ticket AX4-B4T-FD8")
    await box.press("Enter")
    await expect(log).to_contain_text("not supported in threads")
    await box.fill("I have.")
    await box.press("Enter")
    await expect(log).to_contain_text("I have.")
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(messages(page)).not_to_contain_text("I have.")
    await expect(asked.locator(".answers")).to_be_visible()

    await asked.hover()  # a shortcut is used on it
    await asked.get_by_role("button", name="Message menu").click()
    await page.locator(".menu").get_by_role("menuitem", name="Open ticket").click()
    await expect(messages(page)).to_contain_text("Where is my order?")


async def test_a_note_with_a_file_is_sent_by_the_keyboard(page: Page, sandbox: Sandbox) -> None:
    await type_into(page, "/ticket note AX4-B4T-FD8")
    await expect(form(page)).to_contain_text("As of")  # it is drawn anew for that
    await form(page).get_by_role("button", name="Add note").click()
    alert = form(page).get_by_role("alert").last
    await expect(alert).to_have_text("Please complete this required field.")
    note = form(page).get_by_role("textbox", name="Note")
    await expect(note).to_be_focused()

    photo = FilePayload(name="parcel.png", mimeType="image/png", buffer=b"\x89PNG\r\n\x1a\n")
    await form(page).get_by_label("Attach").set_input_files(photo)
    await expect(form(page).get_by_role("button", name="Remove parcel.png")).to_be_visible()
    await note.fill("It arrived like this")
    await page.keyboard.press("Control+Enter")
    await expect(form(page)).to_have_count(0)
    await expect(ticket_in_liveagent(page, "AX4-B4T-FD8")).to_contain_text("📎 parcel.png")
    assert [each.name for each in sandbox.liveagent.account.uploaded] == ["parcel.png"]
