"""Postpones a ticket until a given time."""

from typing import Literal

from pydantic import AwareDatetime

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, NotedOperation
from bot.operations.outcome import Conflict, Remark

_FROM = {Status.NEW, Status.OPEN, Status.ANSWERED, Status.POSTPONED}


class Postpone(NotedOperation):
    """Postpones the ticket, then adds the note: the `reason` in a sentence.

    `zone` is the author's, for times that they read.
    """

    kind: Literal[Kind.POSTPONE] = Kind.POSTPONE
    version: Literal[1] = 1
    until: AwareDatetime
    zone: str
    reason: str = ""
    note: str

    @property
    def leaves(self) -> Status:
        return Status.POSTPONED

    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        return None if self._is_postponed(now) else now.changed_since(self.seen, actor, "status")

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        return self._is_postponed(now) and bool(self.message_in(now, actor))

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark | None:
        """Postpones first, which can be repeated, so that the note is never untrue."""
        if not self._is_postponed(now):
            await system.postpone(self.ticket_id, self.until)
        return await self.add_note(system, actor, now)

    def _is_postponed(self, now: CurrentState) -> bool:
        """If LiveAgent omits the time, it counts unless the ticket was postponed before."""
        if now.ticket.status != Status.POSTPONED:
            return False
        is_since = now.wakes_at is None and now.before.status != Status.POSTPONED
        return now.wakes_at == self.until or is_since


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status in _FROM
