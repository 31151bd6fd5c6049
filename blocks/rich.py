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
from blocks.text import cut

MAX_RUNS = 200

_LISTS = {Shape.ITEM: "bullet", Shape.NUMBERED_ITEM: "ordered"}


def shorten(pieces: Sequence[Piece], limit: int) -> tuple[list[Piece], bool]:
    """As many pieces as `limit` characters allow, links counted too; and whether any were cut."""
    left, runs_left, kept = limit, MAX_RUNS, []
    for piece in pieces:
        runs = []
        for run in piece.runs:
            size = len(run.text) + len(run.url)
            if size > left or runs_left <= 0:
                if left > 1 and runs_left > 0:
                    runs.append(replace(run, text=cut(run.text, left), url=""))
                kept.append(Piece(piece.shape, runs, piece.indent))
                return [piece for piece in kept if piece.runs], True
            runs.append(run)
            left, runs_left = left - size, runs_left - 1
        kept.append(Piece(piece.shape, runs, piece.indent))
    return kept, False


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
