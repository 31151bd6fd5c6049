"""The interface of LiveAgent for the desk.

It is a fence, not a port for a second help desk: statuses, roles, message kinds and errors are
LiveAgent's. It keeps HTTP, JSON and the API key in `bot/liveagent`, and lets tests substitute it.
Every call raises a `LiveAgentError`, which says whether a write may be sent again.
"""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol

from bot.domain.activity import Activity
from bot.domain.answers import PredefinedAnswer
from bot.domain.files import Upload
from bot.domain.people import Agent, Department, OwnDepartments, Tag
from bot.domain.rating import Rating
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, QueueLine, Status, Ticket

waiting_since: ContextVar[float] = ContextVar("waiting_since", default=inf)
"""When the current user began to wait, in seconds of a monotonic clock.

When calls are scarce, the earliest is served first.
"""

AT_ONCE = -inf
"""Before all others: the data on which a write was decided must not become outdated."""

AFTER_CLICKS = 600.0
"""Seconds by which a delivery is ranked behind clicks.

A user who clicks is waiting at the screen; one who has submitted something is not. A delivery that
is this late goes before new clicks.
"""

BeforeWrite = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Search:
    """Search criteria that must all hold. Times are aware; `changed_since` is inclusive."""

    department_id: str = ""
    owner_email: str = ""
    statuses: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    changed_since: datetime | None = None
    subject: str = ""


PAGE = 1000  # rows to ask for
SHORTEST_PAGE = 10  # no server returns shorter pages, except the last


def is_round(rows: int) -> bool:
    """Whether servers usually limit pages to this number."""
    return rows % 10 == 0 or rows % 25 == 0


class Page(list[Ticket]):
    """The readable tickets of a page; LiveAgent sent `rows` rows.

    `may_be_cut`: this server has not returned longer pages, so the list may continue.
    """

    def __init__(self, tickets: Iterable[Ticket], rows: int) -> None:
        super().__init__(tickets)
        self.rows = rows
        self.may_be_cut = True


@dataclass(frozen=True, slots=True)
class Matches:
    """Tickets that version 3 found, without their departments' names. `is_cut`: it has more.

    A ticket's times are None if their zone is unknown. `knows_assignees`: all rows have theirs.
    """

    tickets: Sequence[Ticket]
    is_cut: bool = False
    knows_assignees: bool = True


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to create. `author` is an agent's id or the customer's address.

    An agent's message is e-mailed to `recipient` and `copies`; a customer's is not, but the
    department is notified of it.
    """

    author: str
    department_id: str
    subject: str
    html: str
    recipient: str
    recipient_name: str = ""
    copies: Sequence[str] = field(default=())
    status: Status = Status.NEW
    email_customer: bool = True
    attachments: Sequence[str] = field(default=())
    """The ids of uploaded files."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A ticket and its messages as of `seen`, and its tags as of `tags_seen`, if known."""

    ticket: Ticket
    messages: Sequence[Message]
    seen: datetime
    tags: Sequence[Tag] | None = None
    tags_seen: datetime | None = None


