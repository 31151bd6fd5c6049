"""Reads HTML as a stream of text and tags, in time linear in its length.

A parser that builds a tree searches all open elements for each tag, so deeply nested mail takes
minutes. This one never looks back; the reader of the stream decides when to stop.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from bot.domain.characters import INVISIBLE

MAX_BODY = 200_000  # characters of a message that are read; the rest is ignored
MAX_TEXT = 8000
MAX_ENTITY = 40

# The beginning of a tag or comment; any other `<` is an ordinary character.
_MARKUP = re.compile(r"<(?:!--|[!?]|/?(?=[a-zA-Z])|/)")
_NAME = re.compile(r"[^\s/>]{1,40}")
_QUOTE_OR_END = re.compile(r">|=\s*([\"'])")
_ATTRIBUTE = re.compile(
    r"(?<![^\s/\"'])([^\s/>=\"']{1,60})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_UNSEEN = re.compile(rf"[\s{INVISIBLE}]+")
# Elements whose content is neither markup nor shown.
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "iframe", "noembed", "noframes", "xmp")
}


class Tag(NamedTuple):
    """A start or end tag; `name` is in lower case."""

    name: str
    is_end: bool
    raw_attributes: str = ""

    def attributes(self) -> Mapping[str, str]:
        """Returns values by lower-case name; the first of equal names counts, as in browsers."""
        found: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(self.raw_attributes):
            found.setdefault(name.lower(), plain(double or single or bare))
        return found


def tokens(html: str) -> Iterator[str | Tag]:
    """Yields unescaped text and tags in their order, without scripts and styles.

    A comment is an empty text, so that whoever reads but a few tokens does not read many of them.
    """
    at = 0
    while found := _MARKUP.search(html, at):
        yield from _words(html, at, found.start())
        if found.group() in {"<", "</"} and (name := _NAME.match(html, found.end())):
            end = _end_of_tag(html, name.end())
            tag = Tag(name.group().lower(), found.group() == "</", html[name.end() : end])
            at = end + 1
        else:
            tag, is_comment = None, found.group() == "<!--"
            closing = "-->" if is_comment else ">"
            end = html.find(closing, found.end() - 2 * is_comment)  # `<!-->` is a complete comment
            at = end + len(closing)
        if end < 0:
            return  # it is never closed: browsers don't show it either
        if tag:
            yield tag
            if tag.name in _RAW and not tag.is_end:
                closed = _RAW[tag.name].search(html, at)
                if not closed:
                    return
                at = closed.start()
        else:
            yield ""
    yield from _words(html, at, len(html))


def plain(text: str) -> str:
    """Returns the text with its entities unescaped."""
    return _ENTITY.sub(lambda found: _character(found.group()), text) if "&" in text else text


@lru_cache(maxsize=1024)
def _character(entity: str) -> str:
    """Avoids Python's error for numbers of thousands of digits."""
    return unescape(entity) if len(entity) <= MAX_ENTITY else "\ufffd"


def _words(html: str, start: int, end: int) -> Iterator[str]:
    """Yields the text between two tags, in parts if it is long; no part ends within an entity."""
    while start < end:
        stop = min(start + MAX_TEXT, end)
        stop = html.find(";", stop, min(stop + MAX_ENTITY, end)) + 1 or stop
        yield plain(html[start:stop])
        start = stop


def visible(text: str) -> str:
    """Returns the text without white space and invisible characters; entities stay as they are."""
    return _UNSEEN.sub("", text)


def visible_html(html: str) -> str:
    """Returns the text that HTML shows, without white space and invisible characters."""
    return _UNSEEN.sub("", "".join(each for each in tokens(html) if isinstance(each, str)))


def _end_of_tag(html: str, at: int) -> int:
    """Returns the position of the `>` outside quotes that ends the tag, or -1 if there is none."""
    while found := _QUOTE_OR_END.search(html, at):
        if found.group() == ">":
            return found.start()
        at = html.find(found[1], found.end()) + 1
        if not at:
            break
    return -1
