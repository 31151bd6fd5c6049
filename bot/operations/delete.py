"""Deletes a ticket. The API can't restore it."""

from typing import Literal

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, SeenOperation
from bot.operations.outcome import Conflict, ConversationUnread


class Delete(SeenOperation):
    """Deletes a ticket; `owner` is the customer whom the form named.

    Its author must confirm if anything changed since the form was opened, or if the conversation
    could not be loaded then.
    """

    kind: Literal[Kind.DELETE] = Kind.DELETE
    version: Literal[1] = 1
    owner: str = ""
    reason: str

    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        if self.newest_seen is None:
            return ConversationUnread()
        return now.changed_since(self.seen, actor, "status", "department", "assignee")

    def is_applied(self, now: CurrentState, _actor: Agent) -> bool:
        return now.ticket.status == Status.DELETED

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> None:
        if not self.is_applied(now, actor):
            await system.delete(self.ticket_id, agent_id=actor.id, note=self.reason)


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status != Status.DELETED
