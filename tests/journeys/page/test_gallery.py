"""The gallery's page, which the scripts of the sandbox's page draw."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import looking_at
from tests.gallery.desk import DESKS
from tests.gallery.page import gallery
from tests.gallery.pictures import OF_THE_GALLERY

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOW_MANY = "JSON.parse(document.querySelector('#samples').textContent).rows.length"


async def test_the_page_draws_every_sample_in_both_languages(tab: Page, tmp_path: Path) -> None:
    file = tmp_path / "gallery.html"
    file.write_text(gallery())
    async with looking_at(tab, file.as_uri()) as page:
        await expect(page.locator("html[data-drawn]")).to_be_attached()
        assert await page.locator(".unknown").count() == 0
        assert await page.locator(".shown").count() == len(DESKS) * await page.evaluate(HOW_MANY)
        await expect(page.locator("#card-en")).to_contain_text("Where is my order?")
        for sample in OF_THE_GALLERY.values():
            await expect(page.locator(f"#{sample}")).to_be_visible()
        await expect(page.locator("#gallery")).not_to_contain_text(re.compile(":[a-z_]+:"))
        await expect(page.locator("#card-ja")).to_contain_text("会話を表示")
