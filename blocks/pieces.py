"""What a message consists of once it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Run(NamedTuple):
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


class Piece(NamedTuple):
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
    """The pieces of a message, those of the history below it, and whether it goes on unread."""

    pieces: Sequence[Piece]
    history: Sequence[Piece] = ()
    is_cut: bool = False

    @property
    def has_more_words(self) -> bool:
        """Whether it goes on unread, and not merely with the history."""
        return self.is_cut and not self.history
