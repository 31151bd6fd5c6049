"""The values of buttons in messages and forms, one type for each format.

Messages stay in Slack for years: a type reads every format that its buttons ever had.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from pydantic import TypeAdapter

from blocks.text import cut, line
from blocks.ticket import owner
from bot.domain.errors import StaleButton
from bot.domain.filter import Filter
from bot.domain.ticket import TicketView
from bot.operations import Snapshot

MAX_NAME_LENGTH = 75
MAX_TARGET_LENGTH = 135  # a menu entry's limit, less the action id before it
MAX_COMMAND_LENGTH = 1900
MAX_SUBJECT_LENGTH, MAX_CUSTOMER_LENGTH = 150, 200
MAX_LIST, MAX_LIST_LENGTH = 40, 1500
MAX_BLOCK_ID_LENGTH = 255
MAX_NUMBER = 2**31 - 1  # the database's largest integer

_MENU = "tickets "
_NONE, _UNKNOWN = "-", "?"
_SEEN_PARTS, _TARGET_PARTS, _DIGITS = 4, 6, 10
_FILTER = TypeAdapter(Filter)
_NAMES = TypeAdapter(tuple[str, str])


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
class Target(Value):
    """A ticket as its card showed it. `seen` is None on cards too old to have it.

    `subject` and `customer` name it to the reader while LiveAgent does not answer.
    """

    ticket_id: str
    code: str = ""
    seen: Snapshot | None = None
    subject: str = ""
    customer: str = ""

    @classmethod
    def of(cls, view: TicketView) -> "Target":
        """Returns a value that fits a button; `without_names` fits a menu entry."""
        ticket, seen = view.ticket, Snapshot.of(view)
        subject = cut(line(ticket.subject), MAX_SUBJECT_LENGTH)
        return cls(ticket.id, ticket.code, seen, subject, cut(owner(ticket), MAX_CUSTOMER_LENGTH))

    @property
    def without_names(self) -> "Target":
        """The value for a menu entry, which has less room than a button."""
        return replace(self, subject="", customer="")

    def to_value(self) -> str:
        """Omits everything but the id if it would be too long."""
        parts = [self.ticket_id, self.code]
        if self.seen:
            newest = _UNKNOWN if self.seen.newest is None else self.seen.newest
            parts += [self.seen.status, self.seen.department, self.seen.assignee, newest]
        value = " ".join(part or _NONE for part in parts)
        if len(value) > MAX_TARGET_LENGTH:
            return self.ticket_id
        names = json.dumps([self.subject, self.customer], ensure_ascii=False)
        return f"{value} {names}" if self.seen and (self.subject or self.customer) else value

    @classmethod
    def _read(cls, value: str) -> "Target":
        parts = value.split(" ", _TARGET_PARTS)
        subject, customer = _names(*parts[_TARGET_PARTS:])
        match ["" if part == _NONE else part for part in parts[:_TARGET_PARTS]]:
            case [ticket_id, code, status, department, assignee, newest]:
                seen = Snapshot(
                    status=status,
                    department=department,
                    assignee=assignee,
                    newest=None if newest == _UNKNOWN else newest,
                )
                return cls(_filled(ticket_id), code, seen, subject, customer)
            case [ticket_id, code, *old] if len(old) < _SEEN_PARTS:
                return cls(_filled(ticket_id), code)
            case [ticket_id]:
                return cls(_filled(ticket_id))
            case _:
                raise ValueError(value)


@dataclass(frozen=True, slots=True)
class TicketValue(Value):
    """A ticket by its id or code, in its current state."""

    ref: str

    def to_value(self) -> str:
        return self.ref

    @classmethod
    def _read(cls, value: str) -> "TicketValue":
        (ref,) = value.split(" ")
        return cls(_filled(ref))


@dataclass(frozen=True, slots=True)
class TicketInList(Value):
    """A ticket and all tickets of its list, by id. Buttons of older lists have the ticket alone."""

    ticket_id: str
    others: tuple[str, ...] = ()

    @classmethod
    def each(cls, ids: Sequence[str]) -> "Iterator[TicketInList]":
        """Yields a value for each ticket of a list, with its neighbours if the list is long."""
        for index, ticket_id in enumerate(ids):
            first = max(0, index - MAX_LIST // 2)
            yield cls(ticket_id, tuple(ids[first : first + MAX_LIST]))

    @classmethod
    def of_menu(cls, value: str, block_id: str) -> "TicketInList":
        """Returns a menu's ticket; its block names all of them, as an entry has no room.

        Raises `StaleButton`.
        """
        ids = block_id.removeprefix(_MENU)
        others = tuple(ids.split(",")) if ids != block_id else ()
        return replace(cls.of_value(value), others=others)

    @staticmethod
    def menu_block(ids: Sequence[str]) -> str | None:
        """Returns the block id of a menu with these tickets; None if it would be too long."""
        block_id = f"{_MENU}{','.join(ids)}"
        return block_id if len(block_id) <= MAX_BLOCK_ID_LENGTH else None

    @property
    def position(self) -> int:
        return self.others.index(self.ticket_id) if self.ticket_id in self.others else 0

    def beside(self, step: int) -> "TicketInList | None":
        """Returns the ticket `step` places further, or None at the end of the list."""
        position = self.position + step
        is_there = self.ticket_id in self.others and 0 <= position < len(self.others)
        return replace(self, ticket_id=self.others[position]) if is_there else None

    def to_value(self) -> str:
        """Omits the list if it would be too long."""
        value = f"{self.ticket_id} {','.join(self.others)}" if self.others else self.ticket_id
        return value if len(value) <= MAX_LIST_LENGTH else self.ticket_id

    @classmethod
    def _read(cls, value: str) -> "TicketInList":
        ticket_id, *others = value.split(" ")
        (ids,) = others or [""]
        return cls(_filled(ticket_id), tuple(ids.split(",")) if ids else ())


@dataclass(frozen=True, slots=True)
class ConversationPage(Value):
    """A page of a conversation. Buttons of older forms have no order."""

    ticket_id: str
    page: int
    is_oldest_first: bool = False

    def to_value(self) -> str:
        return f"{self.ticket_id} {self.page} {self.is_oldest_first:d}"

    @classmethod
    def _read(cls, value: str) -> "ConversationPage":
        ticket_id, page, *order = value.split(" ")
        (oldest_first,) = order or ["0"]
        return cls(_filled(ticket_id), _number(page), _flag(oldest_first))


@dataclass(frozen=True, slots=True)
class MessagePart(Value):
    """A part of the message with this `number` in its ticket."""

    ticket_id: str
    number: int
    part: int = 0

    def to_value(self) -> str:
        return f"{self.ticket_id} {self.number} {self.part}"

    @classmethod
    def _read(cls, value: str) -> "MessagePart":
        ticket_id, number, *rest = value.split(" ")
        (part,) = rest or ["0"]
        return cls(_filled(ticket_id), _number(number), _number(part))


@dataclass(frozen=True, slots=True)
class MessageFile(Value):
    """A file of a message, by its place among the message's files."""

    ticket_id: str
    message_id: str
    number: int = 0

    def to_value(self) -> str:
        return f"{self.ticket_id} {self.message_id} {self.number}"

    @classmethod
    def _read(cls, value: str) -> "MessageFile":
        ticket_id, message_id, number = value.split(" ")
        return cls(_filled(ticket_id), _filled(message_id), _number(number))


