"""Invisible characters make no difference, wherever text is read."""

import re
import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.addresses import names_another_place
from blocks.text import harmless
from bot.desk.redact import redact
from bot.domain.characters import INVISIBLE, compatible, without_harmful, without_invisible
from bot.domain.markup import visible, visible_html
from bot.domain.ref import Account
from bot.domain.spelling import tidy_address

ACCOUNT = Account("https://acme.ladesk.com")
CODE = "bI5fR3oN40708G65"
# Format characters that have a glyph: signs above Arabic numbers and the like.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
ALL = "".join(map(chr, range(sys.maxunicode + 1)))
UNSEEN = re.findall(f"[{INVISIBLE}]", ALL)

invisible = st.text(st.sampled_from(UNSEEN), max_size=2)


def hidden_in(text: str) -> st.SearchStrategy[str]:
    """The text with some of what nobody sees between its characters."""
    between = st.lists(invisible, min_size=len(text), max_size=len(text))
    return between.map(lambda each: "".join(map("".join, zip(text, each, strict=True))))


def test_every_format_character_that_is_not_seen_is_in_the_set() -> None:
    unseen = {ord(each) for each in UNSEEN}
    formats = {ord(each) for each in ALL if unicodedata.category(each) == "Cf"}
    assert formats - unseen == SEEN


def test_no_letter_digit_or_sign_is_in_the_set() -> None:
    named = {each for each in UNSEEN if unicodedata.category(each) not in {"Cf", "Cn", "Mn"}}
    assert named == set("\u115f\u1160\u2800\u3164\uffa0")  # fillers of Hangul, Braille's blank


@given(hidden_in("Pay now"))
def test_texts_are_compared_without_invisible_characters(text: str) -> None:
    assert without_invisible(text) == "Pay now"
    assert visible(text) == visible_html(f"<p>{text}</p>") == "Paynow"


@given(hidden_in("AX4-B4T-FD8"))
def test_a_ticket_is_found_with_anything_in_between(text: str) -> None:
    assert ACCOUNT.read_ref(text).value == "AX4-B4T-FD8"


@given(hidden_in("john@owner.com"))
def test_an_address_is_the_same(text: str) -> None:
    assert tidy_address(text) == "john@owner.com"


@given(hidden_in("paypal.com"))
def test_a_disguised_host_in_a_links_text_is_recognised(text: str) -> None:
    assert names_another_place(text, "https://evil.example/")
    assert not names_another_place(text, "https://www.paypal.com/login")


@given(hidden_in(CODE))
def test_a_public_code_is_hidden_all_the_same(text: str) -> None:
    assert "G65" not in redact(text, CODE, ACCOUNT)


@given(st.text())
def test_shown_text_has_no_invisible_or_bidi_characters(text: str) -> None:
    shown = harmless(text)
    assert without_harmful(shown) == shown
    assert not {"\u202e", "\u200b", "\u00ad", "\x00"} & set(shown)
    shown.encode()


@pytest.mark.parametrize("text", ["❤\ufe0f", "👩\u200d🚒", "葛\U000e0100", "می\u200cخواهم"])
def test_joiners_and_variation_selectors_are_kept(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_compatible_is_nfkc(text: str) -> None:
    assert compatible(text) == unicodedata.normalize("NFKC", text)


def test_a_long_run_of_marks_costs_little() -> None:
    started = time.thread_time()
    compatible("a" + "\u0315\u0300" * 20_000)
    assert time.thread_time() - started < 0.2
