"""The tour: shown on the first visit, ticked off by real actions, and closed for good."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from bot.jobs.watch import EVERY_SECONDS
from bot.sandbox import Sandbox
from tests.journeys.page.acting import (
    become,
    form,
    go_to,
    liveagent,
    mailbox,
    make_liveagent,
    messages,
    move_time,
    type_into,
    write_as_customer,
)
from tests.waiting import until_found

pytestmark = pytest.mark.asyncio(loop_scope="session")


def tour(page: Page) -> Locator:
    return page.locator("#tour")


def step(page: Page, number: int) -> Locator:
    """Once it is done."""
    return tour(page).locator(f'button[aria-label^="{number}. "][aria-label$="(done)"]')


async def look_around(page: Page) -> None:
    await expect(tour(page)).to_contain_text("See what waits.")
    await type_into(page, "/ticket")
    await expect(step(page, 1)).to_be_visible()
    await messages(page).get_by_role("button", name="Waiting longest").click()
    await expect(step(page, 2)).to_be_visible()
    await messages(page).get_by_role("button", name="Go through these").click()
    await form(page).get_by_role("button", name="Skip").click()
    await expect(step(page, 3)).to_be_visible()
    await form(page).get_by_role("button", name="Close all").click()
    await expect(form(page)).to_have_count(0)


async def reply(page: Page, text: str) -> None:
    """From the card in #support; it waits there for its seconds."""
    await go_to(page, "support")
    await messages(page).get_by_role("button", name="Reply", exact=True).click()
    await expect(form(page)).to_contain_text("To: John Owner")
    await form(page).get_by_role("textbox").fill(text)
    await form(page).get_by_role("button", name="Send").click()
    await expect(form(page)).to_have_count(0)


async def watches(sandbox: Sandbox) -> bool:
    """Moves the clock until the watch knows what there is."""
    await sandbox.clock.move(timedelta(seconds=EVERY_SECONDS))
    journal = sandbox.liveagent.account.journal
    return any(each.path.endswith("application/status") for each in journal)


async def go_live(page: Page, sandbox: Sandbox) -> None:
    """Sets #support live; then a customer and an agent act in LiveAgent."""
    await type_into(page, "/ticket live")
    await messages(page).get_by_role("button", name="Set up").click()
    await form(page).get_by_role("button", name="Save").click()
    await expect(form(page)).to_have_count(0)
    await until_found(lambda: watches(sandbox))
    await liveagent(page).get_by_role("button", name="An agent acts").click()
    await page.locator(".menu").get_by_role("menuitem", name="Adam Admin takes it").click()
    await write_as_customer(page, "Is there any news?")
    await sandbox.clock.move(timedelta(seconds=EVERY_SECONDS))


async def moves_until_done(page: Page, sandbox: Sandbox) -> bool:
    await sandbox.clock.move(timedelta(seconds=3))
    return await step(page, 10).count() > 0


async def test_every_step_is_ticked_off_once_it_is_done(page: Page, sandbox: Sandbox) -> None:
    await look_around(page)
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(step(page, 4)).to_be_visible()

    await reply(page, "It left this morning.")
    await messages(page).get_by_role("button", name="Send now").click()
    await expect(step(page, 5)).to_be_visible()

    await reply(page, "This one is taken back.")
    await messages(page).get_by_role("button", name="Undo").click()
    await expect(step(page, 6)).to_be_visible()
    await expect(messages(page)).to_contain_text("Undone.")
    again = re.compile("^(Show ticket|Refresh)$")  # the latter if the card has followed already
    await messages(page).get_by_role("button", name=again).last.click()

    await reply(page, "This one is overtaken.")
    await write_as_customer(page, "Never mind!")
    await messages(page).get_by_role("button", name="Send now").click()
    await expect(step(page, 7)).to_be_visible()

    await make_liveagent(page, "Loses an answer")
    await messages(page).get_by_role("button", name="Send anyway").click()
    await expect(step(page, 8)).to_be_visible()
    await expect(liveagent(page).get_by_label("Normal")).to_be_checked()
    await expect(mailbox(page).get_by_text("This one is overtaken.")).to_have_count(1)
    await expect(mailbox(page).locator("article")).to_have_count(2)

    await go_to(page, "support")
    await type_into(page, "/ticket digest")
    await messages(page).get_by_role("button", name="Add digest").click()
    await form(page).get_by_role("button", name="Save").click()
    await expect(form(page)).to_have_count(0)
    await move_time(page, "To the next working day, 9:00")
    await expect(page.locator("#now")).to_contain_text("9:00 AM")
    await expect(step(page, 9)).to_be_visible()
    digest = messages(page).locator("article", has_text="postponed, oldest")
    await expect(digest).to_contain_text("Refund for order 88213")

    await go_live(page, sandbox)
    await until_found(lambda: moves_until_done(page, sandbox))

    await become(page, "佐藤 花子")
    await expect(tour(page)).to_contain_text("JPN-7K2-QX9")
    await type_into(page, "/ticket JPN-7K2-QX9")
    await expect(page.get_by_role("region", name="ツアー")).to_contain_text("ツアーは以上です。")
    await expect(messages(page).get_by_role("button", name="会話を表示")).to_be_visible()
    await expect(messages(page)).to_contain_text("自分だけに表示されています")
    await expect(liveagent(page)).to_contain_text("お客様のメールボックス")


async def test_failed_attempts_are_not_marked_as_done(page: Page) -> None:
    await make_liveagent(page, "Down")
    await expect(liveagent(page)).to_contain_text("Nothing can be read or changed.")
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page).get_by_role("button", name="Try again")).to_be_visible()
    await make_liveagent(page, "Normal")
    await expect(liveagent(page).locator(".la-says")).to_be_hidden()  # the tour has looked since
    await expect(step(page, 4)).to_have_count(0)

    await page.get_by_role("button", name="Close the tour").click()
    await expect(tour(page)).to_be_hidden()
    await page.reload()
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("Where is my order?")
    await expect(tour(page)).to_be_hidden()  # until it is asked for
    await page.get_by_role("button", name="Tour", exact=True).click()
    await expect(step(page, 4)).to_be_visible()