class TicketSystem(Protocol):
    """Reads tickets by any ref; writes by ticket id only, in the name of an agent."""

    def recent_reading(self, ref: TicketRef, seconds: float) -> Reading | None:
        """Returns what was read within the last `seconds`, unless the ticket was written to since.

        It may be shown, with its time, but must never decide a write.
        """

    def guarded(self, before_write: BeforeWrite) -> "TicketSystem":
        """Returns the same system, which awaits `before_write` right before each write.

        If `before_write` raises, the call raises the same error and sends nothing.
        """

    async def find(self, ref: TicketRef) -> Ticket:
        """Returns the current ticket. Also raises `TicketNotFound`."""

    async def messages(self, ref: TicketRef) -> Sequence[Message]:
        """Returns all messages, oldest first."""

    async def tags_of(self, ref: TicketRef) -> Sequence[Tag]: ...

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        """Returns a page; a `Page` if some of its rows are unreadable."""

    async def find_words(self, words: str) -> Matches | None:
        """Returns tickets with these words in subject, messages or customer; None if unsupported.

        It needs a key of version 3, and a server that evidently searches. Other criteria are not
        applied: filter the result.
        """

    async def find_assigned(self, agent: Agent, statuses: Sequence[str]) -> Matches | None:
        """Returns the agent's tickets with these statuses; None if unsupported.

        Raises `LiveAgentError` if LiveAgent does not answer at the moment.
        """

    async def assignees(self, ticket_ids: Sequence[str]) -> Mapping[str, str]:
        """Returns the assignees' ids by ticket id, "" for nobody, as far as known."""

    def download(self, url: str) -> AsyncIterator[bytes]:
        """Yields a file of a ticket in parts. Raises `FileOutOfReach` and LiveAgent's errors."""

    async def upload(self, file: Upload) -> str:
        """Returns LiveAgent's id of the file, which is invisible until it is attached."""

    async def reply(
        self,
        ticket_id: str,
        html: str,
        *,
        agent_id: str,
        email_customer: bool,
        attachments: Sequence[str] = (),
    ) -> None: ...

    async def note(
        self, ticket_id: str, text: str, *, agent_id: str, attachments: Sequence[str] = ()
    ) -> None: ...

    async def set_status(
        self, ticket_id: str, status: Status, *, agent_id: str, note: str = ""
    ) -> None:
        """Sets the status to answered, resolved or open: the API sets no other."""

    async def postpone(self, ticket_id: str, until: datetime) -> None:
        """Postpones the ticket; LiveAgent attributes it to the owner of the key of version 3.

        LiveAgent may interpret the time in another zone, so compare `wakes_at` afterwards.
        """

    async def mark_spam(self, ticket_id: str, *, assignee_id: str) -> None:
        """Marks the ticket as spam; LiveAgent attributes it to the owner of the key of v3."""

    def cached_activity(self) -> Activity | None:
        """Returns what `recent_activity` would without a call; None if it would make one."""

    async def recent_activity(self) -> Activity | None:
        """Returns who is in which tickets, at most some seconds old; None if unknown."""

    async def recent_wake_time(self, ticket_id: str) -> datetime | None:
        """Works as `wakes_at` for display: may be some seconds old, and None after failures."""

    async def recent_wake_times(self) -> Mapping[str, datetime]:
        """Returns when postponed tickets wake, by id, as far as known; at most one call."""

    async def wakes_at(self, ticket_id: str) -> datetime | None:
        """Returns when the postponed ticket wakes; None if it isn't, or LiveAgent doesn't say."""

    async def add_tag(self, ticket_id: str, name: str) -> None: ...

    async def remove_tag(self, ticket_id: str, name: str) -> None:
        """Removes a tag. Read the tags afterwards: a server may remove others too."""

    async def transfer(
        self,
        ticket_id: str,
        *,
        agent_id: str,
        to_agent_id: str = "",
        to_department_id: str = "",
        note: str = "",
    ) -> None: ...

    async def create(self, new: NewTicket) -> str:
        """Returns the id of the new ticket; reading the ticket gives its code."""

    async def delete(self, ticket_id: str, *, agent_id: str, note: str) -> None: ...

    async def queue(self) -> Sequence[QueueLine]:
        """Returns the waiting tickets, one line per department."""

    async def ratings(self, since: datetime, until: datetime) -> Sequence[Rating]:
        """Returns the account's ratings from `since` to before `until`.

        Raises `AnyRefusal` if the key may not read reports, which is common.
        """


class Directory(Protocol):
    """Data that changes seldom. Concurrent requests for one list share one call."""

    async def agent(self, email: str) -> Agent | None:
        """Returns the agent with that e-mail address, or None if LiveAgent knows none."""

    async def agent_now(self, email: str) -> Agent | None:
        """Works as `agent` but reads LiveAgent again, before a write in the agent's name."""

    def known_agent(self, email: str) -> Agent | None:
        """Returns the agent as last read, without a call; confirm before relying on it."""

    async def agents(self) -> Sequence[Agent]: ...

    async def departments(self) -> Sequence[Department]: ...

    async def members(self, department_id: str) -> Sequence[Agent]:
        """Returns the agents who belong to the department."""

    async def members_now(self, department_id: str) -> Sequence[Agent]:
        """Works as `members` but reads LiveAgent again, before a write in the department."""

    async def departments_of(
        self, agent: Agent, among: Collection[str] | None = None
    ) -> OwnDepartments:
        """Returns the agent's departments, of those in `among` or of all, as far as known in time.

        With many departments this may be some minutes old.
        """

    async def tags(self) -> Sequence[Tag]: ...

    async def tags_now(self) -> Sequence[Tag]:
        """Works as `tags` but asks LiveAgent again, before a tag counts as unknown."""

    async def predefined_answers(self) -> Sequence[PredefinedAnswer]:
        """Returns LiveAgent's saved answers, of all users and departments, some minutes old.

        It is empty without a key of version 3 that may read them.
        """
