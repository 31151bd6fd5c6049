"""Pieces of a mail as Slack's rich text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from slack_sdk.models.blocks import (
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from blocks.mail import Piece, Run, Shape

MAX_RUNS = 200

_LISTS = {Shape.ITEM: "bullet", Shape.NUMBERED_ITEM: "ordered"}


def shorten(pieces: Sequence[Piece], limit: int) -> tuple[list[Piece], bool]:
    """As many pieces as `limit` characters allow, links counted too; and whether any were cut."""
    kept, rest = _take(pieces, limit)
    if rest:
        kept, _ = _take(kept, limit - 1)
        last = kept.pop() if kept else replace(rest[0], runs=())
        kept.append(replace(last, runs=[*last.runs, Run("…")]))
    return kept, bool(rest)


def parts(pieces: Sequence[Piece], limit: int) -> Iterator[list[Piece]]:
    """All of it, in parts of at most `limit` characters each."""
    rest = list(pieces)
    while rest:
        kept, rest = _take(rest, limit)
        yield kept


def _take(pieces: Sequence[Piece], limit: int) -> tuple[list[Piece], list[Piece]]:
    """What fits, and the rest; a run that fits nowhere is parted and leads nowhere any more."""
    left, runs_left, kept = limit, MAX_RUNS, []
    for number, piece in enumerate(pieces):
        for place, run in enumerate(piece.runs):
            size = len(run.text) + len(run.url)
            if size <= left and runs_left > 0:
                left, runs_left = left - size, runs_left - 1
                continue
            here, beyond = list(piece.runs[:place]), list(piece.runs[place:])
            if runs_left > 0 and left > 0 and (size > limit or not run.url):
                here.append(replace(run, text=run.text[:left], url=""))
                beyond[0] = replace(run, text=run.text[left:], url="")
            kept.append(replace(piece, runs=here))
            rest = [replace(piece, runs=beyond), *pieces[number + 1 :]]
            return _filled(kept), _filled(rest)
        kept.append(piece)
    return _filled(kept), []


def _filled(pieces: Sequence[Piece]) -> list[Piece]:
    kept = [replace(piece, runs=[run for run in piece.runs if run.text]) for piece in pieces]
    return [piece for piece in kept if piece.runs]


def elements(pieces: Sequence[Piece], *, quoted: bool) -> list[RichTextElement]:
    """`quoted` puts a bar beside everything."""
    return list(_each(pieces, quoted=quoted))


def _each(pieces: Sequence[Piece], *, quoted: bool) -> Iterator[RichTextElement]:
    border = 1 if quoted else 0
    for (shape, indent), group in groupby(pieces, key=lambda piece: (piece.shape, piece.indent)):
        if style := _LISTS.get(shape):
            items = [RichTextSectionElement(elements=_parts(piece.runs)) for piece in group]
            yield RichTextListElement(elements=items, style=style, indent=indent, border=border)
            continue
        for piece in group:
            if shape is Shape.CODE:
                text = RichTextElementParts.Text(text=piece.text.strip("\n") or " ")
                yield RichTextPreformattedElement(elements=[text], border=border)
            elif shape is Shape.QUOTE or quoted:
                yield RichTextQuoteElement(elements=_parts(piece.runs))
            else:
                yield RichTextSectionElement(elements=_parts(piece.runs))


def _parts(runs: Sequence[Run]) -> list[RichTextElement]:
    return [_part(run) for run in runs if run.text]


def _part(run: Run) -> RichTextElement:
    style = RichTextElementParts.TextStyle(
        bold=run.bold or None,
        italic=run.italic or None,
        strike=run.strike or None,
        code=run.code or None,
    )
    looks = style if run.bold or run.italic or run.strike or run.code else None
    if run.url:
        return RichTextElementParts.Link(url=run.url, text=run.text, style=looks)
    return RichTextElementParts.Text(text=run.text, style=looks)
