"""What the desk uses of LiveAgent.

A fence, not a port for a second help desk: statuses, roles, the kinds of messages and the errors
are LiveAgent's through and through. It keeps HTTP, JSON and the API key in `bot/liveagent`, and
lets tests put something else in its place.

Every call raises a `LiveAgentError`, which says whether a write may be sent again.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol

from bot.domain.people import Agent, Department, OwnDepartments, Tag
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, QueueLine, Status, Ticket

asked_at: ContextVar[float] = ContextVar("asked_at", default=inf)
"""Since when somebody waits for what is being done, in seconds of any clock: who came first is
served to the end first, where calls are short."""

AFTER_CLICKS = 600.0
"""Seconds by which a delivery counts as later than it is: who clicks looks at the screen and waits,
who has submitted something does not. A delivery that is as late as that is served before clicks."""

BeforeWrite = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Search:
    """Which tickets: all that is given must hold. Times are aware; `changed_since` is inclusive."""

    department_id: str = ""
    owner_email: str = ""
    statuses: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    changed_since: datetime | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to be made. `author` is an agent's id, or the customer's address.

    An agent's words are e-mailed to `recipient` and `copies`; a customer's are not, the
    department is told of them.
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A ticket and its messages as they were at `seen`, and its tags at `tags_seen`, if known."""

    ticket: Ticket
    messages: Sequence[Message]
    seen: datetime
    tags: Sequence[Tag] | None = None
    tags_seen: datetime | None = None


class TicketSystem(Protocol):
    """Reads by any ref, writes by a ticket's id alone, in the name of an agent's id."""

    def lately(self, ref: TicketRef, seconds: float) -> Reading | None:
        """What was read of it within so many seconds, if nothing was written there since.

        For what is shown, with its time; never for what decides a write.
        """

    def guarded(self, before_write: BeforeWrite) -> "TicketSystem":
        """The same, but each write awaits `before_write` right before it is sent.

        What that raises comes out of the call, and nothing is sent.
        """

    async def find(self, ref: TicketRef) -> Ticket:
        """The ticket as it stands now. Raises `TicketNotFound` too."""

    async def messages(self, ref: TicketRef) -> Sequence[Message]:
        """All messages, oldest first."""

    async def tags_of(self, ref: TicketRef) -> Sequence[Tag]: ...

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]: ...

    async def reply(
        self, ticket_id: str, html: str, *, agent_id: str, email_customer: bool
    ) -> None: ...

    async def note(self, ticket_id: str, text: str, *, agent_id: str) -> None: ...

    async def set_status(
        self, ticket_id: str, status: Status, *, agent_id: str, note: str = ""
    ) -> None:
        """`status` is one of answered, resolved and open: the API sets no other."""

    async def add_tag(self, ticket_id: str, name: str) -> None: ...

    async def remove_tag(self, ticket_id: str, name: str) -> None:
        """Read the tags afterwards: what a server removes besides is not documented."""

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
        """The id of the new ticket; its code stands in the ticket, read again."""

    async def delete(self, ticket_id: str, *, agent_id: str, note: str) -> None: ...

    async def queue(self) -> Sequence[QueueLine]:
        """What waits, one line a department."""


class Directory(Protocol):
    """What changes seldom. Each list is asked for once however many want it."""

    async def agent(self, email: str) -> Agent | None:
        """The agent of that address; None where LiveAgent knows none."""

    async def agent_now(self, email: str) -> Agent | None:
        """The same, asked for anew: before something is done in somebody's name."""

    async def agents(self) -> Sequence[Agent]: ...

    async def departments(self) -> Sequence[Department]: ...

    async def members(self, department_id: str) -> Sequence[Agent]:
        """The agents who belong to the department."""

    async def members_now(self, department_id: str) -> Sequence[Agent]:
        """The same, asked for anew: before something is done in the department."""

    async def departments_of(
        self, agent: Agent, among: Collection[str] | None = None
    ) -> OwnDepartments:
        """Those to which the agent belongs, of these or of all: as far as it is known in time.

        Where there are many, this may be some minutes old.
        """

    async def tags(self) -> Sequence[Tag]: ...
