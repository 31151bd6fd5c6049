"""The gallery is complete, and Slack would show every sample in it."""

import inspect
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from babel.messages.extract import extract_from_dir
from slack_sdk.models.views import View

import blocks
from blocks.text import Post
from bot.sandbox.slack import check_message, check_view
from tests.gallery.desk import DESKS
from tests.gallery.kinds import samples
from tests.gallery.sample import Sample
from tests.i18n.catalogue import KEYWORDS, japanese

SHOWN = ("Post", "View", "Block")


def builders() -> Iterator[Callable[..., Any]]:
    """Public functions of `blocks` that make a message, a form, Home, or blocks of one."""
    for module in pkgutil.walk_packages(blocks.__path__, "blocks."):
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            is_ours = function.__module__ == module.name and not name.startswith("_")
            made = str(inspect.get_annotations(function).get("return"))
            if is_ours and any(shown in made for shown in SHOWN):
                yield function


@contextmanager
def seeing_what_runs() -> Iterator[set[CodeType]]:
    seen: set[CodeType] = set()

    def look(frame: FrameType, _event: str, _argument: object) -> None:
        seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def refused(sample: Sample) -> object:
    """What Slack has against it."""
    match sample.shown:
        case Post():
            return check_message(sample.shown.to_dict())
        case View():
            return check_view(sample.shown.to_dict())
        case Mapping():
            return check_view(dict(sample.shown))
    return None


def test_every_message_and_form_hangs_in_the_gallery_once_and_slack_takes_it() -> None:
    """One test, because making the samples costs a second."""
    with seeing_what_runs() as run:
        made = {desk.language: list(samples(desk)) for desk in DESKS}
    missing = [
        f"{each.__module__}.{each.__name__}" for each in builders() if each.__code__ not in run
    ]
    assert missing == [], "tests/gallery shows no sample of them"
    for language, several in made.items():
        assert [
            name for name, count in Counter(one.name for one in several).items() if count > 1
        ] == []
        wrong = {one.name: refused(one) for one in several}
        assert {name: why for name, why in wrong.items() if why} == {}, language


def test_the_gallerys_own_texts_are_in_the_catalogue() -> None:
    rows = extract_from_dir(str(Path(__file__).parent), keywords=KEYWORDS)
    said = {text if isinstance(text, str) else tuple(text) for _, _, text, _, _ in rows}
    assert said
    assert said <= set(japanese())
