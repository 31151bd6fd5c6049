"""Mail of every kind is read into pieces, and can do no harm."""

import time
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import rich
from blocks.html_mail import MAX_TEXT
from blocks.mail import read_mail
from blocks.pieces import Mail, Piece, Run, Shape


def texts(mail: Mail) -> list[str]:
    return [piece.text for piece in mail.pieces]


def test_paragraphs_lines_and_blanks() -> None:
    assert texts(read_mail("<p>One</p><p>Two<br>Three</p><div>Four</div>")) == [
        "One\n\nTwo\nThree\n\nFour"
    ]


def test_white_space_of_html_is_one_blank_and_of_code_is_kept() -> None:
    mail = read_mail("<div>a\n   b&nbsp;c</div><pre>if x:\n    y</pre>")
    assert texts(mail) == ["a b c", "if x:\n    y"]
    assert mail.pieces[1].shape is Shape.CODE


def test_lists_keep_their_order_and_depth() -> None:
    mail = read_mail("<ol><li>one</li><li>two<ul><li>deep</li></ul></li></ol>")
    assert [(piece.shape, piece.indent, piece.text) for piece in mail.pieces] == [
        (Shape.NUMBERED_ITEM, 0, "one"),
        (Shape.NUMBERED_ITEM, 0, "two"),
        (Shape.ITEM, 1, "deep"),
    ]


def test_styles_are_kept() -> None:
    (piece,) = read_mail("<p>a <b>b</b> <i>c</i> <s>d</s> <code>e</code></p>").pieces
    looks = {run.text: run for run in piece.runs if run.text.strip()}
    assert looks["b"].bold
    assert looks["c"].italic
    assert looks["d"].strike
    assert looks["e"].code


def test_plain_text_keeps_its_lines() -> None:
    assert texts(read_mail("Dear team,\n\nfirst line\nsecond line\n")) == [
        "Dear team,\n\nfirst line\nsecond line"
    ]


def test_plain_text_with_entities_is_still_plain() -> None:
    assert texts(read_mail("a &amp; b\nc &lt; d")) == ["a & b\nc < d"]


HISTORIES = {
    "gmail": (
        "<div>New words</div><div class='gmail_quote'><div class='gmail_attr'>On Monday John "
        "wrote:</div><blockquote class='gmail_quote'>old</blockquote></div>"
    ),
    "apple": "<div>New words</div><blockquote type='cite'><div>old</div></blockquote>",
    "outlook on the web": "<div>New words</div><div id='divRplyFwdMsg'>From: A</div><div>old</div>",
    "outlook": (
        "<p>New words</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        "<p><b>From:</b> A<br><b>Sent:</b> Monday</p></div><p>old</p>"
    ),
    "plain, quoted": "New words\n\n> old\n> older",
    "plain, attributed": "New words\n\nOn Mon, Nov 3, 2026 at 1 PM John <j@x.example> wrote:\nold",
    "plain, Japanese": "New words\n\n2026年11月3日(火) 12:00 John <j@x.example>:\n> old",
    "plain, headed": "New words\n\nFrom: A <a@x.example>\nSent: Monday\n\nold",
    "plain, ruled": "New words\n-----Original Message-----\nold",
    "plain, Japanese header": "New words\n\n差出人: 田中\n送信日時: 月曜日\n\nold",
}


@pytest.mark.parametrize("body", HISTORIES.values(), ids=HISTORIES.keys())
def test_the_history_of_a_mail_is_folded(body: str) -> None:
    mail = read_mail(body)
    assert texts(mail) == ["New words"]
    assert "old" in mail.history[-1].text


def test_answers_between_quoted_lines_are_not_folded() -> None:
    mail = read_mail("> your question\nmy answer\n> another\nmy other answer")
    assert texts(mail) == ["your question", "my answer", "another", "my other answer"]
    assert mail.pieces[0].shape is Shape.QUOTE


@pytest.mark.parametrize("body", ["> all\n> quoted", "<blockquote type='cite'>all</blockquote>"])
def test_a_mail_that_is_nothing_but_history_is_shown(body: str) -> None:
    assert read_mail(body).pieces


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "<p></p>",
        "<div>" * 5000 + "deep",
        "<script>alert(1)</script>",
        "\x00",
        "<![CDATA[",
    ],
)
def test_odd_bodies_are_no_error(body: str) -> None:
    assert "alert" not in "".join(texts(read_mail(body)))


def test_a_link_says_where_it_leads() -> None:
    (piece,) = read_mail("<p><a href='https://shop.example/order/1'>your order</a></p>").pieces
    assert piece.runs == [Run("your order", url="https://shop.example/order/1")]


@pytest.mark.parametrize(
    "words", ["https://bank.example", "bank.example/login", "www.bank.example"]
)
def test_a_forged_link_shows_where_it_really_leads(words: str) -> None:
    (piece,) = read_mail(f"<p><a href='https://evil.example/x'>{words}</a></p>").pieces
    assert piece.text == f"{words} (https://evil.example/x)"
    assert [run.url for run in piece.runs if run.url] == ["https://evil.example/x"]
    assert not piece.runs[0].url


