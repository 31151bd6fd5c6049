"""Resolves, reopens or wakes a ticket, or marks it as answered."""

from collections.abc import Mapping
from typing import Literal

from bot.domain.people import Agent
from bot.domain.ticket import AT_WORK, Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, SeenOperation
from bot.operations.outcome import Conflict

_BECOMES: Mapping[Kind, Status] = {
    Kind.RESOLVE: Status.RESOLVED,
    Kind.REOPEN: Status.OPEN,
    Kind.MARK_ANSWERED: Status.ANSWERED,
    Kind.WAKE: Status.OPEN,
}
_FROM: Mapping[Kind, frozenset[str]] = {
    Kind.RESOLVE: AT_WORK | {Status.ANSWERED, Status.INTERNAL},
    Kind.REOPEN: frozenset([Status.RESOLVED, Status.CLOSED, Status.SPAM]),
    Kind.MARK_ANSWERED: AT_WORK,
    Kind.WAKE: frozenset([Status.POSTPONED]),
}


class ChangeStatus(SeenOperation):
    """Sets a status that the API can set; it can't set New or Postponed."""

    kind: Literal[Kind.RESOLVE, Kind.REOPEN, Kind.MARK_ANSWERED, Kind.WAKE]
    version: Literal[1] = 1
    note: str = ""

    @property
    def leaves(self) -> Status:
        return _BECOMES[self.kind]

    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        if self.has_begun(now, actor):
            return None
        never_seen = now.never_seen("status") if self.newest_seen is None else None
        return never_seen or now.changed_since(self.seen, actor, "status")

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        return now.ticket.status == self.leaves and not now.lacks_note(self.note, actor)

    def has_begun(self, now: CurrentState, actor: Agent) -> bool:
        """Whether it already has the status and no note is missing: no reason to refuse."""
        return self.is_applied(now, actor) and not self.note

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> None:
        if not self.is_applied(now, actor):
            note = now.missing_note(self.note, actor)
            await system.set_status(self.ticket_id, self.leaves, agent_id=actor.id, note=note)


def is_offered(kind: Kind, ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status in _FROM[kind]
