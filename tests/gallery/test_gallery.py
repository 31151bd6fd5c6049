"""The gallery is whole, and what hangs in it is what Slack would show."""

import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from playwright.async_api import expect
from slack_sdk.models.views import View

import blocks
from blocks.text import Post
from bot.sandbox.slack import check_message, check_view
from tests.browser import new_page, open_browser
from tests.gallery.desk import DESKS, Desk
from tests.gallery.kinds import KINDS
from tests.gallery.page import gallery
from tests.gallery.pictures import OF_THE_GALLERY
from tests.gallery.sample import Sample
from tests.i18n.test_catalogues import KEYWORDS, japanese

SHOWN = ("Post", "View", "Block")


def samples(desk: Desk) -> Iterator[Sample]:
    for kind in KINDS.values():
        yield from kind(desk)


def builders() -> Iterator[Callable[..., Any]]:
    """Public functions of `blocks` that make a message, a form, Home, or blocks of one."""
    for module in pkgutil.walk_packages(blocks.__path__, "blocks."):
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            is_ours = function.__module__ == module.name and not name.startswith("_")
            made = str(inspect.get_annotations(function).get("return"))
            if is_ours and any(shown in made for shown in SHOWN):
                yield function


@pytest.fixture(scope="module")
def run() -> set[CodeType]:
    """All that runs while every sample is made."""
    seen: set[CodeType] = set()

    def look(frame: FrameType, _event: str, _argument: object) -> None:
        seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        for desk in DESKS:
            list(samples(desk))
    finally:
        sys.setprofile(before)
    return seen


@pytest.mark.parametrize(
    "builder", [pytest.param(each, id=f"{each.__module__}.{each.__name__}") for each in builders()]
)
def test_every_message_and_form_hangs_in_the_gallery(
    builder: Callable[..., Any], run: set[CodeType]
) -> None:
    assert builder.__code__ in run, "tests/gallery shows no sample of it"


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.language)
def test_slack_takes_every_sample(desk: Desk) -> None:
    found = {}
    for sample in samples(desk):
        match sample.shown:
            case Post():
                found[sample.name] = check_message(sample.shown.to_dict())
            case View():
                found[sample.name] = check_view(sample.shown.to_dict())
            case Mapping():
                found[sample.name] = check_view(dict(sample.shown))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_what_the_gallery_says_itself_is_what_the_bot_says() -> None:
    rows = extract_from_dir(str(Path(__file__).parent), keywords=KEYWORDS)
    said = {text if isinstance(text, str) else tuple(text) for _, _, text, _, _ in rows}
    assert said
    assert said <= set(japanese())


def test_each_sample_has_a_name_of_its_own() -> None:
    for desk in DESKS:
        names = [sample.name for sample in samples(desk)]
        assert len(names) == len(set(names))


async def test_the_page_draws_all_of_it_in_both_languages(tmp_path: Path) -> None:
    file = tmp_path / "gallery.html"
    file.write_text(gallery())
    async with open_browser() as browser, new_page(browser) as page:
        await page.goto(file.as_uri())
        await expect(page.locator("html[data-drawn]")).to_be_attached()
        assert await page.locator(".unknown").count() == 0
        shown = page.locator(".shown")
        assert await shown.count() == sum(1 for desk in DESKS for _ in samples(desk))
        await expect(page.locator("#card-en")).to_contain_text("Where is my order?")
        for sample in OF_THE_GALLERY.values():
            await expect(page.locator(f"#{sample}")).to_be_visible()
        await expect(page.locator("#gallery")).not_to_contain_text(re.compile(":[a-z_]+:"))
        await expect(page.locator("#card-ja")).to_contain_text("会話を表示")