FORGED = {
    "a letter without width": "pay\u200bpal.com",
    "a variation selector": "paypal\ufe0f.com",
    "a combining mark": "paypal.c\u0338om",
    "a filler of Hangul": "paypal\u3164.com",
    "a Cyrillic letter": "p\u0430ypal.com",
    "a Cyrillic top-level domain": "банк.рф",
    "a Japanese top-level domain": "銀行.みんな",
    "a punycode top-level domain": "bank.xn--p1ai",
    "a full-width dot": "paypal．com",
    "an ideographic dot": "paypal。com",
    "a one-dot leader": "paypal․com",
    "a sentence around it": "see (paypal.com) now",
}


@pytest.mark.parametrize("words", FORGED.values(), ids=FORGED.keys())
def test_no_disguise_of_a_host_hides_where_a_link_leads(words: str) -> None:
    (piece,) = read_mail(f"<p><a href='https://evil.example/'>{words}</a></p>").pieces
    assert piece.text.endswith(" (https://evil.example/)")
    assert [run.url for run in piece.runs if run.url] == ["https://evil.example/"]


@pytest.mark.parametrize(
    "href",
    [
        r"https://evil.example\@paypal.com",
        r"https:\\evil.example",
        "https://paypal.com@evil.example/",
        "https://paypal.com:pass@evil.example/",
        "https://paypal.com%2eevil.example/",
        "https://paypal.com&#9;.evil.example/",
        "https://paypal.com\x01.evil.example/",
        "https://pay pal.com/",
        "https://paypal.com;evil.example/",
        "https://[::1]/",
        "https://evil.example:99999/",
        "https://fa\u00df.example/",
        "https:evil.example",
        "https:///evil.example",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_no_link(href: str) -> None:
    (piece,) = read_mail(f"<p><a href='{href}'>https://paypal.com</a></p>").pieces
    assert [run.url for run in piece.runs] == [""]


def test_a_host_in_another_script_is_shown_as_what_it_is() -> None:
    (piece,) = read_mail("<p><a href='https://p\u0430ypal.com/x'>p\u0430ypal.com</a></p>").pieces
    (url,) = [run.url for run in piece.runs if run.url]
    assert url == "https://xn--pypal-4ve.com/x"
    assert url in piece.text


@pytest.mark.parametrize("words", ["Click here", "ご注文はこちら。次へ", "Mr. Smith", "at 10.30"])
def test_words_that_name_no_host_need_no_address(words: str) -> None:
    (piece,) = read_mail(f"<p><a href='https://shop.example/'>{words}</a></p>").pieces
    assert piece.runs == [Run(words, url="https://shop.example/")]


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "//[", "ftp://x", ""])
def test_a_link_that_leads_nowhere_safe_is_only_words(href: str) -> None:
    (piece,) = read_mail(f"<p><a href='{href}'>words</a></p>").pieces
    assert [run.url for run in piece.runs] == [""]


def test_invisible_and_bidi_characters_are_removed() -> None:
    assert texts(read_mail("pay\u202epal\u200b.com\u2066\ufeff")) == ["paypal.com"]


def test_pieces_are_cut_to_a_length_and_say_so() -> None:
    kept, is_cut = rich.shorten([Piece(Shape.TEXT, [Run("x" * 100)])], 10)
    assert is_cut
    assert kept[0].text == "x" * 9 + "…"


def test_a_link_is_not_parted_between_two_parts() -> None:
    url = Run("x" * 40, url="https://x.example/")
    first, second = rich.parts([Piece(Shape.TEXT, [Run("a" * 80), url])], 100)
    assert [run.text for piece in first for run in piece.runs] == ["a" * 80]
    assert [run for piece in second for run in piece.runs] == [url]


fragments = st.sampled_from(
    "<p>|</p>|<ul>|<li>|</ul>|<blockquote type=cite>|</blockquote>|<pre>|<a href='https://x.y'>|</a>"
    "|<br>|> |\n|<b>|&nbsp;|<!channel>|<@U123>|<https://a.b>|From: a\nSent: b\n|<table><tr><td>|*x*"
    "".split("|")
)


@given(st.lists(fragments | st.text(max_size=20), max_size=40).map("".join))
def test_any_text_of_customers_is_read_with_its_length(body: str) -> None:
    mail = read_mail(body)
    kept, _ = rich.shorten(mail.pieces, 200)
    assert sum(len(piece.text) for piece in kept) <= 200
    rich.elements(kept, quoted=True)


@given(st.lists(fragments | st.text(max_size=20), max_size=40).map("".join), st.integers(1, 90))
def test_splitting_a_mail_loses_no_text(body: str, limit: int) -> None:
    pieces = read_mail(body).pieces
    shown = [piece for part in rich.parts(pieces, limit) for piece in part]
    assert "".join(each.text for each in shown) == "".join(each.text for each in pieces)


hrefs = st.sampled_from(
    ["https://evil.example/", "https://x@paypal.com", "https://evil.example\\@paypal.com", "//x"]
) | st.text(max_size=30)
labels = st.text("paypal.com\u200b\ufe0f\u0430．。@/: ", max_size=20) | st.sampled_from(
    ["paypal.com", "https://paypal.com/login", "www.evil.example", "<b>bank</b>.example", "here"]
)


