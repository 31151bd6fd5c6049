"""Words for colleagues alone."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.markup import visible
from bot.domain.people import Agent
from bot.domain.ticket import MessageKind, Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.situation import DONE_IN_FULL, CurrentState, Objection, Remark


class Note(BaseModel):
    """Nobody is e-mailed."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["note"] = "note"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    text: str

    def objection(self, _now: CurrentState, _actor: Agent) -> Objection | None:
        return None

    def is_there(self, now: CurrentState, actor: Agent) -> bool:
        return bool(self.message_in(now, actor))

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark:
        if not self.message_in(now, actor):
            await system.note(self.ticket_id, self.text, agent_id=actor.id)
        return DONE_IN_FULL

    def message_in(self, now: CurrentState, actor: Agent) -> str:
        return now.find(visible(self.text), actor, [MessageKind.NOTE])


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status != Status.DELETED
