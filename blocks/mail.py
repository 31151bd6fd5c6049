"""What people wrote, HTML or plain, read into pieces: paragraphs, lists, quotes and code.

The history of a mail, quoted below it, is told apart so that it can be folded.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from html import unescape
from itertools import groupby
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from blocks.text import cut, harmless, line

MAX_DEPTH = 100
MAX_URL = 2000
MAX_LABEL = 300
MAX_BODY = 200_000  # beyond it nobody reads on in Slack

_IS_HTML = re.compile(
    r"<(?:!doctype|html|body|p|br|div|span|a|b|i|u|em|strong|font|table|tr|td|ul|ol|li|h[1-6]|hr|img"
    r"|pre|code|blockquote|style|script|meta|head)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_UNSEEN = {"script", "style", "head", "title", "template", "iframe", "object", "svg", "form"}
_BREAKS = {"p": 2, "h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2, "table": 2, "hr": 2}
_BREAKS |= dict.fromkeys(["div", "tr", "section", "article", "header", "footer", "address"], 1)
_BREAKS |= {"dl": 1, "dt": 1, "dd": 1, "center": 1, "figure": 1}
_BOLD = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"}
_QUOTED_BY_CLASS = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader|protonmail_quote"
    r"|zmail_extra|tutanota_quote"
)
_HISTORY_STARTS_ID = {"divRplyFwdMsg", "appendonsend", "x_divRplyFwdMsg", "x_appendonsend"}
_HISTORY_STARTS = re.compile(
    r"^[ \t]*(?:-{2,} *(?:original message|forwarded message|元のメッセージ|転送メッセージ) *-{2,}"
    r"|_{20,}"
    r"|on\b[^\n]{5,200}(?:\n[^\n]{0,100})?\bwrote:"
    r"|\d{4}年\d{1,2}月\d{1,2}日[^\n]{5,200}[::]"
    r"|(?:from|差出人) ?[::][^\n]*\n(?:[^\n]*\n)?(?:sent|date|to|送信日時|日付|宛先) ?[::][^\n]*"
    r")[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_HOST = re.compile(
    r"(?<![\w-])((?:[\w-]{1,63}\.){1,6}[a-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3})(?![\w-])", re.IGNORECASE
)
_DOTS = str.maketrans("。｡", "..")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. A `url` is where the link leads, always shown as it is."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    url: str = ""


class Shape(Enum):
    TEXT = "text"
    QUOTE = "quote"
    CODE = "code"
    ITEM = "item"
    NUMBERED_ITEM = "numbered item"


@dataclass(frozen=True, slots=True)
class Piece:
    """Runs of one shape. Text keeps its line breaks; an item is one entry of a list."""

    shape: Shape
    runs: Sequence[Run]
    indent: int = 0
    is_history: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Mail:
    """The pieces of a message, and those of the history below it."""

    pieces: Sequence[Piece]
    history: Sequence[Piece] = ()


def read_mail(body: str) -> Mail:
    """A body as LiveAgent has it. Nothing in it is an error."""
    body = body[:MAX_BODY]
    pieces = _Reader().read(body) if _IS_HTML.search(body) else _read_plain(body)
    return _fold([piece for piece in pieces if piece.text.strip()])


def _fold(pieces: list[Piece]) -> Mail:
    """History is what is quoted at the end; what is answered in between stays where it is."""
    end = len(pieces)
    while end and pieces[end - 1].is_history:
        end -= 1
    if end == 0:  # nothing else was written
        return Mail(pieces)
    return Mail(pieces[:end], pieces[end:])


def _read_plain(body: str) -> list[Piece]:
    text = harmless(unescape(body)).strip()
    start = _HISTORY_STARTS.search(text, 1)
    now, past = (text[: start.start()], text[start.start() :]) if start else (text, "")
    pieces = [
        Piece(Shape.QUOTE if quoted else Shape.TEXT, [Run(words)], is_history=quoted)
        for quoted, words in _by_quoting(now)
    ]
    return [*pieces, Piece(Shape.TEXT, [Run(past)], is_history=True)]


def _by_quoting(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of lines that begin with `>`, without it, and runs of those that don't."""
    for quoted, group in groupby(text.split("\n"), key=lambda row: row.lstrip().startswith(">")):
        rows = [re.sub(r"^\s*(?:> ?)+", "", row) if quoted else row for row in group]
        yield quoted, "\n".join(rows).strip("\n")


@dataclass(frozen=True, slots=True)
class _Look:
    """What the elements around say of the words inside."""

    shape: Shape = Shape.TEXT
    indent: int = 0
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    is_history: bool = False