@given(hrefs, labels, st.sampled_from(["{}", "<p>{}</p>", "<ul><li>{}", "<table><td>{}"]))
def test_no_link_leads_anywhere_but_where_it_says(href: str, label: str, around: str) -> None:
    body = around.format(f"<a href='{escape(href)}'>{label}</a>")
    for piece in read_mail(body).pieces:
        for run in piece.runs:
            if run.url:
                host = urlsplit(run.url).hostname or ""
                assert run.url.isascii() or urlsplit(run.url).netloc.isascii()
                assert "@" not in urlsplit(run.url).netloc
                assert "\\" not in run.url
                named = "paypal.com" in run.text or "bank.example" in run.text
                assert not named or host.removeprefix("www.") in {"paypal.com", "bank.example"}


@given(st.lists(fragments | st.text(max_size=20), max_size=40).map("".join))
def test_customers_text_never_becomes_a_mention(body: str) -> None:
    kept, _ = rich.shorten(read_mail(body).pieces, 500)
    made = [element.to_dict() for element in rich.elements(kept, quoted=False)]
    assert kinds(made) <= {
        "rich_text_section",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
        "text",
        "link",
    }


def kinds(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(kinds, part))
    return {part["type"], *kinds(part.get("elements", []))}


@pytest.mark.parametrize("unit", ["L", "a.", "a-", "> ", "<a href='https://x.y'>", "-", "_", "On "])
def test_a_long_mail_is_read_in_no_time(unit: str) -> None:
    body = "<a href='https://x.example/'>" + unit * (60_000 // len(unit)) + "</a>"
    for each in (body, unit * (60_000 // len(unit)), "x\n" + unit * (60_000 // len(unit))):
        started = time.process_time()
        read_mail(each)
        assert time.process_time() - started < 1


@pytest.mark.parametrize("body", ["&#" + "9" * 5000 + ";", "<p>&#" + "9" * 5000 + ";</p>"])
def test_a_number_of_thousands_of_digits_is_no_error(body: str) -> None:
    assert texts(read_mail(body)) == ["\ufffd"]


@pytest.mark.parametrize(
    "body",
    ["word " * 20_000, "<p>word</p>" * 10_000, "> a\nb\n" * 10_000, "<ul><li>x" * 10_000],
)
def test_a_mail_beyond_the_limits_is_cut_and_says_so(body: str) -> None:
    mail = read_mail(body)
    assert mail.is_cut
    assert 500 < sum(len(piece.text) for piece in mail.pieces) <= MAX_TEXT


def test_a_short_mail_with_a_long_history_is_whole() -> None:
    mail = read_mail("New words\n\n> old\n" + "> older\n" * 10_000)
    assert texts(mail) == ["New words"]
    assert not mail.has_more_text


def test_elements_that_are_left_open_end_where_browsers_end_them() -> None:
    assert texts(read_mail("<p>One<p>Two<div>Three</div>")) == ["One\n\nTwo\n\nThree"]
    items = read_mail("<ul><li>one<li>two<ol><li>deep</ol><li>three</ul>after").pieces
    assert [(piece.shape, piece.indent, piece.text) for piece in items] == [
        (Shape.ITEM, 0, "one"),
        (Shape.ITEM, 0, "two"),
        (Shape.NUMBERED_ITEM, 1, "deep"),
        (Shape.ITEM, 0, "three"),
        (Shape.TEXT, 0, "after"),
    ]


def test_overlapping_styles_end_where_they_are_closed() -> None:
    (piece,) = read_mail("<p><b>one <i>two</b> three</i> four</p>").pieces
    looks = [(run.text.strip(), run.bold, run.italic) for run in piece.runs]
    assert looks == [
        ("one", True, False),
        ("two", True, True),
        ("three", False, True),
        ("four", False, False),
    ]


def test_a_table_cell_keeps_what_is_outside() -> None:
    mail = read_mail("<blockquote><table><tr><td>a</blockquote>b<td>c</table>d</blockquote>e")
    assert [(piece.shape, piece.text) for piece in mail.pieces] == [
        (Shape.QUOTE, "ab c \n\nd"),
        (Shape.TEXT, "e"),
    ]


def test_a_link_around_blocks_keeps_all_its_words() -> None:
    (piece,) = read_mail("<a href='https://x.example/'><div>One</div><div>Two</div></a>").pieces
    assert piece.runs == [Run("One Two", url="https://x.example/")]


def test_an_unclosed_link_loses_no_text() -> None:
    mail = read_mail("<p><a href='https://x.example/'>here<p>" + "<p>word" * 200 + "<p>GOODBYE")
    assert "GOODBYE" in mail.pieces[-1].text


def test_text_after_a_very_long_link_is_kept() -> None:
    url = "https://x.example/" + "y" * 4000
    mail = read_mail(f"<p>HELLO</p><p><a href='{url}'>{url}</a></p><p>GOODBYE</p>")
    kept, _ = rich.shorten(mail.pieces, 2500)
    assert "GOODBYE" in "".join(piece.text for piece in kept)
