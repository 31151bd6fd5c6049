"""What listeners may ask of the desk."""

from collections.abc import Collection, Sequence
from typing import Protocol

from bot.domain.people import Agent, OwnDepartments, SlackUser
from bot.domain.ref import TicketRef
from bot.domain.ticket import Queue, Ticket, TicketView
from bot.domain.ticket_system import Directory
from bot.operations import Snapshot

RECENT_SECONDS = 30.0  # what was read so lately is not read again to be shown


class TicketDesk(Protocol):
    """`Desk` without the ticket system: every ticket is bounded, and shows no public URL code.

    What takes an actor raises `OutOfBounds` for a ticket that is not theirs to read.
    """

    @property
    def directory(self) -> Directory: ...

    async def actor(self, user: SlackUser) -> Agent:
        """The agent behind a Slack user. Raises `NotAllowed`."""

    async def look_up(
        self,
        ref: TicketRef,
        actor: Agent,
        *,
        within: float = 0.0,
        messages: bool = True,
        tags: bool = True,
    ) -> TicketView:
        """The ticket as it is now, or was within so many seconds; without what is not needed."""

    async def find(self, ref: TicketRef, actor: Agent) -> Ticket:
        """The ticket alone, as it is now."""

    async def look_up_each(self, refs: Sequence[TicketRef], actor: Agent) -> Sequence[Ticket]:
        """Those of the tickets that there are and that the actor may read, each once."""

    async def see(self, ref: TicketRef, actor: Agent, *, since: float) -> tuple[Ticket, Snapshot]:
        """The ticket, and how it is for who has not seen what was written after `since`."""

    async def departments_of(
        self, actor: Agent, among: Collection[str] | None = None
    ) -> OwnDepartments:
        """Those in which the actor may work, of these or of all."""

    async def queue(self, actor: Agent, *, within: float = 0.0) -> Queue:
        """What waits in the actor's departments, the fullest first: now, or so many seconds ago."""

    def without_codes(self, typed: str) -> str:
        """Words as they may be shown to who typed them."""
