"""HTML read as a stream of words and tags, in time that grows with its length alone.

A parser that builds a tree looks through all open elements for each tag, so that deeply nested
mail takes minutes. Nothing here looks back; whoever reads the stream decides when to stop.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from bot.domain.characters import INVISIBLE

MAX_BODY = 200_000  # characters of a message that are read at all
MAX_WORDS = 8000
MAX_ENTITY = 40

# What begins a tag or a comment; any other `<` is a character like others.
_MARKUP = re.compile(r"<(?:!--|[!?]|/?(?=[a-zA-Z])|/)")
_NAME = re.compile(r"[^\s/>]{1,40}")
_QUOTE_OR_END = re.compile(r">|=\s*([\"'])")
_ATTRIBUTE = re.compile(
    r"(?<![^\s/\"'])([^\s/>=\"']{1,60})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_UNSEEN = re.compile(rf"[\s{INVISIBLE}]+")
# Elements whose content is no markup and is not shown.
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
        """By lower-case names; of two with one name the first counts, as in browsers."""
        found: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(self.raw_attributes):
            found.setdefault(name.lower(), plain(double or single or bare))
        return found


def tokens(html: str) -> Iterator[str | Tag]:
    """Words, entities undone, and tags, in their order; nothing of comments, scripts and styles."""
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
            end = html.find(closing, found.end() - 2 * is_comment)  # `<!-->` is a whole one
            at = end + len(closing)
        if end < 0:
            return  # it never ends: browsers show nothing of it either
        if tag:
            yield tag
            if tag.name in _RAW and not tag.is_end:
                closed = _RAW[tag.name].search(html, at)
                if not closed:
                    return
                at = closed.start()
    yield from _words(html, at, len(html))


def plain(text: str) -> str:
    """With its entities undone."""
    return _ENTITY.sub(lambda found: _character(found.group()), text) if "&" in text else text


@lru_cache(maxsize=1024)
def _character(entity: str) -> str:
    """Python raises an error for numbers of thousands of digits."""
    return unescape(entity) if len(entity) <= MAX_ENTITY else "\ufffd"


def _words(html: str, start: int, end: int) -> Iterator[str]:
    """What stands between two tags; where it is long, in parts, none of which ends in an entity."""
    while start < end:
        stop = min(start + MAX_WORDS, end)
        stop = html.find(";", stop, min(stop + MAX_ENTITY, end)) + 1 or stop
        yield plain(html[start:stop])
        start = stop


def visible(text: str) -> str:
    """Plain text, without white space and what nobody sees."""
    return _UNSEEN.sub("", plain(text))


def visible_html(html: str) -> str:
    """What a reader sees of HTML, without white space and what nobody sees."""
    return _UNSEEN.sub("", "".join(each for each in tokens(html) if isinstance(each, str)))


def _end_of_tag(html: str, at: int) -> int:
    """The place of its `>`, which does not count inside quotes; -1 where it never ends."""
    while found := _QUOTE_OR_END.search(html, at):
        if found.group() == ">":
            return found.start()
        at = html.find(found[1], found.end()) + 1
        if not at:
            break
    return -1
