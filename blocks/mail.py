"""Converts what people wrote, HTML or plain, to pieces: paragraphs, lists, quotes, code.

A mail's quoted history is separated so that it can be folded. Reading takes some milliseconds for
any mail: text beyond `MAX_TEXT` and the other limits is cut.
"""

import re
from collections.abc import Iterator
from itertools import groupby, islice

from blocks.html_mail import HISTORY_STARTS, MAX_PIECES, MAX_TEXT, read_html
from blocks.pieces import Mail, Piece, Run, Shape
from blocks.text import harmless
from bot.domain.markup import MAX_BODY, plain

_IS_HTML = re.compile(
    r"<(?=[!a-z])(?:!doctype|html|body|p|br|div|span|a|b|i|u|em|strong|font|table|tr|td|ul|ol|li|h[1-6]|hr|img"
    r"|pre|code|blockquote|style|script|meta|head)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)


def read_mail(body: str, limit: int = MAX_TEXT) -> Mail:
    """Reads up to `limit` characters of LiveAgent's body. No input raises an error."""
    start = body[:MAX_BODY]
    read = read_html if _IS_HTML.search(start) else _read_plain
    pieces, is_cut = read(start, limit)
    filled = [piece for piece in pieces if piece.text.strip()]
    return _fold(filled, is_cut=is_cut or len(body) > MAX_BODY)


def _fold(pieces: list[Piece], *, is_cut: bool) -> Mail:
    """Separates quotes at the end as history; quotes with answers below them stay."""
    end = len(pieces)
    while end and pieces[end - 1].is_history:
        end -= 1
    if end == 0:  # there is no other text
        return Mail(pieces, is_cut=is_cut)
    return Mail(pieces[:end], pieces[end:], is_cut=is_cut)


def _read_plain(body: str, limit: int) -> tuple[list[Piece], bool]:
    text = harmless(plain(body[:limit])).strip()
    start = HISTORY_STARTS.search(text, 1)
    now, past = (text[: start.start()], text[start.start() :]) if start else (text, "")
    quoting = _by_quoting(now)
    pieces = [
        Piece(Shape.QUOTE if quoted else Shape.TEXT, [Run(words)], is_history=quoted)
        for quoted, words in islice(quoting, MAX_PIECES)
    ]
    is_cut = len(body) > limit or next(quoting, None) is not None
    return [*pieces, Piece(Shape.TEXT, [Run(past)], is_history=True)], is_cut


def _by_quoting(text: str) -> Iterator[tuple[bool, str]]:
    """Yields groups of lines that begin with `>`, without it, and groups of other lines."""
    for quoted, group in groupby(text.split("\n"), key=lambda row: row.lstrip().startswith(">")):
        rows = [re.sub(r"^\s*(?:> ?)+", "", row) if quoted else row for row in group]
        yield quoted, "\n".join(rows).strip("\n")
