"""Converts the HTML of a mail to pieces in one pass, within fixed limits."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from blocks.addresses import names_another_place, safe_url
from blocks.pieces import Piece, Run, Shape
from blocks.text import cut, harmless, line
from bot.domain.markup import Tag, tokens

MAX_TOKENS = 3000  # tags and texts
SHORT_TOKENS = 800  # if only a part of the text is wanted
MAX_TEXT = 80_000
MAX_PIECES = 1000
MAX_DEPTH = 100  # open elements; deeper ones don't change the style
MAX_INDENT = 8
MAX_LABEL = 300
LOOK_AHEAD = 24

_HIDDEN = {"template", "object", "svg", "form"}
_WITHOUT_END = {"area", "base", "col", "embed", "hr", "input", "link", "meta", "param", "source"}
_WITHOUT_END |= {"track", "wbr"}
_BREAKS = {"p": 2, "h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2, "table": 2, "hr": 2}
_BREAKS |= dict.fromkeys(["div", "tr", "section", "article", "header", "footer", "address"], 1)
_BREAKS |= {"dl": 1, "dt": 1, "dd": 1, "center": 1, "figure": 1}
_LISTS = {"ul": Shape.ITEM, "ol": Shape.NUMBERED_ITEM}
_IN_TABLES = {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"}
_BLOCKS = {*_BREAKS, *_LISTS, *_IN_TABLES, "li", "pre", "blockquote", "main", "nav", "body", "html"}
_CLOSES = {
    "li": {"li", "p"},
    "dt": {"dt", "dd", "p"},
    "dd": {"dt", "dd", "p"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr"},
}
_CLOSES |= {tag: {"p"} for tag in _BLOCKS - _IN_TABLES - set(_CLOSES)}
_CLOSES_NOTHING_BEYOND = {
    "li": {"ul", "ol", "table", "td", "th"},
    "dt": {"dl", "table", "td", "th"},
    "dd": {"dl", "table", "td", "th"},
    "td": {"table"},
    "th": {"table"},
    "tr": {"table"},
}
_CELLS = {"table", "td", "th", "caption"}
_LOOKS = dict.fromkeys(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"], "bold")
_LOOKS |= dict.fromkeys(["i", "em"], "italic")
_LOOKS |= dict.fromkeys(["s", "del", "strike"], "strike")
_LOOKS |= dict.fromkeys(["code", "tt", "kbd"], "code")
_LOOKS_OF_RUNS = ("bold", "italic", "strike", "code")

_QUOTED_BY_CLASS = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader|protonmail_quote"
    r"|zmail_extra|tutanota_quote"
)
_HISTORY_STARTS_ID = {"divRplyFwdMsg", "appendonsend", "x_divRplyFwdMsg", "x_appendonsend"}
HISTORY_STARTS = re.compile(
    r"^[ \t]*(?:-{2,} *(?:original message|forwarded message|元のメッセージ|転送メッセージ) *-{2,}"
    r"|_{20,}"
    r"|on\b[^\n]{5,200}(?:\n[^\n]{0,100})?\bwrote:"
    r"|\d{4}年\d{1,2}月\d{1,2}日[^\n]{5,200}[::]"
    r"|(?:from|差出人) ?[::][^\n]*\n(?:[^\n]*\n)?(?:sent|date|to|送信日時|日付|宛先) ?[::][^\n]*"
    r")[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def read_html(html: str, limit: int) -> tuple[list[Piece], bool]:
    """Returns pieces of up to `limit` characters, and whether the mail exceeds the limits."""
    max_tokens = MAX_TOKENS if limit >= MAX_TEXT else SHORT_TOKENS
    stream = list(islice(tokens(html), max_tokens + 1))
    reader = _Reader(stream[:max_tokens], limit)
    is_cut = reader.read()
    return reader.pieces, is_cut or len(stream) > max_tokens


_Look = tuple[bool, bool, bool, bool, str]
"""Everything of a `Run` but its text."""


class _Context(NamedTuple):
    """The properties that separate pieces."""

    shape: Shape = Shape.TEXT
    indent: int = 0
    is_history: bool = False


class _Open(NamedTuple):
    """An open element: the styles it adds, and the context around it."""

    tag: str
    looks: Sequence[str]
    around: _Context


@dataclass(slots=True)
class _Link:
    """An open link; `depth` is the number of open elements around it."""

    url: str
    depth: int
    words: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    size: int = 0


class _Reader:
    """Reads the tokens once and writes pieces."""

    def __init__(self, stream: Sequence[str | Tag], limit: int) -> None:
        self.pieces: list[Piece] = []
        self._stream = stream
        self._last_end = {
            token.name: at
            for at, token in enumerate(stream)
            if not isinstance(token, str) and token.is_end
        }
        self._open: list[_Open] = []
        self._open_by_tag: Counter[str] = Counter()
        self._too_deep: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()
        self._context = _Context()
        self._link: _Link | None = None
        self._runs: list[tuple[_Look, list[str]]] = []
        self._runs_context = _Context()
        self._breaks = 0
        self._left = limit
        self._is_cut = False
        self._is_past = False

    def read(self) -> bool:
        """Returns whether the limits were reached."""
        at = 0
        while at < len(self._stream):
            if self._left <= 0 or len(self.pieces) >= MAX_PIECES:
                break
            token = self._stream[at]
            if isinstance(token, str):
                if token:
                    self._write(token)
            elif token.is_end:
                self._end(token.name)
            elif token.name in _HIDDEN and self._last_end.get(token.name, 0) > at:
                at = self._end_of_hidden(token.name, at)
            else:
                self._start(token, at)
            at += 1
        self._end_link()
        self._close()
        return self._is_cut or at < len(self._stream)

    def _end_of_hidden(self, name: str, at: int) -> int:
        """Returns the position of the matching end tag, or of the last such end tag."""
        depth = 0
        for index in range(at, self._last_end[name] + 1):
            token = self._stream[index]
            if not isinstance(token, str) and token.name == name:
                depth += -1 if token.is_end else 1
                if not depth:
                    return index
        return self._last_end[name]

    def _start(self, tag: Tag, at: int) -> None:
        self._is_past = self._is_past or self._starts_history(tag, at)
        name = tag.name
        if name == "br":
            self._break_line()
        elif name == "img":
            self._write_image(tag.attributes().get("alt", ""))
        elif name == "a":
            self._end_link()
            self._link = _Link(safe_url(tag.attributes().get("href", "")), len(self._open))
        elif name in _WITHOUT_END:
            self._break(_BREAKS.get(name, 0))
        else:
            self._end_implied(name)
            self._close() if name == "li" else self._break(_BREAKS.get(name, 0))
            self._enter(tag)

    def _enter(self, tag: Tag) -> None:
        name = tag.name
        if len(self._open) >= MAX_DEPTH:
            self._too_deep[name] += 1
            return
        looks = [_LOOKS[name]] if name in _LOOKS else []
        self._open.append(_Open(name, looks, self._context))
        self._open_by_tag[name] += 1
        self._looks.update(looks)
        is_history = self._context.is_history or _is_quoted_mail(tag)
        shape, indent = self._context.shape, self._context.indent
        if name in _LISTS:
            indent = min(indent + (shape in _LISTS.values()), MAX_INDENT)
            shape = _LISTS[name]
        elif name == "pre":
            shape = Shape.CODE
        elif name == "blockquote":
            shape = Shape.QUOTE
        self._context = _Context(shape, indent, is_history)

    def _end(self, name: str) -> None:
        if name == "a":
            self._end_link()
        elif name == "br":
            self._break_line()
        elif self._too_deep[name]:
            self._too_deep[name] -= 1
        elif self._open_by_tag[name]:
            stops = () if name in _IN_TABLES else _CELLS
            index = self._nearest({name}, stops)
            if index >= 0 and name in _BLOCKS:
                self._end_from(index)
            elif index >= 0:
                self._end_one(index)

    def _end_implied(self, name: str) -> None:
        """Ends the elements that this one closes without an end tag."""
        closes = _CLOSES.get(name, ())
        if any(self._open_by_tag[each] for each in closes):
            index = self._nearest(closes, _CLOSES_NOTHING_BEYOND.get(name, _CELLS))
            while index >= 0:
                self._end_from(index)
                index = self._nearest(closes, _CLOSES_NOTHING_BEYOND.get(name, _CELLS))

    def _nearest(self, names: Collection[str], stops: Collection[str]) -> int:
        """Returns the position of the innermost open element of these, searching up to `stops`."""
        for index in range(len(self._open) - 1, -1, -1):
            tag = self._open[index].tag
            if tag in names:
                return index
            if tag in stops:
                break
        return -1

    def _end_from(self, index: int) -> None:
        """Ends an element and everything within it."""
        if self._link and index < self._link.depth:
            self._end_link()
        while len(self._open) > index:
            ended = self._open.pop()
            self._forget(ended)
            self._context = ended.around
            if ended.tag == "li":
                self._close()
            elif ended.tag in {"td", "th"}:
                self._write(" ")
            else:
                self._break(_BREAKS.get(ended.tag, 0))

    def _end_one(self, index: int) -> None:
        """Ends an inline element; those within it stay open, as in browsers."""
        ended = self._open.pop(index)
        self._forget(ended)
        if index == len(self._open):
            self._context = ended.around

    def _forget(self, ended: _Open) -> None:
        self._open_by_tag[ended.tag] -= 1
        self._looks.subtract(ended.looks)

    def _starts_history(self, tag: Tag, at: int) -> bool:
        """Whether the quoted mail begins here, as Outlook marks it."""
        attributes = tag.raw_attributes
        if "appendonsend" in attributes or "divRplyFwdMsg" in attributes:
            return tag.attributes().get("id") in _HISTORY_STARTS_ID
        if "border-top" in attributes:
            ahead = self._stream[at + 1 : at + LOOK_AHEAD]
            words = "\n".join(token[:400] for token in ahead if isinstance(token, str)).strip()
            return HISTORY_STARTS.match(words) is not None
        return False

    def _break_line(self) -> None:
        if self._link:
            self._link.words.append(" ")
        else:
            self._breaks = min(self._breaks + 1, 2)

    def _break(self, lines: int) -> None:
        if self._link and lines:
            self._link.words.append(" ")
        elif lines:
            self._breaks = max(self._breaks, lines)

    def _write_image(self, alternative: str) -> None:
        if self._link:
            self._link.alternatives.append(alternative[:MAX_LABEL])
        else:
            self._write(alternative)

    def _write(self, text: str) -> None:
        if self._link is None:
            self._put(text)
            return
        self._link.words.append(text)
        self._link.size += len(text)
        if self._link.size > MAX_LABEL:  # the rest is not a label
            self._end_link()

    def _end_link(self) -> None:
        """Shows a link's target if its text names another place."""
        link, self._link = self._link, None
        if link is None:
            return
        text = cut(line("".join(link.words)), MAX_LABEL)
        text = text or cut(line(" ".join(link.alternatives)), MAX_LABEL)
        if not text or not link.url:
            self._put(text)
        elif names_another_place(text, link.url):
            self._put(f"{text} (")
            self._put(link.url, link.url)
            self._put(")")
        else:
            self._put(text, link.url)

    def _put(self, text: str, url: str = "") -> None:
        context = self._context
        if self._is_past and not context.is_history:
            context = context._replace(is_history=True)
        text = harmless(text)
        if context.shape is not Shape.CODE:
            text = re.sub(r"\s+", " ", text)
        if not text.strip() and (self._breaks or not self._runs):
            return
        if context != self._runs_context:
            self._close()
        self._runs_context = context
        if self._breaks or not self._runs:
            text = text.lstrip(" ")
        breaks = "\n" * self._breaks if self._runs else ""
        self._breaks = 0
        if not url:
            text, breaks = breaks + text, ""
        if len(text) > self._left and not url:
            text, self._is_cut = text[: self._left], True
        self._left -= len(breaks) + len(text)
        bold, italic, strike, code = (self._looks[each] > 0 for each in _LOOKS_OF_RUNS)
        if breaks:  # it is no part of the link
            self._add((bold, italic, strike, code, ""), breaks)
        self._add((bold, italic, strike, code, url), text)

    def _add(self, look: _Look, text: str) -> None:
        is_link = bool(look[-1])
        if self._runs and not is_link and self._runs[-1][0] == look:
            self._runs[-1][1].append(text)
        else:
            self._runs.append((look, [text]))

    def _close(self) -> None:
        """Ends the piece; an open link continues."""
        if self._link:
            self._link.words.append(" ")
            return
        if self._runs:
            shape, indent, is_history = self._runs_context
            runs = [Run("".join(words), *look) for look, words in self._runs]
            self.pieces.append(Piece(shape, runs, indent, is_history))
        self._runs, self._breaks = [], 0


def _is_quoted_mail(tag: Tag) -> bool:
    attributes = tag.raw_attributes
    if tag.name == "blockquote" and "cite" in attributes:
        return tag.attributes().get("type") == "cite" or _has_quoted_class(tag)
    return bool(attributes) and _has_quoted_class(tag)


def _has_quoted_class(tag: Tag) -> bool:
    if not _QUOTED_BY_CLASS.search(tag.raw_attributes):
        return False
    return _QUOTED_BY_CLASS.search(tag.attributes().get("class", "")) is not None
