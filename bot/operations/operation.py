"""The base of all operations."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from bot.domain.errors import AnyRefusal
from bot.domain.markup import visible
from bot.domain.people import Agent
from bot.domain.ticket import MessageKind, Status
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.outcome import Conflict, Remark
from bot.operations.snapshot import Snapshot


class Kind(StrEnum):
    """Every kind of operation; the values are stored."""

    REPLY = "reply"
    NOTE = "note"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    MARK_ANSWERED = "mark_answered"
    TAGS = "tags"
    TRANSFER = "transfer"
    ASSIGN = "assign"
    CREATE = "create"
    DELETE = "delete"
    POSTPONE = "postpone"
    WAKE = "wake"
    SPAM = "spam"


class TicketOperation(BaseModel):
    """An operation on an existing ticket. `code` and `subject` are the ticket's, for notices.

    `version` is that of the stored form: it changes when a field changes its meaning, not when one
    is added.
    """

    model_config = ConfigDict(frozen=True)

    stored_as: ClassVar[Sequence[MessageKind]] = ()
    """The kinds of message that LiveAgent may store it as."""

    ticket_id: str
    code: str = ""
    subject: str = ""

    @property
    def reads_tags(self) -> bool:
        """Whether it needs the ticket's tags."""
        return False

    @property
    def newest_seen(self) -> str | None:
        """The newest message that its author saw, "" if there was none, None if they saw none."""
        return None

    def newest_seen_in(self, _now: CurrentState) -> str | None:
        """Returns `newest_seen`; None only if the ticket's messages don't tell it either."""
        return self.newest_seen

    @property
    def written(self) -> str:
        """The visible text of the message that it becomes, "" if it becomes none."""
        return ""

    @property
    def leaves(self) -> Status | None:
        """The status in which it leaves the ticket, None if it sets none."""
        return None

    def placeholders(self) -> Sequence[str]:
        """Returns what its author has yet to fill in before a customer reads it."""
        return ()

    def conflict(self, _now: CurrentState, _actor: Agent) -> Conflict | None:
        """Returns what changed since its author looked, which they must confirm first."""
        return None

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        """Whether LiveAgent has all of it, whoever made it."""
        raise NotImplementedError

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark | None:
        """Makes the missing calls, so it can be repeated; returns a remark if one was refused."""
        raise NotImplementedError

    def message_in(self, now: CurrentState, actor: Agent) -> str:
        """Returns the id of the message that it has become, or "" if there is none."""
        return now.find(self.written, actor, self.stored_as)

    def has_begun(self, now: CurrentState, actor: Agent) -> bool:
        """Whether LiveAgent has a part of it, so the rest is allowed whatever the status."""
        return bool(self.message_in(now, actor))

    def confirmed(self, _shown: Snapshot) -> "TicketOperation":
        """Returns the operation after its author was `shown` this and chose *Send anyway*."""
        return self


class SeenOperation(TicketOperation):
    """An operation that asks first if the ticket differs from what its author saw.

    `seen` is None if they did not see it: on old cards, and for a command until the ticket is read
    while the command is held.
    """

    seen: Snapshot | None = None

    @property
    def newest_seen(self) -> str | None:
        return self.seen.newest if self.seen else None

    def newest_seen_in(self, now: CurrentState) -> str | None:
        return now.newest_in(self.seen) if self.seen else None

    def confirmed(self, shown: Snapshot) -> "SeenOperation":
        return self.model_copy(update={"seen": shown})


class NotedOperation(SeenOperation):
    """A change that LiveAgent attributes to the owner of the key of version 3.

    A `note` in its author's name therefore says who did it.
    """

    stored_as = (MessageKind.NOTE,)

    note: str = ""

    @property
    def written(self) -> str:
        return visible(self.note)

    async def add_note(
        self, system: TicketSystem, actor: Agent, now: CurrentState
    ) -> Remark | None:
        """Adds the note unless it is there; returns a remark if LiveAgent refused it."""
        if self.note and not self.message_in(now, actor):
            try:
                await system.note(self.ticket_id, self.note, agent_id=actor.id)
            except AnyRefusal as error:
                return Remark(why="unnoted", reason=error.reason)
        return None
