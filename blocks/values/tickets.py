"""Values that name a ticket or a part of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from blocks.text import cut, line
from blocks.ticket import owner
from blocks.values.value import Value, read_added, read_filled, read_flag, read_number
from bot.domain.ref import can_name_ticket
from bot.domain.ticket import Ticket, TicketView
from bot.domain.ticket_file import FilePlace
from bot.operations import Snapshot

MAX_TARGET_LENGTH = 135  # a menu entry's limit, less the action id before it
MAX_SUBJECT_LENGTH, MAX_CUSTOMER_LENGTH = 150, 200
MAX_LIST, MAX_LIST_LENGTH = 40, 1500
MAX_BLOCK_ID_LENGTH = 255

_MENU = "tickets "
_NONE, _UNKNOWN = "-", "?"
_SEEN_PARTS, _TARGET_PARTS = 4, 6
_TIME_DIGITS = 12  # until the year 9999
_NAMES = TypeAdapter(tuple[str, str])


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

    @classmethod
    def of_ticket(cls, ticket: Ticket) -> "Target":
        """Returns a value for everybody, without the customer or messages."""
        return cls(ticket.id, ticket.code, Snapshot.now(ticket, None))

    @classmethod
    def to_take(cls, ticket: Ticket) -> "Target":
        """As `of_ticket`, but new messages in the ticket do not make it outdated."""
        seen = Snapshot.now(ticket, None).model_copy(update={"changed": None})
        return cls(ticket.id, ticket.code, seen)

    @property
    def without_names(self) -> "Target":
        """The value for a menu entry, which has less room than a button."""
        return replace(self, subject="", customer="")

    def to_value(self) -> str:
        """Omits everything but the id if it would be too long."""
        parts = [self.ticket_id, self.code]
        if self.seen:
            parts += [self.seen.status, self.seen.department, self.seen.assignee]
            parts.append(_newest(self.seen))
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
                    **_read_newest(newest),
                )
                return cls(_read_ref(ticket_id), code, seen, subject, customer)
            case [ticket_id, code, *old] if len(old) < _SEEN_PARTS:
                return cls(_read_ref(ticket_id), code)
            case [ticket_id]:
                return cls(_read_ref(ticket_id))
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
        return cls(_read_ref(ref))


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
        """Returns a menu's ticket; the block id names all of them, as an entry has no room.

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

    def neighbour(self, step: int) -> "TicketInList | None":
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
        return cls(_read_ref(ticket_id), tuple(map(_read_ref, ids.split(","))) if ids else ())


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
        return cls(_read_ref(ticket_id), read_number(page), read_added(order) == 1)


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
        return cls(_read_ref(ticket_id), read_number(number), read_added(rest))


@dataclass(frozen=True, slots=True)
class TicketFiles(Value):
    """At least one file of a ticket, each by its message and its number within the message.

    Buttons of older forms have one.
    """

    ticket_id: str
    places: tuple[FilePlace, ...]

    def to_value(self) -> str:
        return " ".join([self.ticket_id, *(f"{message} {n}" for message, n in self.places)])

    @classmethod
    def _read(cls, value: str) -> "TicketFiles":
        ticket_id, *rest = value.split(" ")
        read_filled(value.partition(" ")[2])
        places = zip(map(read_filled, rest[::2]), map(read_number, rest[1::2]), strict=True)
        return cls(_read_ref(ticket_id), tuple(places))


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
        return cls(
            _read_ref(ticket_id), read_flag(shows_subject), read_filled(sharer), "".join(comment)
        )


def _read_ref(text: str) -> str:
    """Raises `ValueError` unless the text could name a ticket."""
    if not can_name_ticket(text):
        raise ValueError(text)
    return text


def _newest(seen: Snapshot) -> str:
    """Returns the newest message, or that it is unknown and when the ticket had last changed."""
    if seen.newest is not None:
        return seen.newest
    return f"{_UNKNOWN}{'' if seen.changed is None else seen.changed}"


def _read_newest(text: str) -> dict[str, Any]:
    """Returns a snapshot's fields. Older versions write no time, and ask if they read one."""
    if not text.startswith(_UNKNOWN):
        return {"newest": text}
    changed = text.removeprefix(_UNKNOWN)
    if len(changed) > _TIME_DIGITS:
        raise ValueError(text)
    return {"changed": int(changed) if changed else None}


def _names(stored: str = '["", ""]') -> tuple[str, str]:
    return _NAMES.validate_json(stored)
