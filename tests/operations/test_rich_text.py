"""Slack's rich text becomes a mail with the same text, which is found again in LiveAgent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.mail import read_mail
from bot.domain.markup import visible, visible_html
from bot.operations.rich_text import (
    is_empty,
    names_somebody_in_slack,
    of_plain,
    text_without_code,
    to_html,
    to_text,
)


def section(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


def test_styles_links_and_lines_become_html() -> None:
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
    assert to_text(typed) == "a < b\nhere (https://x.example/?a=1&b=2)\U0001f604:our-own:"


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
    assert to_text(typed) == "1. one\n> x < y\nx < y"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "slack://open"])
def test_a_link_with_another_scheme_becomes_text(url: str) -> None:
    assert "href" not in to_html(section({"type": "link", "url": url, "text": "x"}))


@pytest.mark.parametrize("kind", ["user", "usergroup", "channel", "broadcast"])
def test_mentions_are_noticed_wherever_they_stand(kind: str) -> None:
    item = {"type": "rich_text_section", "elements": [{"type": kind, "user_id": "U1"}]}
    typed = {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [item]}]}
    assert names_somebody_in_slack(typed)
    assert not names_somebody_in_slack(of_plain("@ann <@U1>"))


@pytest.mark.parametrize("typed", [{}, of_plain(""), of_plain(" \n "), {"elements": []}])
def test_text_without_characters_is_empty(typed: dict[str, Any]) -> None:
    assert is_empty(typed)


@given(st.text(min_size=1))
def test_words_survive_the_way_into_a_mail_and_back(text: str) -> None:
    html = to_html(of_plain(text))
    shown = "".join(piece.text for piece in read_mail(html).pieces)
    assert visible_html(html) == visible_html(to_html(of_plain(text.strip() or text)))
    if text.isprintable():
        assert visible(shown) == visible_html(html)


@given(st.text(), st.text())
def test_tidied_html_with_a_signature_still_begins_with_the_text(text: str, more: str) -> None:
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
        lambda style, indent, items: {
            "type": "rich_text_list",
            "style": style,
            "indent": indent,
            "elements": items,
        },
        st.sampled_from(["ordered", "bullet"]),
        st.integers(0, 3),
        st.lists(sections, min_size=1, max_size=3),
    ),
)


@given(st.lists(blocks_of_words, min_size=1, max_size=5))
def test_typed_text_survives_the_way_through_mail(elements: list[dict[str, Any]]) -> None:
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


@pytest.mark.parametrize(
    "codes", ["3c-73-63-72-69-70-74-3e", "3c", "26", "7", "d83d", "110000", "ffffffffff", "x", "-"]
)
def test_an_emoji_is_no_way_into_the_mail(codes: str) -> None:
    html = to_html(section({"type": "emoji", "name": "<b>", "unicode": codes}))
    assert "<script" not in html
    assert html.count("<") == 2  # those of the paragraph
    html.encode()
    assert html.isprintable()


def test_emoji_of_several_characters_are_whole() -> None:
    typed = section(
        {"type": "emoji", "name": "one", "unicode": "0031-fe0f-20e3"},
        {"type": "emoji", "name": "firefighter", "unicode": "1f469-200d-1f692"},
    )
    assert to_html(typed) == "<div>1\ufe0f\u20e3👩\u200d🚒</div>"


@pytest.mark.parametrize("kind", ["canvas", "workflow", "what_slack_invents"])
def test_slack_only_elements_become_their_text(kind: str) -> None:
    assert names_somebody_in_slack(section({"type": kind, "file_id": "F1"}))
    assert to_html(section({"type": kind, "text": "its name"})) == "<div>its name</div>"


def part_of_list(style: str, indent: int, *words: str, offset: int = 0) -> dict[str, Any]:
    items = [section({"type": "text", "text": word})["elements"][0] for word in words]
    part = {"type": "rich_text_list", "style": style, "indent": indent, "elements": items}
    return part | ({"offset": offset} if offset else {})


NESTED = {
    "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>": [
        part_of_list("bullet", 0, "a"),
        part_of_list("ordered", 1, "b"),
        part_of_list("bullet", 0, "c"),
    ],
    "<ol><li>a</li><li>b<ul><li>c<ul><li>d</li></ul></li></ul></li><li>e</li></ol>": [
        part_of_list("ordered", 0, "a", "b"),
        part_of_list("bullet", 1, "c"),
        part_of_list("bullet", 2, "d"),
        part_of_list("ordered", 0, "e", offset=2),
    ],
    '<ol><li>a</li></ol><ol start="7"><li>b</li></ol>': [
        part_of_list("ordered", 0, "a"),
        part_of_list("ordered", 0, "b", offset=6),
    ],
    "<ul><li>a<ul><li>b</li></ul></li></ul>": [
        part_of_list("bullet", 3, "a"),
        part_of_list("bullet", 9, "b"),
    ],
    "<ul><li>a<ul><li>b</li></ul><ol><li>c</li></ol></li></ul>": [
        part_of_list("bullet", 0, "a"),
        part_of_list("bullet", 1, "b"),
        part_of_list("ordered", 1, "c"),
    ],
}


@pytest.mark.parametrize("html", NESTED)
def test_a_list_in_a_list_stands_in_its_item(html: str) -> None:
    assert to_html({"elements": NESTED[html]}) == html


def test_a_link_in_code_is_words() -> None:
    parts = [{"type": "text", "text": "curl "}, {"type": "link", "url": "https://x.example/?a=1"}]
    code = {"type": "rich_text_preformatted", "elements": parts}
    assert to_html({"elements": [code]}) == "<pre>curl https://x.example/?a=1</pre>"


def test_a_list_keeps_its_start_number() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]}
    part = {"type": "rich_text_list", "style": "ordered", "offset": 1, "elements": [item]}
    assert to_html({"elements": [part]}) == '<ol start="2"><li>two</li></ol>'


def test_a_non_web_address_is_kept_as_text() -> None:
    typed = section({"type": "link", "url": "tel:+49123", "text": "call us"})
    assert to_html(typed) == "<div>call us (tel:+49123)</div>"


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\ufeff", "\u00ad", "\u2800 \n"])
def test_invisible_text_is_empty(unseen: str) -> None:
    assert is_empty(of_plain(unseen))


def test_code_is_left_out_of_what_is_searched_for_placeholders() -> None:
    typed = section(
        {"type": "text", "text": "{{"},
        {"type": "text", "text": "name", "style": {"bold": True}},
        {"type": "text", "text": "}} "},
        {"type": "text", "text": "{{code}}", "style": {"code": True}},
        {"type": "link", "url": "https://x.example/XXX", "text": "here"},
    )
    code = {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": "{{also code}}"}],
    }
    typed["elements"].append(code)
    assert text_without_code(typed).split() == ["{{name}}", "here", "https://x.example/XXX"]
