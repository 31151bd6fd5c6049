"""The sandbox's page in a real browser, as a newcomer uses it."""

import re

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.browser import new_page

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def composer(page: Page) -> Locator:
    """Where a person types, once the page knows where it is."""
    box = page.get_by_role("textbox").first
    await expect(box).to_have_attribute("placeholder", re.compile("."))
    return box


async def type_into(page: Page, text: str) -> None:
    box = await composer(page)
    await box.fill(text)
    await box.press("Enter")


def messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def liveagent(page: Page) -> Locator:
    return page.get_by_role("region", name="LiveAgent")


async def make_liveagent(page: Page, how: str) -> None:
    await liveagent(page).get_by_text(how, exact=True).click()


async def go_to(page: Page, place: str) -> None:
    await page.get_by_role("navigation").get_by_role("button", name=place).click()


async def become(page: Page, name: str) -> None:
    people = page.get_by_label("You are")
    value = await people.get_by_role("option", name=name).get_attribute("value")
    await people.select_option(value)


async def test_a_newcomer_types_a_code_and_sees_the_card(page: Page) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(page.get_by_text("Only visible to you").first).to_be_visible()
    card = messages(page)
    await expect(card.get_by_role("heading", name="Where is my order?")).to_be_visible()
    await page.get_by_role("button", name="Show conversation").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Carrier lost the first parcel")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_reply_is_typed_without_a_click_into_its_field(page: Page) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await messages(page).get_by_role("button", name="Reply").click()
    await expect(page.get_by_role("dialog").get_by_label("Message")).to_be_focused()


async def test_a_newcomer_reads_what_this_is(page: Page) -> None:
    await expect(messages(page)).to_contain_text("Work LiveAgent tickets from Slack")
    await expect(messages(page)).to_contain_text("nothing leaves this machine")
    await expect(page.get_by_label("You are")).to_contain_text("Gus Guest · guest")


async def test_a_browser_in_japanese_opens_as_somebody_who_reads_it(
    browser: Browser, sandbox: Sandbox, bot: Bot
) -> None:
    assert bot.is_connected
    async with new_page(browser, locale="ja-JP") as page:
        await page.goto(sandbox.slack.url)
        await expect(page.get_by_role("main")).to_contain_text("お試し環境")
        await expect(page.locator("#people")).to_contain_text("佐藤 花子 · 日本サポートの担当者")
        await expect(page.locator("#people")).to_have_value("U0HANA")


async def test_liveagents_side_turns_to_the_ticket_that_is_looked_at(page: Page) -> None:
    await type_into(page, "/ticket PWD-3H7-LM2")
    await expect(liveagent(page).get_by_role("region", name="PWD-3H7-LM2")).to_be_visible()
    await liveagent(page).get_by_role("button", name="THX-11A-B22").click()
    await expect(liveagent(page).get_by_role("region", name="THX-11A-B22")).to_be_visible()
    await type_into(page, "/ticket RFD-8K2-QZ1")
    await expect(page.get_by_role("button", name="Show them")).to_be_visible()  # it names another
    await expect(liveagent(page).get_by_role("region", name="RFD-8K2-QZ1")).to_be_visible()


async def test_what_happens_in_liveagent_is_on_the_card_after_a_refresh(page: Page) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    card = messages(page)
    await expect(card).to_contain_text("I ordered a")
    await liveagent(page).get_by_label("The customer writes").fill("It has come!")
    await liveagent(page).get_by_role("button", name="Send as the customer").click()
    await expect(liveagent(page).get_by_role("region", name="AX4-B4T-FD8")).to_contain_text(
        "It has come!"
    )
    more = card.get_by_role("button", name="More actions")
    await more.click()
    await page.get_by_role("menuitem", name="Refresh").click()
    await expect(card).to_contain_text("It has come!")
    await expect(more).to_be_focused()


