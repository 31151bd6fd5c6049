"""Names of tags, as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NoTagChange
from bot.domain.spelling import folded
from bot.domain.tagging import as_typed, tag_changes, tag_names

names = (
    st.text(st.characters(categories=["L", "N"], max_codepoint=0x9FFF), min_size=1, max_size=20)
    .map(lambda name: tag_names(name)[0])
    .filter(lambda name: " " not in name)  # some letters are two in NFKC, the first a space
)


@pytest.mark.parametrize(
    ("text", "add", "remove"),
    [
        ("+vip -spam", ["vip"], ["spam"]),
        ("+vip,-spam, +bug、＋至急", ["vip", "bug", "至急"], ["spam"]),
        ("＋要確認　－至急", ["要確認"], ["至急"]),
        ('+"big customer" -"Invoice & tax"', ["big customer"], ["Invoice & tax"]),
        ("+a -a", ["a"], []),
        ("+サポート", ["サポート"], []),
        ("+vip+", ["vip+"], []),
        ("", [], []),
    ],
)
def test_plus_adds_and_minus_removes_tags(text: str, add: list[str], remove: list[str]) -> None:
    assert tag_changes(text) == (add, remove)


@pytest.mark.parametrize("text", ["vip", "+", "+ vip", '+"', "+a b", "+a,b", ",", '+"  "', "- -"])
def test_text_without_plus_or_minus_is_no_tag_change(text: str) -> None:
    with pytest.raises(NoTagChange):
        tag_changes(text)


@given(st.text())
def test_any_input_is_read_or_refused(text: str) -> None:
    try:
        add, remove = tag_changes(text)
    except NoTagChange:
        return
    assert all(name.strip() == name != "" for name in add + remove)


@given(st.lists(names, unique=True), st.lists(names, unique=True))
def test_every_name_that_is_typed_is_read(add: list[str], remove: list[str]) -> None:
    text = " ".join([*(f'+"{name}"' for name in add), *(f"-{name}" for name in remove)])
    added = {folded(name) for name in add}
    read = (add, [name for name in remove if folded(name) not in added])
    assert tag_changes(text) == tag_changes(as_typed(add, remove)) == read


def test_a_quotation_mark_in_a_name_does_not_end_it() -> None:
    assert tag_changes("+5\uff02") == tag_changes(as_typed(['5"'], [])) == (['5"'], [])


def test_an_added_tag_is_not_removed_in_another_spelling() -> None:
    assert tag_changes("+VIP -vip -ｖｉｐ -spam") == (["VIP"], ["spam"])


def test_names_between_commas() -> None:
    assert tag_names(" a, b、c，a\n d  e ") == ["a", "b", "c", "d e"]
    assert tag_names(" , ") == []
