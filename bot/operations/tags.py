"""Tags put on a ticket and taken off, by name."""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.errors import NotMade, PerhapsMade
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.spelling import folded
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.situation import DONE_IN_FULL, CurrentState, Objection, Remark


class ChangeTags(BaseModel):
    """Names are the same in any case and width. One call a tag.

    What a server removes besides, it is put back; what others take off meanwhile, it is not.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["tags"] = "tags"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def objection(self, _now: CurrentState, _actor: Agent) -> Objection | None:
        return None

    def is_there(self, now: CurrentState, _actor: Agent) -> bool:
        return not self._missing(now.tags, self._kept(now)) and not _common(self.remove, now.tags)

    async def apply(self, system: TicketSystem, _actor: Agent, now: CurrentState) -> Remark:
        """Takes off, reads the tags, and puts on what is missing then, asked for or not."""
        ref, has_begun = TicketRef(self.ticket_id), now.is_doubtful
        kept = [*self._kept(now)]
        try:
            if _common(self.remove, now.tags):
                found = [tag.name for tag in await system.tags_of(ref)]
                kept += found
                for name in _common(self.remove, found):
                    await system.remove_tag(self.ticket_id, name)
                    has_begun = True
            tags = [tag.name for tag in await system.tags_of(ref)]
            for name in self._missing(tags, kept):
                await system.add_tag(self.ticket_id, _spelling(name, now.known_tags))
        except NotMade as error:
            if has_begun:  # what went with a removed tag is still to be put back
                raise PerhapsMade(error.call, error.why) from error
            raise
        return DONE_IN_FULL

    def message_in(self, _now: CurrentState, _actor: Agent) -> str:
        return ""

    def _kept(self, now: CurrentState) -> Sequence[str]:
        """Those that an attempt before this one may have taken off unasked."""
        return now.before.tags if self.remove and now.is_doubtful else ()

    def _missing(self, tags: Iterable[str], kept: Iterable[str]) -> list[str]:
        """What should be there but is not: what is to be added, and what went with the removed."""
        wanted = [*self.add, *(name for name in kept if not _common([name], self.remove))]
        each = {folded(name): name for name in reversed(wanted)}
        return [name for name in reversed(each.values()) if not _common([name], tags)]


def _common(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """Those of `others` that are named, in their own spelling."""
    named = {folded(name) for name in names}
    return [other for other in others if folded(other) in named]


def _spelling(name: str, known: Sequence[str]) -> str:
    """As LiveAgent has it already: another spelling would become another tag."""
    return name if name in known else next(iter(_common([name], known)), name)


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status != Status.DELETED