async def test_a_reply_is_seen_in_the_mailbox(page: Page) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await messages(page).get_by_role("button", name="Reply").click()
    await expect(page.get_by_role("dialog")).to_contain_text("To: John Owner")
    await page.get_by_role("dialog").get_by_role("textbox").fill("It left this morning.")
    await page.keyboard.press("Tab")
    await page.get_by_role("dialog").get_by_role("button", name="Send").press("Enter")
    await messages(page).get_by_role("button", name="Send now").click()
    mailbox = liveagent(page).get_by_role("region", name="The customers' mailbox")
    await expect(mailbox).to_contain_text("To john@owner.com")
    await expect(mailbox).to_contain_text("It left this morning.")
    await expect(messages(page)).to_contain_text("Sent to john@owner.com")


async def test_hostile_tickets_run_nothing_on_the_page(page: Page) -> None:
    await type_into(page, "/ticket HST-1L3-X66")
    await expect(page.get_by_role("button", name="Show conversation")).to_be_visible()
    await liveagent(page).get_by_role("button", name="HST-1L3-X66").click()
    hostile = liveagent(page).get_by_role("region", name="HST-1L3-X66")
    await hostile.get_by_role("button", name="As HTML").first.click()
    await expect(hostile.locator("iframe")).to_be_visible()
    await page.get_by_role("button", name="Show conversation").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Open in LiveAgent")


async def test_another_person_another_language(page: Page) -> None:
    await become(page, "佐藤 花子")
    await type_into(page, "/ticket JPN-7K2-QX9")
    await expect(page.get_by_role("button", name="会話を表示")).to_be_visible()
    await expect(page.get_by_text("自分だけに表示されています")).to_be_visible()
    await expect(liveagent(page)).to_contain_text("お客様のメールボックス")


