"""The interface of `Desk` for listeners."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.domain.people import Agent, OwnDepartments, SlackUser
from bot.domain.ref import TicketRef
from bot.domain.ticket import Queue, Ticket, TicketView
from bot.domain.ticket_system import Directory
from bot.operations import Snapshot

RECENT_SECONDS = 30.0  # tickets read more recently are not read again to be shown


class TicketDesk(Protocol):
    """`Desk` without the ticket system: every ticket is permitted and redacted.

    Methods with an actor raise `OutOfBounds` for tickets that the actor may not read.
    """

    @property
    def directory(self) -> Directory: ...

    async def actor(self, user: SlackUser) -> Agent:
        """Returns the agent of a Slack user. Raises `NotAllowed`."""

    async def look_up(
        self,
        ref: TicketRef,
        actor: Agent,
        *,
        within: float = 0.0,
        messages: bool = True,
        tags: bool = True,
        present: bool = False,
    ) -> TicketView:
        """Returns the ticket with the requested parts, at most `within` seconds old."""

    async def replying_now(self, ticket_id: str, email: str) -> Mapping[str, str]:
        """Returns who else is replying in LiveAgent, names by id, as far as known without a call.

        It checks no permissions: the user must already have seen the ticket.
        """

    async def find(self, ref: TicketRef, actor: Agent) -> Ticket:
        """Returns the current ticket alone."""

    async def look_up_each(self, refs: Sequence[TicketRef], actor: Agent) -> Sequence[Ticket]:
        """Returns the existing tickets that the actor may read, without duplicates."""

    async def take_snapshot(
        self, ref: TicketRef, actor: Agent, *, since: float
    ) -> tuple[Ticket, Snapshot]:
        """Returns the ticket, and its snapshot without messages written after `since`."""

    async def departments_of(
        self, actor: Agent, among: Collection[str] | None = None
    ) -> OwnDepartments:
        """Returns the departments in which the actor may work, of those in `among` or of all."""

    async def queue(self, actor: Agent, *, within: float = 0.0) -> Queue:
        """Returns the actor's queue, fullest department first, at most `within` seconds old."""

    def without_codes(self, typed: str) -> str:
        """Returns the user's input without public URL codes."""
