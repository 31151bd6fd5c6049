"""What every operation has in common."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Agent
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.outcome import Conflict, Remark
from bot.operations.snapshot import Snapshot


class Kind(StrEnum):
    """Every operation there is; the values are stored."""

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


class TicketOperation(BaseModel):
    """Something done to a ticket that exists. `code` is the ticket's, for notices alone.

    `version` is that of the stored form: a field more is none, a field with another meaning is.
    """

    model_config = ConfigDict(frozen=True)

    ticket_id: str
    code: str = ""

    def conflict(self, _now: CurrentState, _actor: Agent) -> Conflict | None:
        """Why its author must confirm it first: what changed since they looked."""
        return None

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        """Whether LiveAgent has all of it, by whomever."""
        raise NotImplementedError

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark | None:
        """Does what is missing, so that it can be run again; a remark where a part was refused."""
        raise NotImplementedError

    def message_in(self, _now: CurrentState, _actor: Agent) -> str:
        """The id of the message that it has become; "" where it is none, or not there."""
        return ""

    def confirmed(self, _shown: Snapshot) -> "TicketOperation":
        """The same, once its author was shown this and chose *Send anyway*."""
        return self


class SeenOperation(TicketOperation):
    """One that asks first when the ticket is no longer as its author saw it.

    `seen` is None where they did not see it: on cards too old to say, and for a command until
    the ticket was read while the command is held.
    """

    seen: Snapshot | None = None

    def confirmed(self, shown: Snapshot) -> "SeenOperation":
        return self.model_copy(update={"seen": shown})