async def test_commands_are_completed_by_the_keyboard(page: Page) -> None:
    box = await composer(page)
    await box.press_sequentially("/ti")
    await expect(page.get_by_role("option", name="/ticket")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("/ticket ")
    await box.press_sequentially("AX4-B4T-FD8")
    await box.press("Enter")
    await expect(messages(page)).to_contain_text("Where is my order?")


async def test_what_was_begun_waits_where_it_was_begun(page: Page) -> None:
    box = await composer(page)
    await box.fill("half a sen")
    await go_to(page, "general")
    await expect(box).to_have_value("")
    await go_to(page, "support")
    await expect(box).to_have_value("half a sen")


async def test_a_thread_opens_beside_its_channel(page: Page) -> None:
    await type_into(page, "Who has seen AX4-B4T-FD8?")
    await messages(page).get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary")
    await thread.get_by_role("textbox").fill("I have.")
    await thread.get_by_role("textbox").press("Enter")
    await expect(thread.get_by_role("log")).to_contain_text("I have.")
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()
    await expect(messages(page)).not_to_contain_text("I have.")
    await expect(messages(page).get_by_role("button", name="1 reply")).to_be_visible()


async def test_a_command_in_a_thread_is_refused_in_the_thread(page: Page) -> None:
    await type_into(page, "Who has seen AX4-B4T-FD8?")
    await messages(page).get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary")
    await thread.get_by_role("textbox").fill("/ticket AX4-B4T-FD8")
    await thread.get_by_role("textbox").press("Enter")
    await expect(thread.get_by_role("log")).to_contain_text("not supported in threads")


async def test_a_form_is_sent_by_the_keyboard_alone(page: Page) -> None:
    await type_into(page, "/ticket note AX4-B4T-FD8")
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("Where is my order?")
    await form.get_by_role("textbox", name="Note").fill("A second parcel has left.")
    await page.keyboard.press("Control+Enter")
    await expect(form).to_have_count(0)


async def test_a_shortcut_is_used_on_a_message(page: Page) -> None:
    await type_into(page, "Who has seen AX4-B4T-FD8?")
    await messages(page).get_by_role("article").hover()
    await page.get_by_role("button", name="Message menu").click()
    await page.get_by_role("menuitem", name="Open ticket").click()
    await expect(messages(page)).to_contain_text("Where is my order?")


async def test_what_is_new_elsewhere_is_marked(page: Page, ann: Person) -> None:
    general = page.get_by_role("navigation").get_by_role("button", name="general")
    await expect(general).not_to_have_class("place unread")
    await ann.types("#general", "Lunch?")
    await expect(general).to_have_class("place unread")
    await general.click()
    await expect(messages(page)).to_contain_text("New")
    await expect(general).not_to_have_class("place unread")


async def test_a_wrong_field_says_so_and_has_the_focus(page: Page) -> None:
    await type_into(page, "/ticket note AX4-B4T-FD8")
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("Where is my order?")  # it is drawn anew for that
    await form.get_by_role("button", name="Add note").click()
    await expect(form.get_by_role("alert").last).to_have_text(
        "Please complete this required field."
    )
    await expect(form.get_by_role("textbox", name="Note")).to_be_focused()


async def test_liveagent_is_taken_down_and_up_again(page: Page) -> None:
    await make_liveagent(page, "Down")
    await expect(liveagent(page)).to_contain_text("Nothing can be read or changed.")
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("LiveAgent")
    await expect(messages(page)).not_to_contain_text("Where is my order?")
    await make_liveagent(page, "Normal")
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("Where is my order?")


async def test_time_is_moved_and_a_digest_comes(page: Page) -> None:
    await type_into(page, "/ticket digest")
    await messages(page).get_by_role("button", name="Add digest").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await page.get_by_role("button", name="Move time forward").click()
    await page.get_by_role("menuitem", name="To the next working day, 9:00").click()
    await expect(page.locator("#now")).to_contain_text("9:00 AM")
    digest = messages(page).get_by_role("article").filter(has_text="postponed, oldest")
    await expect(digest).to_contain_text("Where is my order?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_light_or_dark_as_one_likes(page: Page, scheme: str) -> None:
    theme = page.get_by_role("button", name="Light or dark")
    await theme.click()
    if scheme == "dark":
        await page.get_by_role("button", name="Light", exact=True).click()
    await page.reload()
    await expect(page.get_by_role("button", name=scheme.title(), exact=True)).to_be_visible()
    await expect(page.locator("html")).to_have_css("color-scheme", scheme)


async def test_where_there_is_no_room_for_both_one_turns_between_them(page: Page) -> None:
    await page.set_viewport_size({"width": 420, "height": 800})
    await expect(page.get_by_role("textbox").first).to_be_in_viewport()
    await page.get_by_role("button", name="LiveAgent", exact=True).click()
    await expect(liveagent(page).get_by_role("region", name="AX4-B4T-FD8")).to_be_in_viewport()
    await page.get_by_role("button", name="Slack", exact=True).click()
    await expect(page.get_by_role("textbox").first).to_be_in_viewport()


async def test_a_form_opens_without_its_list_of_choices(page: Page) -> None:
    await type_into(page, "/ticket tag AX4-B4T-FD8")
    form = page.get_by_role("dialog")
    field = form.get_by_role("combobox")
    await expect(field).to_be_focused()
    await expect(form.get_by_role("listbox")).to_have_count(0)
    await field.press("ArrowDown")
    await expect(form.get_by_role("option", name="Bug")).to_be_visible()


async def test_a_file_is_attached_in_a_form(page: Page, sandbox: Sandbox) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await page.get_by_role("button", name="Note", exact=True).click()
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("As of")
    photo = FilePayload(name="parcel.png", mimeType="image/png", buffer=b"\x89PNG\r\n\x1a\n")
    await form.get_by_label("Attach").set_input_files(photo)
    await expect(form.get_by_role("button", name="Remove parcel.png")).to_be_visible()
    await form.get_by_label("Note").fill("It arrived like this")
    await form.get_by_role("button", name="Add note").click()
    await expect(liveagent(page)).to_contain_text("📎 parcel.png")
    assert [each.name for each in sandbox.liveagent.account.uploaded] == ["parcel.png"]
