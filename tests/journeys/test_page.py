"""The page of the sandbox in a real browser, as a newcomer uses it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Dialog, Page, expect

from bot.app import Bot
from bot.sandbox import Sandbox
from tests.browser import open_page

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


@pytest.fixture
async def page(sandbox: Sandbox, bot: Bot) -> AsyncIterator[Page]:
    """Whatever goes wrong on the page itself fails the test."""
    assert bot.is_connected
    errors: list[str] = []
    async with open_page(sandbox.slack.url) as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


async def type_into(page: Page, text: str) -> None:
    box = page.get_by_role("textbox").first
    await box.fill(text)
    await box.press("Enter")


async def test_a_newcomer_types_a_code_and_sees_the_card(page: Page) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(page.get_by_text("Only visible to you").first).to_be_visible()
    card = page.get_by_role("log", name="Messages")
    await expect(card.get_by_role("heading", name="Where is my order?")).to_be_visible()
    await page.get_by_role("button", name="Show conversation").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Carrier lost the first parcel")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_happens_in_liveagent_is_on_the_card_after_a_refresh(
    page: Page, sandbox: Sandbox
) -> None:
    await type_into(page, "/ticket AX4-B4T-FD8")
    card = page.get_by_role("log", name="Messages")
    await expect(card).to_contain_text("I ordered a")
    sandbox.liveagent.account.customer_writes("s4y7t5s7", "It has come!")
    await page.get_by_role("button", name="Refresh").click()
    await expect(card).to_contain_text("It has come!")


async def test_hostile_tickets_run_nothing_on_the_page(page: Page) -> None:
    async def fail(dialog: Dialog) -> None:
        pytest.fail(dialog.message)

    page.on("dialog", fail)
    await type_into(page, "/ticket HST-1L3-X66")
    await expect(page.get_by_role("button", name="Show conversation")).to_be_visible()
    await page.get_by_role("button", name="Show conversation").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Open in LiveAgent")


async def test_another_person_another_language(page: Page) -> None:
    await page.get_by_label("You are").select_option(label="佐藤 花子")
    await type_into(page, "/ticket JPN-7K2-QX9")
    await expect(page.get_by_role("button", name="会話を表示")).to_be_visible()
