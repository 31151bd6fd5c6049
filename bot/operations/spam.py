"""Marks a ticket as spam."""

from typing import Literal

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, NotedOperation
from bot.operations.outcome import Conflict, Remark

_NOT_FROM = {Status.SPAM, Status.DELETED, Status.CHATTING, Status.CALLING}


class MarkSpam(NotedOperation):
    """Marks the ticket as spam, then adds the note.

    LiveAgent does not check the author's permissions for it, so it is reserved for admins.
    """

    kind: Literal[Kind.SPAM] = Kind.SPAM
    version: Literal[1] = 1

    @property
    def leaves(self) -> Status:
        return Status.SPAM

    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        return None if self._is_spam(now) else now.changed_since(self.seen, actor, "status")

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        return self._is_spam(now) and not now.missing_note(self.note, actor)

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark | None:
        """Marks it first, which can be repeated, so that the note is never untrue."""
        if not self._is_spam(now):
            await system.mark_spam(self.ticket_id, assignee_id=now.ticket.assignee_id)
        return await self.add_note(system, actor, now)

    def has_begun(self, now: CurrentState, _actor: Agent) -> bool:
        return self._is_spam(now) and now.before.status != Status.SPAM

    def _is_spam(self, now: CurrentState) -> bool:
        return now.ticket.status == Status.SPAM


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status not in _NOT_FROM
