"""The base of all values, and values that are only a word or a number."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.domain.errors import StaleButton

MAX_COMMAND_LENGTH = 1900
MAX_NUMBER = 2**31 - 1  # the database's largest integer

_DIGITS = 10


class Value(ABC):
    """A button's value."""

    @abstractmethod
    def to_value(self) -> str: ...

    @classmethod
    @abstractmethod
    def _read(cls, value: str) -> Self:
        """Raises `ValueError`."""

    @classmethod
    def of_value(cls, value: str) -> Self:
        """Raises `StaleButton` if no button of this kind has such a value."""
        try:
            return cls._read(value)
        except ValueError as error:
            raise StaleButton from error


@dataclass(frozen=True, slots=True)
class CommandText(Value):
    """Text to type after `/ticket`, as Slack sends it: at most `MAX_COMMAND_LENGTH`."""

    text: str

    def to_value(self) -> str:
        return self.text

    @classmethod
    def _read(cls, value: str) -> "CommandText":
        return cls(read_filled(value))


@dataclass(frozen=True, slots=True)
class Number(Value):
    """A database row's id, or a count."""

    number: int

    def to_value(self) -> str:
        return str(self.number)

    @classmethod
    def _read(cls, value: str) -> "Number":
        return cls(read_number(value))


@dataclass(frozen=True, slots=True)
class ShownRow(Value):
    """An operation's row as it was shown: its next claim changes its `lease_token`.

    Buttons of older versions name the row alone: their token is 0, which no claimed row has.
    """

    row_id: int
    lease_token: int = 0

    def to_value(self) -> str:
        return f"{self.row_id} {self.lease_token}"

    @classmethod
    def _read(cls, value: str) -> "ShownRow":
        row_id, *rest = value.split(" ")
        return cls(read_number(row_id), read_added(rest))


@dataclass(frozen=True, slots=True)
class MenuEntry(Value):
    """A menu entry, which acts as a button: it carries that button's action id and value."""

    action: str
    value: str

    def to_value(self) -> str:
        return f"{self.action} {self.value}"

    @classmethod
    def _read(cls, value: str) -> "MenuEntry":
        """Never fails: an unknown action is detected later."""
        action, _, rest = value.partition(" ")
        return cls(action, rest)


def read_filled(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def read_number(text: str) -> int:
    is_short = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    if not is_short or int(text) > MAX_NUMBER:
        raise ValueError(text)
    return int(text)


def read_added(parts: Sequence[str]) -> int:
    """Reads a number that buttons of older versions lack; it is 0 there."""
    (number,) = parts or ["0"]
    return read_number(number)


def read_flag(text: str) -> bool:
    return read_number(text) == 1
