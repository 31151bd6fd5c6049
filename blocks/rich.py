"""Converts pieces of a mail to Slack's rich text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from slack_sdk.models.blocks import (
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from blocks.pieces import Piece, Run, Shape

MAX_RUNS = 200  # Slack's models take longer for each than reading it
SHORT_RUNS = 60

_LISTS = {Shape.ITEM: "bullet", Shape.NUMBERED_ITEM: "ordered"}


def shorten(pieces: Sequence[Piece], limit: int) -> tuple[list[Piece], bool]:
    """Returns pieces of up to `limit` characters, links included, and whether any were cut."""
    all_parts = parts(pieces, limit, SHORT_RUNS)
    kept = next(all_parts, [])
    if next(all_parts, None) is None:
        return kept, False
    kept = next(parts(kept, limit - 1, SHORT_RUNS - 1), [])
    last = kept.pop() if kept else pieces[0]._replace(runs=())
    kept.append(last._replace(runs=[*last.runs, Run("…")]))
    return kept, True


def parts(pieces: Iterable[Piece], limit: int, max_runs: int = MAX_RUNS) -> Iterator[list[Piece]]:
    """Yields everything in parts of at most `limit` characters, lazily."""
    part = _Part(limit, max_runs)
    for piece in pieces:
        for run in piece.runs:
            start = 0
            while start < len(run.text):
                if part.is_full(run, start):
                    yield part.pieces
                    part = _Part(limit, max_runs)
                start = part.take(piece, run, start)
    if part.pieces:
        yield part.pieces


class _Part:
    """Pieces up to a limit; a run that fits in no part is split and loses its link."""

    def __init__(self, limit: int, max_runs: int) -> None:
        self.pieces: list[Piece] = []
        self._limit = self._left = limit
        self._runs_left = max_runs
        self._runs: list[Run] = []
        self._last: Piece | None = None

    def is_full(self, run: Run, start: int) -> bool:
        """Whether nothing of this run, from `start` on, fits."""
        if not self._runs_left or not self._left:
            return True
        return self._is_kept_whole(run, start) and _text_length(run) > self._left

    def take(self, piece: Piece, run: Run, start: int) -> int:
        """Takes at least one character of the run; returns the new start."""
        if self._is_kept_whole(run, start):
            words, url = run.text, run.url
        else:
            words, url = run.text[start : start + self._left], ""
        self._left -= len(words) + len(url)
        self._runs_left -= 1
        if piece is not self._last:
            self._runs, self._last = [], piece
            self.pieces.append(piece._replace(runs=self._runs))
        self._runs.append(run._replace(text=words, url=url))
        return start + len(words)

    def _is_kept_whole(self, run: Run, start: int) -> bool:
        return bool(run.url) and not start and _text_length(run) <= self._limit


def _text_length(run: Run) -> int:
    return len(run.text) + len(run.url)


def elements(pieces: Sequence[Piece], *, quoted: bool) -> list[RichTextElement]:
    """Returns rich text elements; `quoted` puts a bar beside all of them."""
    return list(_to_elements(pieces, quoted=quoted))


def _to_elements(pieces: Sequence[Piece], *, quoted: bool) -> Iterator[RichTextElement]:
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