class _Reader:
    """Walks through HTML once and writes pieces."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._runs: list[Run] = []
        self._look = _Look()
        self._breaks = 0
        self._is_past = False

    def read(self, html: str) -> list[Piece]:
        body = LexborHTMLParser(html).body
        if body is not None:
            self._walk_into(body, _Look(), 0)
        self._close()
        return self._pieces

    def _walk_into(self, node: LexborNode, look: _Look, depth: int) -> None:
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                self._write(child.text_content or "", look)
            elif depth >= MAX_DEPTH:
                self._write(child.text(deep=True), look)
            elif child.tag and child.tag not in _UNSEEN:
                self._walk(child, child.tag, look, depth + 1)

    def _walk(self, node: LexborNode, tag: str, look: _Look, depth: int) -> None:
        self._is_past = self._is_past or _starts_history(node)
        if tag == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif tag == "img":
            self._write(node.attributes.get("alt") or "", look)
        elif tag == "a":
            self._write_link(node, look)
        elif tag == "li":
            self._close()
            self._walk_into(node, look, depth)
            self._close()
        else:
            self._break(_BREAKS.get(tag, 0))
            self._walk_into(node, _inside(node, tag, look), depth)
            self._write(" ", look) if tag in {"td", "th"} else self._break(_BREAKS.get(tag, 0))

    def _break(self, lines: int) -> None:
        self._breaks = max(self._breaks, lines)

    def _write(self, text: str, look: _Look, url: str = "") -> None:
        look = replace(look, is_history=look.is_history or self._is_past)
        text = harmless(text)
        if look.shape is not Shape.CODE:
            text = re.sub(r"\s+", " ", text)
        if not text.strip() and (self._breaks or not self._runs):
            return
        if _place(look) != _place(self._look):
            self._close()
        self._look = look
        if self._breaks or not self._runs:
            text = text.lstrip(" ")
        if self._runs:
            text = "\n" * self._breaks + text
        self._breaks = 0
        self._runs.append(Run(text, look.bold, look.italic, look.strike, look.code, url))

    def _write_link(self, node: LexborNode, look: _Look) -> None:
        """A link whose words name another place than it leads to shows where it leads."""
        url, text = _safe_url(node.attributes.get("href") or ""), line(node.text(deep=True))
        text = cut(text, MAX_LABEL)
        if not text:
            text = " ".join(image.attributes.get("alt") or "" for image in node.css("img")).strip()
        if not text or not url:
            self._write(text, look)
        elif _names_another_place(text, url):
            self._write(f"{text} (", look)
            self._write(url, look, url)
            self._write(")", look)
        else:
            self._write(text, look, url)

    def _close(self) -> None:
        if self._runs:
            look = self._look
            self._pieces.append(Piece(look.shape, self._runs, look.indent, look.is_history))
        self._runs, self._breaks = [], 0


def _inside(node: LexborNode, tag: str, look: _Look) -> _Look:
    match tag:
        case "ul" | "ol":
            is_nested = look.shape in {Shape.ITEM, Shape.NUMBERED_ITEM}
            shape = Shape.ITEM if tag == "ul" else Shape.NUMBERED_ITEM
            return replace(look, shape=shape, indent=min(look.indent + is_nested, 8))
        case "pre":
            return replace(look, shape=Shape.CODE)
        case "blockquote":
            is_mail = node.attributes.get("type") == "cite" or _is_quoted_mail(node)
            return replace(look, shape=Shape.QUOTE, is_history=look.is_history or is_mail)
        case "i" | "em":
            return replace(look, italic=True)
        case "s" | "del" | "strike":
            return replace(look, strike=True)
        case "code" | "tt" | "kbd":
            return replace(look, code=True)
        case _:
            is_history = look.is_history or _is_quoted_mail(node)
            return replace(look, bold=look.bold or tag in _BOLD, is_history=is_history)


def _place(look: _Look) -> tuple[Shape, int, bool]:
    return look.shape, look.indent, look.is_history


def _is_quoted_mail(node: LexborNode) -> bool:
    return _QUOTED_BY_CLASS.search(node.attributes.get("class") or "") is not None


def _starts_history(node: LexborNode) -> bool:
    """Whether all from here on is the mail that was answered, as Outlook marks it."""
    if node.attributes.get("id") in _HISTORY_STARTS_ID:
        return True
    if "border-top" in (node.attributes.get("style") or ""):
        return _HISTORY_STARTS.match(node.text(deep=True, separator="\n").strip()) is not None
    return False


def _safe_url(href: str) -> str:
    """The link, if it is one that Slack takes and that people can see through; else nothing."""
    url = harmless(href).strip()
    is_plain = len(url) <= MAX_URL and not any(c.isspace() for c in url)
    try:
        parts = urlsplit(url)
        leads_somewhere = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        leads_somewhere = False
    return url if is_plain and leads_somewhere else ""


def _names_another_place(text: str, url: str) -> bool:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    shown = unicodedata.normalize("NFKC", text.translate(_DOTS))
    return any(
        named.group(1).lower().removeprefix("www.") != host for named in _HOST.finditer(shown)
    )
