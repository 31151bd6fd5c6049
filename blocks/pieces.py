"""The structure of a message's text after reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Run(NamedTuple):
    """Text of one style. A `url` is the link's target, shown unchanged."""

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
    """Runs of one shape. Text keeps its line breaks; an item is an entry of a list."""

    shape: Shape
    runs: Sequence[Run]
    indent: int = 0
    is_history: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Mail:
    """The pieces of a message and of its quoted history, and whether its end was cut off."""

    pieces: Sequence[Piece]
    history: Sequence[Piece] = ()
    is_cut: bool = False

    @property
    def has_more_text(self) -> bool:
        """Whether more than the history was cut off."""
        return self.is_cut and not self.history
