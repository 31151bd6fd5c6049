"""Changes do not disturb a person who is typing, pressing or being asked something."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.journeys.page.acting import form, mailbox, messages, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def draw_message_anew(page: Page, sandbox: Sandbox) -> None:
    """The last of #support, and waits until the page has heard of it."""
    workspace = sandbox.slack.workspace
    card = workspace.channels["C0SUPPORT"].messages[-1]
    async with page.expect_response("**/sandbox/slack/state**") as answer:
        workspace.edit(card, {"text": "Newer", "blocks": card.blocks})
    await (await answer.value).finished()


async def draw_form_anew(page: Page, sandbox: Sandbox, title: str) -> None:
    """As the bot does when it has learnt more."""
    workspace = sandbox.slack.workspace
    view = workspace.views.top("U0ANN")
    assert view
    workspace.views.update(view, view.content | {"title": {"type": "plain_text", "text": title}})
    workspace.changes.tell()
    await expect(form(page)).to_have_attribute("aria-label", title)


async def test_a_reply_is_written_despite_any_redraws(page: Page, sandbox: Sandbox) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await messages(page).get_by_role("button", name="Reply").hover()
    await page.mouse.down()
    await draw_message_anew(page, sandbox)
    await page.mouse.up()
    await expect(form(page)).to_contain_text("To: John Owner")  # the click was not lost

    message = form(page).get_by_label("Message")
    await expect(message).to_be_focused()
    await page.keyboard.type("It lft.")
    for _ in "ft.":
        await page.keyboard.press("ArrowLeft")
    await draw_form_anew(page, sandbox, "One")
    await page.keyboard.type("e")
    await expect(message).to_have_text("It left.")

    send = form(page).get_by_role("button", name="Send")
    await send.focus()
    await draw_form_anew(page, sandbox, "Two")
    await expect(send).to_be_focused()
    await page.keyboard.press("Enter")
    await messages(page).get_by_role("button", name="Send now").click()
    await expect(mailbox(page)).to_contain_text("To john@owner.com")
    await expect(mailbox(page)).to_contain_text("It left.")
    await expect(messages(page)).to_contain_text("Sent to john@owner.com")


async def test_plain_fields_keep_what_is_typed(page: Page, sandbox: Sandbox) -> None:
    await type_into(page, "/ticket tag AX4-B4T-FD8")
    tags = form(page).get_by_role("combobox")
    await expect(tags).to_be_focused()
    choices = form(page).locator("[role=listbox]")
    await expect(choices).to_be_hidden()  # it would hide the form
    await tags.press("ArrowDown")
    await expect(choices.get_by_role("option", name="Bug")).to_be_visible()

    await type_words_around(page, sandbox, "Tags", 'input[role="combobox"]')
    await form(page).get_by_role("button", name="Close all").click()
    await expect(form(page)).to_have_count(0)
    await type_into(page, "/ticket new")
    await type_words_around(page, sandbox, "Ticket", 'input[aria-label="Subject"]')


async def type_words_around(page: Page, sandbox: Sandbox, title: str, field: str) -> None:
    """The form is drawn anew in the middle."""
    box = form(page).locator(field)
    await box.focus()
    await page.keyboard.type("bd")
    await page.keyboard.press("ArrowLeft")
    await draw_form_anew(page, sandbox, title)
    await page.keyboard.type("a")
    await expect(box).to_have_value("bad")
