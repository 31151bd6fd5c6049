"""Recent readings of tickets, so that nobody reads the same twice within seconds.

They are shown with their time. Data that decides a write is always read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Generic, TypeVar

from cachetools import LRUCache, TTLCache

from bot.domain.clock import MACHINE, Clock
from bot.domain.people import Tag
from bot.domain.ref import TicketRef
from bot.domain.ticket import Channel, Message, MessageKind, Ticket
from bot.domain.ticket_system import Reading

MAX_SECONDS = 300.0
MAX_CHARACTERS = 10_000_000  # of all tickets kept
MAX_CODES = 10_000
ENTRY_CHARACTERS, MESSAGE_CHARACTERS, TAG_CHARACTERS = 1000, 400, 150
"""The memory that each takes besides its text, in characters."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """When LiveAgent was asked; `number` orders moments of the same instant."""

    at: datetime
    seconds: float
    number: int


@dataclass(frozen=True, slots=True)
class _Part(Generic[T]):
    value: T
    asked: Moment


@dataclass(frozen=True, slots=True)
class _Entry:
    """The parts of a ticket that were read.

    `tag_changes` are those that messages reported, None before messages were read. Parts read
    before `written`, or tags before `tags_written`, may lack that write.
    """

    ticket: _Part[Ticket] | None = None
    messages: _Part[Sequence[Message]] | None = None
    tags: _Part[Sequence[Tag]] | None = None
    tag_changes: frozenset[str] | None = None
    written: int = -1
    tags_written: int = -1


class Readings:
    """The last readings of tickets by id, within `MAX_CHARACTERS`."""

    def __init__(self, clock: Clock = MACHINE) -> None:
        self._clock = clock
        self._numbers = count()
        self._entries: TTLCache[str, _Entry] = TTLCache(
            MAX_CHARACTERS, MAX_SECONDS, clock.monotonic, _size
        )
        self._ids: LRUCache[str, str] = LRUCache(MAX_CODES)

    def now(self) -> Moment:
        """Returns the moment, to be taken before LiveAgent is asked."""
        return Moment(self._clock.now(), self._clock.monotonic(), next(self._numbers))

    def recent(self, ref: TicketRef, seconds: float) -> Reading | None:
        """Returns ticket and messages if both were read within `seconds` and after each write.

        Tags may be `MAX_SECONDS` old, unless a message reports that they have changed since.
        """
        entry = self._entries.get(self._ticket_id(ref))
        if entry is None or entry.ticket is None or entry.messages is None:
            return None
        asked = min(entry.ticket.asked, entry.messages.asked, key=lambda each: each.number)
        if not self._is_within(seconds, asked):
            return None
        tags = entry.tags if entry.tags and self._is_within(MAX_SECONDS, entry.tags.asked) else None
        return Reading(
            entry.ticket.value,
            entry.messages.value,
            asked.at,
            tags.value if tags else None,
            tags.asked.at if tags else None,
        )

    def keep_ticket(self, ref: TicketRef, ticket: Ticket, asked: Moment) -> None:
        if not ref.is_public_code:
            self._learn(ref.value, ticket.id)
        part = _Part(ticket, asked)
        self._change(ticket.id, lambda entry: replace(entry, ticket=_newer(part, entry.ticket)))

    def keep_messages(self, ref: TicketRef, messages: Sequence[Message], asked: Moment) -> None:
        part = _Part(messages, asked)
        if not ref.is_public_code:
            self._change(self._ticket_id(ref), lambda entry: _with_messages(entry, part))

    def keep_tags(self, ref: TicketRef, tags: Sequence[Tag], asked: Moment) -> None:
        part = _Part(tags, asked)
        if not ref.is_public_code:
            self._change(
                self._ticket_id(ref), lambda entry: replace(entry, tags=_newer(part, entry.tags))
            )

    def wrote(self, ticket_id: str, *, changes_tags: bool = False) -> None:
        """Invalidates everything requested before, even if its answer is still to come."""
        number = next(self._numbers)

        def change(entry: _Entry) -> _Entry:
            tags_written = number if changes_tags else entry.tags_written
            return replace(entry, written=number, tags_written=tags_written)

        self._change(ticket_id, change)

    def forget(self, ref: TicketRef) -> None:
        self._empty(self._ticket_id(ref))

    def _learn(self, name: str, ticket_id: str) -> None:
        """Stores which ticket the name means; LiveAgent changes that when it merges tickets.

        Parts may have arrived under the name before the ticket did. If it meant another ticket
        until now, they belong to that one, which is forgotten.
        """
        known = self._ids.pop(name, name)
        if name != ticket_id:
            self._ids[name] = ticket_id
        held = self._entries.get(known)
        if known == ticket_id or held is None:
            return
        if known == name and held.ticket is None:
            self._change(ticket_id, lambda entry: _joined(entry, held))
        self._empty(known)

    def _empty(self, ticket_id: str) -> None:
        """Forgets what was read, but not what was written."""
        held = self._entries.pop(ticket_id, None)
        if held and held.written >= 0:
            empty = _Entry(written=held.written, tags_written=held.tags_written)
            self._change(ticket_id, lambda _: empty)

    def _ticket_id(self, ref: TicketRef) -> str:
        return self._ids.get(ref.value, ref.value)

    def _is_within(self, seconds: float, asked: Moment) -> bool:
        return asked.seconds >= self._clock.monotonic() - seconds

    def _change(self, ticket_id: str, change: Callable[[_Entry], _Entry]) -> None:
        entry = _without_what_is_written_over(change(self._entries.pop(ticket_id, _Entry())))
        if _size(entry) > MAX_CHARACTERS:
            entry = _Entry(written=entry.written, tags_written=entry.tags_written)
        self._entries[ticket_id] = entry


def _size(entry: _Entry) -> int:
    texts = entry.messages.value if entry.messages else ()
    tags = entry.tags.value if entry.tags else ()
    return (
        ENTRY_CHARACTERS
        + sum(MESSAGE_CHARACTERS + len(each.body) + len(each.id) for each in texts)
        + sum(TAG_CHARACTERS + len(each.name) for each in tags)
        + sum(len(str(each)) for each in (entry.ticket.value if entry.ticket else ()))
    )


def _newer(part: _Part[T], held: _Part[T] | None) -> _Part[T]:
    return held if held and held.asked.number > part.asked.number else part


def _with_messages(entry: _Entry, part: _Part[Sequence[Message]]) -> _Entry:
    """Adds messages; drops earlier tags if the messages report, or may report, a change of tags."""
    messages = _newer(part, entry.messages)
    tag_changes = frozenset(
        each.id
        for each in messages.value
        if each.kind == MessageKind.TAG or each.channel == Channel.TAG
    )
    is_young = entry.tags is not None and entry.tags.asked.number > messages.asked.number
    is_unchanged = entry.tag_changes is not None and tag_changes <= entry.tag_changes
    tags = entry.tags if is_young or is_unchanged else None
    return replace(entry, messages=messages, tag_changes=tag_changes, tags=tags)


def _joined(entry: _Entry, other: _Entry) -> _Entry:
    """Adds what was read by the ticket's code before its id was known."""
    if other.messages:
        entry = _with_messages(entry, other.messages)
    return replace(entry, tags=_newer(other.tags, entry.tags)) if other.tags else entry


def _without_what_is_written_over(entry: _Entry) -> _Entry:
    def kept(part: _Part[T] | None, written: int) -> _Part[T] | None:
        return part if part and part.asked.number > written else None

    return replace(
        entry,
        ticket=kept(entry.ticket, entry.written),
        messages=kept(entry.messages, entry.written),
        tags=kept(entry.tags, entry.tags_written),
    )
