"""A ticket and its messages, as LiveAgent has them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.activity import Activity
from bot.domain.people import Agent, Agents, Department, Tag

SYSTEM_USER = "system00"
_SOME_TIME = datetime.fromtimestamp(0, UTC)


class Status(StrEnum):
    """The letters of the v1 API; `L` occurs although it is undocumented."""

    NEW = "N"
    OPEN = "C"
    ANSWERED = "A"
    RESOLVED = "R"
    POSTPONED = "W"
    CHATTING = "T"
    CALLING = "P"
    INTERNAL = "I"
    SPAM = "B"
    DELETED = "X"
    CLOSED = "L"


WAITING = (Status.NEW, Status.OPEN, Status.POSTPONED)
"""Statuses in which customers wait for the team; *open*: the customer wrote last."""
AT_WORK = frozenset({*WAITING, Status.CHATTING, Status.CALLING})
OVER = frozenset({Status.RESOLVED, Status.CLOSED, Status.DELETED, Status.SPAM})


class MessageKind(StrEnum):
    """The letters of a message's `rtype` that the bot treats specially."""

    MESSAGE = "M"
    NOTE = "N"
    FILE = "F"
    NOTE_FILE = "L"
    INTERNAL = "I"
    SYSTEM = "S"
    TAG = "G"
    TRANSFER = "R"
    QUOTE = "Q"
    SUBJECT = "T"
    HEADER = "H"
    MAIL_HEADER = "A"
    FOOTER = "O"
    USER_AGENT = "U"
    STATISTICS = "J"
    END = "E"
    UNDELIVERED = "4"


NOTES = frozenset({MessageKind.NOTE, MessageKind.NOTE_FILE, MessageKind.INTERNAL})
"""The kinds of message that only agents see."""
_TECHNICAL = {
    MessageKind.SUBJECT,
    MessageKind.HEADER,
    MessageKind.MAIL_HEADER,
    MessageKind.FOOTER,
    MessageKind.USER_AGENT,
}
_EVENTS = {
    MessageKind.SYSTEM,
    MessageKind.TAG,
    MessageKind.TRANSFER,
    MessageKind.STATISTICS,
    MessageKind.END,
}
_TEXT_KINDS = {MessageKind.MESSAGE, MessageKind.NOTE, MessageKind.FILE, MessageKind.NOTE_FILE}


class Channel(StrEnum):
    """The letters of a group's `rtype` that the bot treats specially."""

    MAIL = "M"
    CHAT = "C"
    CALL = "P"
    INTERNAL = "I"
    INTERNAL_FOLDED = "Z"
    TRANSFER = "T"
    TAG = "G"
    RESOLVED = "R"
    POSTPONED = "J"
    FACEBOOK = "F"
    TWITTER = "W"


