"""Transfers a ticket to another department or agent, or assigns it to the user."""

from typing import Literal

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, SeenOperation
from bot.operations.outcome import Conflict

_NOT_ASSIGNED = {Status.SPAM, Status.DELETED}


class _Assignment(SeenOperation):
    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        if self.seen is None:
            return now.never_seen("department", "assignee")
        return now.ticket_changed(self.seen, actor, "department", "assignee")


class Transfer(_Assignment):
    """Transfers to a department or one of its agents. `reason` becomes a note without e-mail."""

    kind: Literal[Kind.TRANSFER] = Kind.TRANSFER
    version: Literal[1] = 1
    department_id: str
    agent_id: str = ""
    reason: str = ""

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        is_in_department = now.ticket.department.id == self.department_id
        is_there = is_in_department and self.agent_id in {"", now.ticket.assignee_id}
        return is_there and not now.lacks_note(self.reason, actor)

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> None:
        if not self.is_applied(now, actor):
            await system.transfer(
                self.ticket_id,
                agent_id=actor.id,
                to_agent_id=self.agent_id,
                to_department_id=self.department_id,
                note=now.missing_note(self.reason, actor),
            )


class AssignToMe(_Assignment):
    """Assigns the ticket to its author; it stays in its department."""

    kind: Literal[Kind.ASSIGN] = Kind.ASSIGN
    version: Literal[1] = 1

    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        return None if self.is_applied(now, actor) else super().conflict(now, actor)

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        return actor.is_named(now.ticket.assignee_id)

    def has_begun(self, now: CurrentState, actor: Agent) -> bool:
        """Whether the ticket is already theirs: no reason to refuse."""
        return self.is_applied(now, actor)

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> None:
        if not self.is_applied(now, actor):
            await system.transfer(
                self.ticket_id,
                agent_id=actor.id,
                to_agent_id=actor.id,
                to_department_id=now.ticket.department.id,
            )


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status not in _NOT_ASSIGNED


def is_offered_to_take(ticket: Ticket, agent: Agent) -> bool:
    return is_offered(ticket, agent) and not agent.is_named(ticket.assignee_id)
