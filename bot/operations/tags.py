"""Tags put on a ticket and taken off, by name."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.situation import Objection, Situation


class ChangeTags(BaseModel):
    """Names are the same in any case. One call a tag; what a server removes besides is put back."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["tags"] = "tags"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def objection(self, _now: Situation, _actor: Agent) -> Objection | None:
        return None

    def is_there(self, now: Situation, _actor: Agent) -> bool:
        return not self._missing(now.tags, now) and not _common(self.remove, now.tags)

    async def apply(self, system: TicketSystem, _actor: Agent, now: Situation) -> str:
        """Takes off, reads the tags, and puts on what is missing then, asked for or not."""
        for name in _common(self.remove, now.tags):
            await system.remove_tag(self.ticket_id, name)
        tags = await system.tags_of(TicketRef(self.ticket_id))
        for name in self._missing([tag.name for tag in tags], now):
            await system.add_tag(self.ticket_id, name)
        return ""

    def message_in(self, _now: Situation, _actor: Agent) -> str:
        return ""

    def _missing(self, tags: Iterable[str], now: Situation) -> list[str]:
        """What should be there but is not: what is to be added, and what went with the removed."""
        kept = now.before.tags if self.remove else ()
        wanted = [*self.add, *(name for name in kept if not _common([name], self.remove))]
        return [name for name in dict.fromkeys(wanted) if not _common([name], tags)]


def _common(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those of `others` that are named, in their own spelling."""
    named = {name.casefold() for name in names}
    return [other for other in others if other.casefold() in named]


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status != Status.DELETED
