"""What is typed in Slack becomes a mail that says the same, and is found again in LiveAgent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.mail import read_mail
from bot.operations.rich_text import is_empty, names_somebody_in_slack, of_plain, to_html
from bot.operations.situation import visible, visible_html


def section(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


def test_looks_links_and_lines() -> None:
    typed = section(
        {"type": "text", "text": "a < b\n", "style": {"bold": True, "italic": True}},
        {"type": "link", "url": "https://x.example/?a=1&b=2", "text": "here"},
        {"type": "emoji", "name": "smile", "unicode": "1f604"},
        {"type": "emoji", "name": "our-own"},
    )
    assert to_html(typed) == (
        "<div><i><b>a &lt; b<br></b></i>"
        '<a href="https://x.example/?a=1&amp;b=2">here</a>\U0001f604:our-own:</div>'
    )


def test_lists_quotes_and_code() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
    words = [{"type": "text", "text": "x < y"}]
    typed = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_list", "style": "ordered", "elements": [item]},
            {"type": "rich_text_quote", "elements": words},
            {"type": "rich_text_preformatted", "elements": words},
        ],
    }
    assert to_html(typed) == (
        "<ol><li>one</li></ol><blockquote>x &lt; y</blockquote><pre>x &lt; y</pre>"
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "slack://open"])
def test_a_link_that_is_none_of_the_webs_is_only_words(url: str) -> None:
    assert "href" not in to_html(section({"type": "link", "url": url, "text": "x"}))


@pytest.mark.parametrize("kind", ["user", "usergroup", "channel", "broadcast"])
def test_mentions_are_noticed_wherever_they_stand(kind: str) -> None:
    item = {"type": "rich_text_section", "elements": [{"type": kind, "user_id": "U1"}]}
    typed = {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [item]}]}
    assert names_somebody_in_slack(typed)
    assert not names_somebody_in_slack(of_plain("@ann <@U1>"))


@pytest.mark.parametrize("typed", [{}, of_plain(""), of_plain(" \n "), {"elements": []}])
def test_nothing_typed_is_empty(typed: dict[str, Any]) -> None:
    assert is_empty(typed)


@given(st.text(min_size=1))
def test_words_survive_the_way_into_a_mail_and_back(text: str) -> None:
    html = to_html(of_plain(text))
    shown = "".join(piece.text for piece in read_mail(html).pieces)
    assert visible_html(html) == visible_html(to_html(of_plain(text.strip() or text)))
    if text.isprintable():
        assert visible(shown).replace("\u00a0", "") == visible_html(html)


@given(st.text(), st.text())
def test_what_liveagent_appends_or_tidies_does_not_hide_the_words(text: str, more: str) -> None:
    html = to_html(of_plain(text))
    tidied = html.replace("<div>", "<p style='margin:0'>").replace("</div>", "</p>\n")
    assert visible_html(f"{tidied}<div>-- <br>{to_html(of_plain(more))}</div>").startswith(
        visible_html(html)
    )


looks = st.fixed_dictionaries(
    {}, optional={name: st.just(value=True) for name in ("bold", "italic", "strike")}
)
runs = st.builds(
    lambda word, style: {"type": "text", "text": word, "style": style},
    st.text("abc<>&é日", min_size=1, max_size=8),
    looks,
)
some_runs = st.lists(runs, min_size=1, max_size=4)
sections = st.builds(lambda parts: {"type": "rich_text_section", "elements": parts}, some_runs)
blocks_of_words = st.one_of(
    sections,
    st.builds(lambda parts: {"type": "rich_text_quote", "elements": parts}, some_runs),
    st.builds(
        lambda style, items: {"type": "rich_text_list", "style": style, "elements": items},
        st.sampled_from(["ordered", "bullet"]),
        st.lists(sections, min_size=1, max_size=3),
    ),
)


@given(st.lists(blocks_of_words, min_size=1, max_size=5))
def test_what_is_typed_reads_the_same_once_it_was_a_mail(elements: list[dict[str, Any]]) -> None:
    """There and back: words, their order and their looks."""
    typed = {"type": "rich_text", "elements": elements}
    wanted = [
        (character, *(bool(run["style"].get(look)) for look in ("bold", "italic", "strike")))
        for run in runs_in(typed)
        for character in run["text"]
    ]
    mail = read_mail(to_html(typed))
    pieces = [*mail.pieces, *mail.history]
    read = [
        (character, run.bold, run.italic, run.strike)
        for piece in pieces
        for run in piece.runs
        for character in run.text
        if not character.isspace()
    ]
    assert read == wanted


def runs_in(part: dict[str, Any]) -> list[dict[str, Any]]:
    if part["type"] == "text":
        return [part]
    return [run for each in part["elements"] for run in runs_in(each)]


def test_a_link_in_code_is_words() -> None:
    parts = [{"type": "text", "text": "curl "}, {"type": "link", "url": "https://x.example/?a=1"}]
    code = {"type": "rich_text_preformatted", "elements": parts}
    assert to_html({"elements": [code]}) == "<pre>curl https://x.example/?a=1</pre>"


def test_a_list_goes_on_counting() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]}
    part = {"type": "rich_text_list", "style": "ordered", "offset": 1, "elements": [item]}
    assert to_html({"elements": [part]}) == '<ol start="2"><li>two</li></ol>'


def test_an_address_that_is_none_of_the_webs_is_not_lost() -> None:
    typed = section({"type": "link", "url": "tel:+49123", "text": "call us"})
    assert to_html(typed) == "<div>call us (tel:+49123)</div>"


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\ufeff", "\u00ad", "\u2800 \n"])
def test_what_nobody_sees_is_nothing(unseen: str) -> None:
    assert is_empty(of_plain(unseen))
