"""Resolve, Reopen, Mark as answered."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.situation import DONE_IN_FULL, CurrentState, Objection, Remark, Snapshot

_AT_WORK = frozenset([Status.NEW, Status.OPEN, Status.POSTPONED, Status.CHATTING, Status.CALLING])
_BECOMES: Mapping[str, Status] = {
    "resolve": Status.RESOLVED,
    "reopen": Status.OPEN,
    "mark_answered": Status.ANSWERED,
}
_FROM: Mapping[str, frozenset[str]] = {
    "resolve": _AT_WORK | {Status.ANSWERED, Status.INTERNAL},
    "reopen": frozenset([Status.RESOLVED, Status.CLOSED]),
    "mark_answered": _AT_WORK,
}


class ChangeStatus(BaseModel):
    """A status that the API can set: there is no way back to New or Postponed.

    `seen` is the ticket on the card that was clicked; a command has it if the ticket could be read
    while the command was held.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["resolve", "reopen", "mark_answered"]
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    note: str = ""
    seen: Snapshot | None = None

    @property
    def becomes(self) -> Status:
        return _BECOMES[self.kind]

    def objection(self, now: CurrentState, actor: Agent) -> Objection | None:
        was_read = self.seen is not None and self.seen.newest is not None
        unseen = None if was_read else now.unseen_since_it_waited(actor, "status")
        return unseen or now.changed_since(self.seen, actor, "status")

    def is_there(self, now: CurrentState, _actor: Agent) -> bool:
        return now.ticket.status == self.becomes

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark:
        if now.ticket.status != self.becomes:
            note = now.unsaid(self.note, actor)
            await system.set_status(self.ticket_id, self.becomes, agent_id=actor.id, note=note)
        return DONE_IN_FULL

    def message_in(self, _now: CurrentState, _actor: Agent) -> str:
        return ""


def is_offered(kind: str, ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status in _FROM[kind]
