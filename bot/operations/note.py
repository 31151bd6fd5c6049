"""An internal note, which only colleagues read."""

from typing import Literal

from bot.domain.markup import visible
from bot.domain.people import Agent
from bot.domain.ticket import MessageKind, Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.files import SlackFile
from bot.operations.operation import Kind, TicketOperation


class Note(TicketOperation):
    """Adds a note. Nobody is e-mailed."""

    stored_as = (MessageKind.NOTE,)

    kind: Literal[Kind.NOTE] = Kind.NOTE
    version: Literal[1, 2] = 1
    text: str
    files: tuple[SlackFile, ...] = ()

    @property
    def written(self) -> str:
        return visible(self.text)

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        return bool(self.message_in(now, actor))

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> None:
        if not self.message_in(now, actor):
            await system.note(
                self.ticket_id, self.text, agent_id=actor.id, attachments=now.attachments
            )


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status != Status.DELETED
