"""Placeholders that templates leave are found, and similar text is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.placeholders import MAX_FOUND, MAX_WORD_LENGTH, find_placeholders


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {$conversation_owner},", "{$conversation_owner}"),
        ("Dear {{customer}},", "{{customer}}"),
        ("Dear {{ first name }},", "{{ first name }}"),
        ("{{お客様名}}様", "{{お客様名}}"),
        ("Dear {unknown},", "{unknown}"),
        ("｛customer｝様", "｛customer｝"),
        ("Dear [NAME],", "[NAME]"),
        ("Dear [FIRST NAME]", "[FIRST NAME]"),
        ("[ORDER_NO 1]", "[ORDER_NO 1]"),
        ("[NÁZOV]", "[NÁZOV]"),
        ("Dear [Customer name]", "[Customer name]"),
        ("by [insert date here].", "[insert date here]"),
        ("order XXX has left", "XXX"),
        ("order xxxx has left", "xxxx"),
        ("Your number is RMA-XXX.", "XXX"),
        ("注文番号XXXの件", "XXX"),
        ("ＸＸＸ様", "ＸＸＸ"),
        ("〇〇様", "〇〇"),
        ("○○様", "○○"),
        ("◯◯様", "◯◯"),
        ("●●月●●日", "●●"),
        ("××様", "××"),
    ],
)
def test_placeholders_are_found(text: str, found: str) -> None:
    assert find_placeholders(text) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "as he said [sic]",
        "see [1] and [a]",
        "[RFC 2119], [AX4-B4T-FD8], [#AX4-B4T-FD8]",
        "[FAQ](https://acme.example/faq)",
        "row[INDEX]",
        "part XXX-123, card XXXX-XXXX-XXXX-1234",
        "size XXL or XXXL",
        "0xXXX, fXXXf, aXXX",
        '{}, {, {"a": 1}, {color: red}, {1}',
        "0xDEADBEEF #ffffff",
        "an option (X), XX",
        "二〇〇五年に二〇〇円",
        "●●○○○ of five",
        "○ yes ● no",
        "●●●●●●●●●●",
        "[Delivered] yesterday",
    ],
)
def test_ordinary_text_is_no_placeholder(text: str) -> None:
    assert find_placeholders(text) == ()


def test_each_placeholder_is_returned_once_in_order() -> None:
    assert find_placeholders("XXX {{a}} XXX [NAME]") == ("XXX", "{{a}}", "[NAME]")


@given(st.text(alphabet="X{}$[]名〇○●aA1 -\n"))
def test_found_placeholders_are_in_the_text_and_short(text: str) -> None:
    found = find_placeholders(text)
    assert all(each in text and len(each) <= MAX_WORD_LENGTH for each in found)
    assert len(found) <= MAX_FOUND


@given(st.text(), st.text(alphabet="abc_ ", max_size=60), st.text())
def test_braces_are_found_in_any_text(before: str, inner: str, after: str) -> None:
    start = f"{{{{{inner}}}}}"[:MAX_WORD_LENGTH]
    found = find_placeholders(f"{before}\n{{{{{inner}}}}}\n{after}")
    assert start in found or len(found) == MAX_FOUND
