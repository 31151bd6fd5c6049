"""A ticket deleted: the API has no way back."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.situation import DONE_IN_FULL, CurrentState, Objection, Remark, Snapshot


class Delete(BaseModel):
    """`owner` is whom the form named. Whatever was changed since the form was opened is asked.

    So are words that the form could not be opened with, since LiveAgent did not give them.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["delete"] = "delete"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    owner: str = ""
    reason: str
    seen: Snapshot | None = None

    def objection(self, now: CurrentState, actor: Agent) -> Objection | None:
        if self.seen is None or self.seen.newest is None:
            return {**(now.words_since("", actor) or {}), "why": "unread", "count": 0}
        return now.changed_since(self.seen, actor, "status", "department", "assignee")

    def is_there(self, now: CurrentState, _actor: Agent) -> bool:
        return now.ticket.status == Status.DELETED

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark:
        if not self.is_there(now, actor):
            await system.delete(self.ticket_id, agent_id=actor.id, note=self.reason)
        return DONE_IN_FULL

    def message_in(self, _now: CurrentState, _actor: Agent) -> str:
        return ""


def is_offered(ticket: Ticket, agent: Agent) -> bool:
    """To admins and owners alone."""
    return ticket.status != Status.DELETED and agent.sees_every_department
