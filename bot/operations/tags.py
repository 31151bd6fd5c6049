"""Tags put on a ticket and taken off, by name."""

from collections.abc import Iterable, Sequence
from typing import Literal

from bot.domain.errors import NotMade, PerhapsMade
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.spelling import folded
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, TicketOperation


class ChangeTags(TicketOperation):
    """Names are equal in any case and width. One call a tag.

    Tags that LiveAgent drops besides are put back; those that others remove meanwhile are not.
    """

    kind: Literal[Kind.TAGS] = Kind.TAGS
    version: Literal[1] = 1
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def is_applied(self, now: CurrentState, _actor: Agent) -> bool:
        return not self._missing(now.tags, self._kept(now)) and not _common(self.remove, now.tags)

    async def apply(self, system: TicketSystem, _actor: Agent, now: CurrentState) -> None:
        """Removes, reads the tags again, and adds what is missing then, asked for or not."""
        ref, has_begun = TicketRef(self.ticket_id), now.is_uncertain
        kept, tags = [*self._kept(now)], now.tags
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
            if has_begun:  # tags that LiveAgent dropped are still to be put back
                raise PerhapsMade(error.call, error.why) from error
            raise

    def _kept(self, now: CurrentState) -> Sequence[str]:
        """The tags that an earlier try may have dropped unasked."""
        return now.before.tags if self.remove and now.is_uncertain else ()

    def _missing(self, tags: Iterable[str], kept: Iterable[str]) -> list[str]:
        """What should be there but is not: what is to be added, and what LiveAgent dropped."""
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
