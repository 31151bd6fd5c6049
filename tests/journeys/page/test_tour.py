"""The tour: shown on the first visit, ticked off by real actions, and closed for good."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from bot.jobs.watch import EVERY_SECONDS
from bot.sandbox import Sandbox
from tests.journeys.page.test_page import (
    become,
    go_to,
    liveagent,
    make_liveagent,
    messages,
    type_into,
)
from tests.waiting import until_found

pytestmark = pytest.mark.asyncio(loop_scope="session")


def tour(page: Page) -> Locator:
    return page.get_by_role("region", name="Tour")


def step(page: Page, number: int) -> Locator:
    return tour(page).get_by_role("button", name=re.compile(rf"^{number}\. .*\(done\)$"))


async def reply(page: Page, text: str) -> None:
    """From the card in #support; it waits there for its seconds."""
    await go_to(page, "support")
    await messages(page).get_by_role("button", name="Reply", exact=True).click()
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("To: John Owner")
    await form.get_by_role("textbox").fill(text)
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)


async def watches(sandbox: Sandbox) -> bool:
    """Moves the clock until the watch knows what there is."""
    await sandbox.clock.move(timedelta(seconds=EVERY_SECONDS))
    journal = sandbox.liveagent.account.journal
    return any(each.path.endswith("application/status") for each in journal)


async def go_live(page: Page, sandbox: Sandbox) -> None:
    """Sets #support live; then a customer and an agent act in LiveAgent."""
    await type_into(page, "/ticket live")
    await messages(page).get_by_role("button", name="Set up").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await until_found(lambda: watches(sandbox))
    await liveagent(page).get_by_role("button", name="An agent acts").click()
    await page.get_by_role("menuitem", name="Adam Admin takes it").click()
    await liveagent(page).get_by_label("The customer writes").fill("Is there any news?")
    await liveagent(page).get_by_role("button", name="Send as the customer").click()
    await expect(liveagent(page)).to_contain_text("Is there any news?")
    await sandbox.clock.move(timedelta(seconds=EVERY_SECONDS))


async def moves_until_done(page: Page, sandbox: Sandbox) -> bool:
    await sandbox.clock.move(timedelta(seconds=3))
    return await step(page, 10).count() > 0


async def test_every_step_is_ticked_off_once_it_is_done(page: Page, sandbox: Sandbox) -> None:
    await expect(tour(page)).to_contain_text("See what waits.")
    await type_into(page, "/ticket")
    await expect(step(page, 1)).to_be_visible()
    await page.get_by_role("button", name="Waiting longest").click()
    await expect(step(page, 2)).to_be_visible()
    await page.get_by_role("button", name="Go through these").click()
    await page.get_by_role("dialog").get_by_role("button", name="Skip").click()
    await expect(step(page, 3)).to_be_visible()
    await page.get_by_role("button", name="Close all").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)

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
    await expect(messages(page)).not_to_contain_text("Undone.")

    await reply(page, "This one is overtaken.")
    await liveagent(page).get_by_label("The customer writes").fill("Never mind!")
    await liveagent(page).get_by_role("button", name="Send as the customer").click()
    await expect(liveagent(page)).to_contain_text("Never mind!")
    await messages(page).get_by_role("button", name="Send now").click()
    await expect(step(page, 7)).to_be_visible()

    await make_liveagent(page, "Loses an answer")
    await messages(page).get_by_role("button", name="Send anyway").click()
    await expect(step(page, 8)).to_be_visible()
    await expect(liveagent(page).get_by_label("Normal")).to_be_checked()
    mailbox = liveagent(page).get_by_role("region", name="The customers' mailbox")
    await expect(mailbox.get_by_text("This one is overtaken.")).to_have_count(1)
    await expect(mailbox.get_by_role("article")).to_have_count(2)

    await go_to(page, "support")
    await type_into(page, "/ticket digest")
    await messages(page).get_by_role("button", name="Add digest").click()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Move time forward").click()
    await page.get_by_role("menuitem", name="To the next working day, 9:00").click()
    await expect(step(page, 9)).to_be_visible()

    await go_live(page, sandbox)
    await until_found(lambda: moves_until_done(page, sandbox))

    await become(page, "佐藤 花子")
    await expect(page.get_by_role("region", name="ツアー")).to_contain_text("JPN-7K2-QX9")
    await type_into(page, "/ticket JPN-7K2-QX9")
    await expect(page.get_by_role("region", name="ツアー")).to_contain_text("ツアーは以上です。")


async def test_what_was_tried_in_vain_is_not_ticked_off(page: Page, sandbox: Sandbox) -> None:
    sandbox.liveagent.faults.set("down")
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page).get_by_role("button", name="Try again")).to_be_visible()
    await page.get_by_role("button", name="Move time forward").click()  # the tour has looked since
    await expect(page.get_by_role("menuitem").first).to_be_visible()
    await expect(step(page, 4)).to_have_count(0)


async def test_once_closed_it_stays_so_until_it_is_asked_for(page: Page) -> None:
    await page.get_by_role("button", name="Close the tour").click()
    await expect(tour(page)).to_be_hidden()
    await page.reload()
    await type_into(page, "/ticket AX4-B4T-FD8")
    await expect(messages(page)).to_contain_text("Where is my order?")
    await expect(tour(page)).to_be_hidden()
    await page.get_by_role("button", name="Tour", exact=True).click()
    await expect(step(page, 4)).to_be_visible()