@dataclass(frozen=True, slots=True)
class SharedCard(Value):
    """A card that everybody in a channel sees, as `sharer` configured it."""

    ticket_id: str
    shows_subject: bool
    sharer: str
    comment: str = ""

    def to_value(self) -> str:
        return f"{self.ticket_id} {self.shows_subject:d} {self.sharer} {self.comment}"

    @classmethod
    def _read(cls, value: str) -> "SharedCard":
        ticket_id, shows_subject, sharer, *comment = value.split(" ", 3)
        return cls(_filled(ticket_id), _flag(shows_subject), _filled(sharer), "".join(comment))


@dataclass(frozen=True, slots=True)
class CommandText(Value):
    """Text to type after `/ticket`, as Slack sends it: at most `MAX_COMMAND_LENGTH`."""

    text: str

    def to_value(self) -> str:
        return self.text

    @classmethod
    def _read(cls, value: str) -> "CommandText":
        return cls(_filled(value))


@dataclass(frozen=True, slots=True)
class Number(Value):
    """A database row's id, or a count."""

    number: int

    def to_value(self) -> str:
        return str(self.number)

    @classmethod
    def _read(cls, value: str) -> "Number":
        return cls(_number(value))


@dataclass(frozen=True, slots=True)
class ReviewPlace(Value):
    """A place in a review, not a step, so that clicking twice skips one ticket."""

    review_id: str
    position: int

    def to_value(self) -> str:
        return f"{self.review_id} {self.position}"

    @classmethod
    def _read(cls, value: str) -> "ReviewPlace":
        review_id, position = value.split(" ")
        return cls(_filled(review_id), _number(position))


