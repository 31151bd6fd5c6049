"""A saved answer is inserted below the typed text, and nothing of both is lost."""

from typing import Any

import pytest
from hypothesis import given

from bot.domain.markup import visible_html
from bot.operations.inserting import below, with_text
from bot.operations.rich_text import of_plain, to_html, to_text
from tests.operations.rich_texts import rich_texts


@given(rich_texts, rich_texts)
def test_typed_and_inserted_text_are_whole_and_in_order(
    typed: dict[str, Any], added: dict[str, Any]
) -> None:
    html = visible_html(to_html(below(typed, added)))
    assert html == visible_html(to_html(typed)) + visible_html(to_html(added))


def test_a_blank_line_parts_two_paragraphs() -> None:
    both = below(of_plain("It left today.\n"), of_plain("Kind regards"))
    assert to_html(both) == "<div>It left today.<br><br>Kind regards</div>"
    assert below({}, of_plain("Hello")) == of_plain("Hello")
    assert below(of_plain(" \n"), of_plain("Hello")) == of_plain("Hello")


@pytest.mark.parametrize(
    "part",
    [
        {"type": "user", "user_id": "U0ADAM"},
        {"type": "emoji", "name": "tada", "unicode": "1f389"},
        {"type": "color", "value": "#ff0000"},
        {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1970-01-01"},
    ],
)
def test_mentions_and_emoji_are_kept(part: dict[str, Any]) -> None:
    section = {"type": "rich_text_section", "elements": [part]}
    both = below({"type": "rich_text", "elements": [section]}, of_plain("Hello"))
    assert both["elements"][0]["elements"][0] == part


def test_names_are_filled_in_wherever_they_stand() -> None:
    bold = {"type": "text", "text": "{customer}", "style": {"bold": True}}
    link = {"type": "link", "url": "https://acme.example/{customer}", "text": "{customer}"}
    section = {"type": "rich_text_section", "elements": [bold, link]}
    items = {"type": "rich_text_list", "style": "bullet", "elements": [section]}
    filled = with_text({"type": "rich_text", "elements": [items]}, lambda _: "John")
    assert to_html(filled) == (
        '<ul><li><b>John</b><a href="https://acme.example/{customer}">John</a></li></ul>'
    )
    assert to_text(filled) == "- JohnJohn (https://acme.example/{customer})"
