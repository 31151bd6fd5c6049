"""HTML of LiveAgent's answers becomes rich text, and in a mail the same HTML again."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given

from blocks.forms import reply
from blocks.forms.form import Start
from blocks.forms.insertion import rich_text_of, with_answer, with_trouble
from blocks.forms.reading import name_of
from blocks.forms.state import CustomerState
from blocks.ids import Id
from bot.domain.answers import SavedAnswer
from bot.domain.errors import AnswerTooLong
from bot.domain.markup import visible
from bot.operations.rich_text import of_plain, to_html, to_text
from tests.gallery.desk import ENGLISH
from tests.operations.rich_texts import rich_texts


def read(html: str) -> Mapping[str, Any]:
    return rich_text_of(SavedAnswer(0, "Hello", {}, "", remote_id="pa1", html=html))


def through(html: str) -> str:
    return to_html(read(html))


def looks(rich_text: Mapping[str, Any], kind: str = "") -> Iterator[tuple[object, ...]]:
    """Each visible character with its kind of block, style and link."""
    for part in rich_text.get("elements", ()):
        if "elements" in part:
            inner = "" if part["type"] == "rich_text_section" else part["type"]
            yield from looks(part, kind or f"{inner} {part.get('style', '')}")
        else:
            for character in visible(part["text"]):
                yield character, kind, *sorted(part.get("style") or {}), part.get("url")


@given(rich_texts)
def test_rich_text_survives_the_round_trip_through_html(rich_text: dict[str, Any]) -> None:
    assert list(looks(read(to_html(rich_text)))) == list(looks(rich_text))


@pytest.mark.parametrize(
    ("html", "sent"),
    [
        ("<p>Dear John,</p><p>Thanks</p>", "<div>Dear John,<br><br>Thanks</div>"),
        ("a<br>b<br><br>c", "<div>a<br>b<br><br>c</div>"),
        ("<p><strong>a</strong> <em>b</em> <s>c</s></p>", "<div><b>a</b> <i>b</i> <s>c</s></div>"),
        (
            '<p>See <a href="https://acme.example/t?a=1&amp;b=2">here</a>.</p>',
            '<div>See <a href="https://acme.example/t?a=1&amp;b=2">here</a>.</div>',
        ),
        (
            "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
            "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>",
        ),
        (
            "<p>{$customer_<b>name</b>} &lt;x&gt;</p>",
            "<div>{$customer_<b>name</b>} &lt;x&gt;</div>",
        ),
        ('<p onclick="x()">a<script>b</script></p>', "<div>a</div>"),
    ],
)
def test_formatting_survives(html: str, sent: str) -> None:
    assert through(html) == sent


def test_an_answer_too_long_to_parse_is_refused() -> None:
    with pytest.raises(AnswerTooLong):
        through("<p>a</p>" * 5000)


def test_two_quick_choices_both_keep_the_typed_text() -> None:
    """Both were made in the same form; Slack shows whatever is drawn last."""
    state, t = CustomerState(), ENGLISH.t
    drawn = reply.form(state, t, Start(view=ENGLISH.view)).to_dict()
    typed = {"message": {"type": "rich_text_input", "rich_text_value": of_plain("Typed.")}}
    view = {**drawn, "state": {"values": {Id.MESSAGE: typed}}}
    first, second = (
        with_answer(view, SavedAnswer(1, "x", of_plain(words), "U0ANN"), t, customer="", agent="")
        for words in ("first", "second")
    )
    (one, in_one), (other, in_other) = message_in(first), message_in(second)
    assert one != other
    assert "Typed." in to_text(in_one)
    assert "Typed." in to_text(in_other)
    _, kept = message_in(with_trouble(view, "It doesn't fit."))
    assert to_text(kept) == "Typed."


def message_in(form: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    block = next(each for each in form["blocks"] if name_of(each) == Id.MESSAGE)
    return block["block_id"], block["element"]["initial_value"]


def test_the_answer_field_appears_only_in_the_last_drawing() -> None:
    """An earlier one would be drawn over, with what was inserted meanwhile."""
    state, t = CustomerState(), ENGLISH.t
    for start, is_there in (
        (Start(), False),
        (Start(view=ENGLISH.view), True),
        (Start(trouble="LiveAgent isn't responding."), True),
    ):
        ids = [each.block_id for each in reply.form(state, t, start).blocks or ()]
        assert (Id.INSERT_ANSWER in ids) is is_there
