"""What a person does on the sandbox's page.

Its parts are found by their ids: `test_page.py` shows once that they have roles and names, which
cost the browser a look at the whole page each time.
"""

import re

from playwright.async_api import Locator, Page, expect


def composer(page: Page) -> Locator:
    """Where a person types."""
    return page.locator("#composer textarea")


async def type_into(page: Page, text: str) -> None:
    box = composer(page)
    await expect(box).to_have_attribute("placeholder", re.compile("."))  # it knows where it is
    await box.fill(text)
    await box.press("Enter")


def messages(page: Page) -> Locator:
    return page.locator("#messages")


def form(page: Page) -> Locator:
    """The one on top."""
    return page.locator("#forms dialog")


def liveagent(page: Page) -> Locator:
    return page.locator("#liveagent")


def ticket_in_liveagent(page: Page, code: str) -> Locator:
    return liveagent(page).locator(f'.la-conversation[aria-label="{code}"]')


def mailbox(page: Page) -> Locator:
    return liveagent(page).locator(".la-leaf")


async def make_liveagent(page: Page, how: str) -> None:
    await liveagent(page).locator(".la-weather").get_by_text(how, exact=True).click()


async def write_as_customer(page: Page, text: str) -> None:
    box = liveagent(page).locator(".la-form")
    await box.get_by_label("The customer writes").fill(text)
    await box.get_by_role("button", name="Send as the customer").click()
    await expect(liveagent(page).locator(".la-conversation")).to_contain_text(text)


async def go_to(page: Page, place: str) -> None:
    await page.locator("#sidebar").get_by_role("button", name=place).click()


async def become(page: Page, name: str) -> None:
    people = page.locator("#people")
    value = await people.locator("option", has_text=name).get_attribute("value")
    await people.select_option(value)


async def move_time(page: Page, how: str) -> None:
    await page.locator("#forward").click()
    await page.locator(".menu").get_by_role("menuitem", name=how).click()
