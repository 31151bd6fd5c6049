"""Whoever types, presses or is asked something is not disturbed by what changes meanwhile."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.journeys.page.test_page import messages, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def draw_form_anew(page: Page, sandbox: Sandbox, title: str) -> None:
    """As the bot does when it has learnt more."""
    workspace = sandbox.slack.workspace
    view = workspace.views.top("U0ANN")
    assert view
    workspace.views.update(view, view.content | {"title": {"type": "plain_text", "text": title}})
    workspace.changes.tell()
    await expect(page.get_by_role("dialog", name=title)).to_be_visible()


async def test_a_form_drawn_anew_keeps_focus_caret_and_words(page: Page, sandbox: Sandbox) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await messages(page).get_by_role("button", name="Reply").click()
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("To: John Owner")
    message = form.get_by_label("Message")
    await expect(message).to_be_focused()
    await page.keyboard.type("It lft")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await draw_form_anew(page, sandbox, "One")
    await page.keyboard.type("e")
    await expect(message).to_have_text("It left")
    send = form.get_by_role("button", name="Send")
    await send.focus()
    await draw_form_anew(page, sandbox, "Two")
    await expect(send).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_plain_fields_keep_what_is_typed_too(page: Page, sandbox: Sandbox) -> None:
    await type_into(page, "/ticket new")
    form = page.get_by_role("dialog")
    for number, field in enumerate((form.get_by_label("Subject"), form.get_by_role("combobox"))):
        await field.first.focus()
        await page.keyboard.type("bd")
        await page.keyboard.press("ArrowLeft")
        await draw_form_anew(page, sandbox, f"New {number}")
        await page.keyboard.type("a")
        await expect(field.first).to_have_value("bad")


async def test_a_click_is_not_lost_when_its_message_is_drawn_anew(
    page: Page, sandbox: Sandbox
) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await messages(page).get_by_role("button", name="Reply").hover()
    await page.mouse.down()
    workspace = sandbox.slack.workspace
    card = workspace.channels["C0SUPPORT"].messages[-1]
    async with page.expect_response("**/sandbox/slack/state**") as answer:
        workspace.edit(card, {"text": "Newer", "blocks": card.blocks})
    await (await answer.value).finished()
    await page.mouse.up()
    await expect(page.get_by_role("article", name="Newer")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_contain_text("To: John Owner")