class Ticket(NamedTuple):
    """A row of LiveAgent's; a tuple, because a digest reads ten thousand of them.

    `status` is the letter that LiveAgent sent, a `Status` or an unknown one. Times are aware, None
    where LiveAgent has none. `public_code` opens the ticket without a login and is never shown.
    """

    id: str
    code: str
    status: str
    subject: str
    department: Department
    owner_name: str
    owner_email: str
    created: datetime | None = None
    changed: datetime | None = None
    assignee_id: str = ""
    public_code: str = ""

    @property
    def name(self) -> str:
        """What people call it: its code, if it has one."""
        return self.code or self.id

    def __repr__(self) -> str:
        return f"Ticket({self.id!r}, {self.status!r})"


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `kind` and `channel` are letters: see `MessageKind` and `Channel`."""

    id: str
    kind: str
    channel: str
    author_id: str
    created: datetime | None
    body: str

    @property
    def is_note(self) -> bool:
        """Whether only agents see it."""
        return self.kind in NOTES

    @property
    def may_be_customers(self) -> bool:
        """Whether it is text or a file of a person; LiveAgent does not identify customers."""
        is_said = self.kind in {MessageKind.MESSAGE, MessageKind.FILE}
        return is_said and self.author_id not in {"", SYSTEM_USER}

    @property
    def is_technical(self) -> bool:
        """Whether it shows nothing that a person wrote or did, such as headers."""
        return self.kind in _TECHNICAL

    @property
    def may_be_text(self) -> bool:
        """Whether a person may have written it; unknown kinds count."""
        if self.channel == Channel.POSTPONED:
            return self.kind in _TEXT_KINDS
        return not (self.is_technical or self.kind in _EVENTS)

    @property
    def is_file(self) -> bool:
        return self.kind in {MessageKind.FILE, MessageKind.NOTE_FILE}


@dataclass(frozen=True, slots=True)
class Wake:
    """When a postponed ticket wakes, and the letter of the status that it then has, "" if unknown.

    The status is New if it was New before, else Open.
    """

    at: datetime
    status: str = ""


@dataclass(frozen=True, slots=True)
class CustomerTickets:
    """A customer's tickets that their reader may see, without deleted ones and spam.

    Only `newest_open` has a subject.
    """

    email: str
    tickets: Sequence[Ticket]
    newest_open: Ticket | None = None

    def excluding(self, ticket: Ticket) -> "CustomerTickets":
        """Returns the other tickets; lists may contain a merged ticket with this one's code."""
        others = [
            each
            for each in self.tickets
            if each.id != ticket.id and (not each.code or each.code != ticket.code)
        ]
        return replace(self, tickets=others, newest_open=None)

    @property
    def not_ended(self) -> Sequence[Ticket]:
        """Those still in progress, oldest first; those of unknown age come last."""
        waiting = [each for each in self.tickets if each.status in AT_WORK]
        return sorted(waiting, key=_age)


def _age(ticket: Ticket) -> tuple[bool, float]:
    return ticket.created is None, ticket.created.timestamp() if ticket.created else 0.0


@dataclass(frozen=True, slots=True)
class TicketView:
    """Everything a card shows, read at `seen`; None for a part that LiveAgent did not return.

    `tags_seen` is when the tags were read, if that was earlier.
    """

    ticket: Ticket
    messages: Sequence[Message] | None
    tags: Sequence[Tag] | None
    agents: Sequence[Agent]
    seen: datetime
    tags_seen: datetime | None = None
    wake: Wake | None = None
    """When a postponed ticket wakes, if known."""
    present: Activity | None = None
    """Who else is in the ticket; None if unknown, which does not mean nobody."""
    others: CustomerTickets | None = None
    """The customer's other tickets, within the reader's bounds; None while unknown.

    Only what the reader alone sees may show them.
    """

    @property
    def timeless(self) -> "TicketView":
        """The view without reading times, to compare two readings by what they show."""
        return replace(self, seen=_SOME_TIME, tags_seen=None)

    def author(self, message: Message) -> Agent | None:
        """Returns the agent who wrote it; None for customers, the system, and former agents."""
        return Agents.of(self.agents).named(message.author_id)

    @property
    def assignee(self) -> Agent | None:
        return Agents.of(self.agents).named(self.ticket.assignee_id)

    def is_of_customer(self, message: Message) -> bool:
        """Whether it is text or a file from neither an agent nor the system."""
        return message.may_be_customers and self.author(message) is None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """The waiting tickets of a department. LiveAgent does not count postponed tickets here."""

    department: Department
    new: int
    customer_replied: int
    chats: int
    total: int


def fullest_first(lines: Iterable[QueueLine]) -> Sequence[QueueLine]:
    return sorted(lines, key=lambda line: (-line.new - line.customer_replied, -line.total))


@dataclass(frozen=True, slots=True)
class Queue:
    """The waiting tickets as of `seen`.

    Without `is_complete`, departments that are not known yet may be missing.
    """

    lines: Sequence[QueueLine]
    is_complete: bool = True
    seen: datetime | None = None

    def is_of(self, now: datetime, seconds: float) -> bool:
        """Whether it was read less than this many `seconds` ago."""
        return self.seen is not None and (now - self.seen).total_seconds() < seconds
