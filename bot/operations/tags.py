"""Adds tags to a ticket and removes them, by name."""

from collections.abc import Iterable, Sequence
from typing import Literal

from bot.domain.errors import AnyRefusal, NotApplied, OutcomeUnknown
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.spelling import folded
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.operation import Kind, TicketOperation
from bot.operations.outcome import Remark


class ChangeTags(TicketOperation):
    """Changes tags with one call per tag. Names are compared regardless of case and width.

    Other tags that LiveAgent drops are restored; tags that other people remove meanwhile are not.
    """

    kind: Literal[Kind.TAGS] = Kind.TAGS
    version: Literal[1] = 1
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def reads_tags(self) -> bool:
        return True

    def is_applied(self, now: CurrentState, _actor: Agent) -> bool:
        return not self._missing(now.tags, self._kept(now)) and not _common(self.remove, now.tags)

    def has_begun(self, now: CurrentState, _actor: Agent) -> bool:
        """Whether a call that may have been made has changed one of its tags."""
        added = _common(self.add, now.tags)
        return now.is_uncertain and bool(
            missing(added, now.before.tags)
            or missing(_common(self.remove, now.before.tags), now.tags)
        )

    async def apply(self, system: TicketSystem, _actor: Agent, now: CurrentState) -> Remark | None:
        """Removes, reads the tags again, and adds what is missing, requested or dropped."""
        ref, has_begun, has_added = TicketRef(self.ticket_id), now.is_uncertain, False
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
                await system.add_tag(self.ticket_id, spelling(name, now.known_tags))
                has_added = True
        except AnyRefusal as error:
            if has_begun or has_added:
                return Remark(why="unfinished", reason=error.reason)
            raise
        except NotApplied as error:
            if has_begun:  # tags that LiveAgent dropped must still be restored
                raise OutcomeUnknown(error.call, error.why) from error
            raise
        return None

    def _kept(self, now: CurrentState) -> Sequence[str]:
        """Returns the tags that an earlier try may have dropped by mistake."""
        return now.before.tags if self.remove and now.is_uncertain else ()

    def _missing(self, tags: Iterable[str], kept: Iterable[str]) -> list[str]:
        """Returns the tags to add and those that LiveAgent dropped, unless they are there."""
        wanted = [*self.add, *(name for name in kept if not _common([name], self.remove))]
        return missing(wanted, tags)


def missing(wanted: Sequence[str], tags: Iterable[str]) -> list[str]:
    """Returns the wanted names that are not among the tags, each once."""
    each, has = {folded(name): name for name in reversed(wanted)}, [*tags]
    return [name for name in reversed(each.values()) if not _common([name], has)]


def _common(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """Returns the `others` that are named, in their own spelling."""
    named = {folded(name) for name in names}
    return [other for other in others if folded(other) in named]


def spelling(name: str, known: Sequence[str]) -> str:
    """Returns LiveAgent's spelling of a known tag: another spelling would create another tag."""
    return name if name in known else next(iter(_common([name], known)), name)


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status != Status.DELETED