@dataclass(frozen=True, slots=True)
class FilterValue(Value):
    """The filter of a list; None for the filter that the reader used last."""

    wanted: Filter | None

    def to_value(self) -> str:
        """Shortens names, because a value holds two thousand characters."""
        if self.wanted is None:
            return _NONE
        wanted = self.wanted
        if wanted.department:
            short = replace(wanted.department, name=cut(wanted.department.name, MAX_NAME_LENGTH))
            wanted = replace(wanted, department=short)
        return _FILTER.dump_json(wanted, exclude_defaults=True).decode()

    @classmethod
    def _read(cls, value: str) -> "FilterValue":
        return cls(None if value == _NONE else _FILTER.validate_json(value))


@dataclass(frozen=True, slots=True)
class ListPage(Value):
    """A page of a list. It carries the filter, so that old lists can turn pages too."""

    page: int
    wanted: Filter

    def to_value(self) -> str:
        return f"{self.page} {FilterValue(self.wanted).to_value()}"

    @classmethod
    def _read(cls, value: str) -> "ListPage":
        page, _, wanted = value.partition(" ")
        return cls(_number(page), _FILTER.validate_json(wanted))


@dataclass(frozen=True, slots=True)
class TicketSource(Value):
    """The tickets of a list, given by its filter, or of a digest, given by its id."""

    source: Filter | int

    def to_value(self) -> str:
        if isinstance(self.source, int):
            return f"digest {self.source}"
        return f"list {FilterValue(self.source).to_value()}"

    @classmethod
    def _read(cls, value: str) -> "TicketSource":
        kind, _, rest = value.partition(" ")
        match kind:
            case "digest":
                return cls(_number(rest))
            case "list":
                return cls(_FILTER.validate_json(rest))
            case _:
                raise ValueError(kind)


@dataclass(frozen=True, slots=True)
class TicketsFrom(Value):
    """The tickets of a source, from index `first` on."""

    first: int
    source: Filter | int

    def to_value(self) -> str:
        return f"{self.first} {TicketSource(self.source).to_value()}"

    @classmethod
    def _read(cls, value: str) -> "TicketsFrom":
        first, _, source = value.partition(" ")
        return cls(_number(first), TicketSource.of_value(source).source)


@dataclass(frozen=True, slots=True)
class DigestPage(Value):
    """A page of a digest. Buttons of older posts, and those that need none, have no page."""

    digest_id: int
    page: int = 0

    def to_value(self) -> str:
        return f"{self.digest_id} {self.page}"

    @classmethod
    def _read(cls, value: str) -> "DigestPage":
        digest_id, *rest = value.split(" ")
        (page,) = rest or ["0"]
        return cls(_number(digest_id), _number(page))


@dataclass(frozen=True, slots=True)
class ChannelPage(Value):
    """A page of a channel's digests."""

    channel: str
    page: int

    def to_value(self) -> str:
        return f"{self.channel} {self.page}"

    @classmethod
    def _read(cls, value: str) -> "ChannelPage":
        channel, page = value.split(" ")
        return cls(_filled(channel), _number(page))


@dataclass(frozen=True, slots=True)
class AnswersPage(Value):
    """A page of the saved answers that contain the words."""

    page: int
    words: str = ""

    def to_value(self) -> str:
        return f"{self.page} {self.words}".strip()

    @classmethod
    def _read(cls, value: str) -> "AnswersPage":
        page, _, words = value.partition(" ")
        return cls(_number(page), words)


@dataclass(frozen=True, slots=True)
class MenuEntry(Value):
    """A menu entry, which counts as a button: it carries that button's action id and value."""

    action: str
    value: str

    def to_value(self) -> str:
        return f"{self.action} {self.value}"

    @classmethod
    def _read(cls, value: str) -> "MenuEntry":
        """Never fails: an unknown action is detected when it is looked up."""
        action, _, rest = value.partition(" ")
        return cls(action, rest)


def _names(stored: str = '["", ""]') -> tuple[str, str]:
    return _NAMES.validate_json(stored)


def _filled(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _number(text: str) -> int:
    is_short = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    if not is_short or int(text) > MAX_NUMBER:
        raise ValueError(text)
    return int(text)


def _flag(text: str) -> bool:
    return _number(text) == 1
