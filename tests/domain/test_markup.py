"""HTML as a stream of words and tags."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.markup import MAX_TEXT, Tag, plain, tokens, visible_html


def words(html: str) -> list[str]:
    return [each for each in tokens(html) if isinstance(each, str)]


def tags(html: str) -> list[str]:
    found = [each for each in tokens(html) if isinstance(each, Tag)]
    return [f"/{each.name}" if each.is_end else each.name for each in found]


def test_words_and_tags_in_their_order() -> None:
    assert list(tokens("a<B>b</b >c")) == [
        "a",
        Tag("b", is_end=False),
        "b",
        Tag("b", is_end=True, raw_attributes=" "),
        "c",
    ]


@pytest.mark.parametrize("nothing", ["<!---->", "<?x>", "<!x>", "</>"])
def test_invisible_tokens_count_towards_a_limit(nothing: str) -> None:
    assert len(list(islice(tokens(nothing * 10), 3))) == 3


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("a<!-- b > c -->d", "ad"),
        ("a<!-->b", "ab"),
        ("<!--[if !mso]><!-->a<!--<![endif]-->", "a"),
        ("<![if !mso]>a<![endif]>", "a"),
        ("<?xml version='1.0'?>a", "a"),
        ("<style>p > a {}</style>b<script>'</p>'</script>c", "bc"),
        ("<title>t</title>a", "a"),
        ("a < b <3 c", "a < b <3 c"),
        ("a</>b</ c>d", "abd"),
        ("<p title='a > b'>c", "c"),
        ("<p don't>c", "c"),
        ('<p a=b"c>d', "d"),
        ("a<p b='c", "a"),
        ("a<script>b", "a"),
        ("&amp;lt; &#65;&#x42;&nbsp;", "&lt; AB\xa0"),
    ],
)
def test_only_visible_text_is_returned(html: str, shown: str) -> None:
    assert "".join(words(html)) == shown


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<a href='x y' HREF=z>", {"href": "x y"}),
        ('<a class="a&amp;b" id = c disabled>', {"class": "a&b", "id": "c"}),
        ("<a data-x=\"href='evil'\" href=good>", {"data-x": "href='evil'", "href": "good"}),
        ("<a href=https://x.example/a>", {"href": "https://x.example/a"}),
    ],
)
def test_attributes_are_read(html: str, found: dict[str, str]) -> None:
    (tag,) = tokens(html)
    assert isinstance(tag, Tag)
    assert tag.attributes() == found


def test_numbers_of_thousands_of_digits_are_no_error() -> None:
    assert plain("a&#" + "9" * 5000 + ";b") == "a\ufffdb"
    assert visible_html("&#" + "9" * 5000 + ";") == "\ufffd"


def test_long_words_come_in_parts_that_cut_no_entity() -> None:
    html = "x" * (MAX_TEXT - 2) + "&amp;" + "y" * MAX_TEXT
    assert len(words(html)) > 1
    assert "".join(words(html)) == html.replace("&amp;", "&")


html = st.lists(
    st.sampled_from(["<p>", "</p>", "<a b='", "'>", "<!--", "-->", "<style>", "</style>", "&lt"])
    | st.text(max_size=5)
).map("".join)


@given(html)
def test_any_text_is_read_once_without_an_error(text: str) -> None:
    read = list(tokens(text))
    assert sum(map(len, words(text))) <= len(text)
    assert len(read) <= len(text)
    visible_html(text)


@given(st.text())
def test_escaped_words_are_what_is_seen(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert "".join(words(f"<p>{escaped}</p>")) == text
    assert tags(f"<p>{escaped}</p>") == ["p", "/p"]
