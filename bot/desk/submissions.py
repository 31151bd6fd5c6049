"""What agents submit and decide. An acknowledgement is the commit: what returns is on disk."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import NotStored
from bot.domain.outbox import Row, State
from bot.operations import AssignToMe, ChangeStatus, Delete, Operation
from bot.storage.outbox import Entry, Outbox

log = structlog.get_logger()

COMMIT_SECONDS = 2.0


class Decision(StrEnum):
    """What the author of an operation can still say."""

    UNDO = "undo"
    SEND_NOW = "send_now"
    SEND_ANYWAY = "send_anyway"
    TRY_AGAIN = "try_again"
    DISCARD = "discard"


_OF: Mapping[Decision, frozenset[State]] = {
    Decision.UNDO: frozenset({State.HELD}),
    Decision.SEND_NOW: frozenset({State.HELD}),
    Decision.SEND_ANYWAY: frozenset({State.ASKS}),
    Decision.TRY_AGAIN: frozenset({State.REFUSED, State.DOUBTFUL}),
    Decision.DISCARD: frozenset({State.ASKS, State.REFUSED, State.DOUBTFUL, State.WAITING}),
}
_TO: Mapping[Decision, State] = {Decision.UNDO: State.UNDONE, Decision.DISCARD: State.DISCARDED}


@asynccontextmanager
async def on_disk() -> AsyncIterator[None]:
    """Raises `NotStored` for what is not on disk within two seconds."""
    try:
        async with asyncio.timeout(COMMIT_SECONDS):
            yield
    except (SQLAlchemyError, LookupError, OSError) as error:  # a time-out is an OSError
        log.exception("not stored")
        raise NotStored from error


@dataclass(frozen=True, slots=True)
class Submissions:
    """`hold_seconds`: by kind, how long it can be taken back. `wake` calls the courier."""

    outbox: Outbox
    hold_seconds: Mapping[str, float]
    wake: Callable[[], None]

    async def submit(
        self, operation: Operation, *, key: str, slack_user: str, response_url: str
    ) -> Row:
        """Asks LiveAgent nothing. Raises `NotStored` if it is not on disk within two seconds."""
        once = f"{operation.kind} {operation.ticket_id} {slack_user}"
        entry = Entry(
            key=key,
            kind=operation.kind,
            version=operation.version,
            operation=operation.model_dump(mode="json"),
            ticket_id=operation.ticket_id,
            slack_user=slack_user,
            response_url=response_url,
            once=once if isinstance(operation, ChangeStatus | AssignToMe) else None,
            gives_way=isinstance(operation, Delete),
        )
        async with on_disk():
            hold_seconds = self.hold_seconds.get(operation.kind, 0.0)
            row = await self.outbox.put(entry, hold_seconds=hold_seconds)
        self.wake()
        return row

    async def decide(self, row_id: int, decision: Decision, *, slack_user: str) -> Row | None:
        """None where it is not theirs to decide, or too late."""
        row = await self.outbox.move(
            row_id,
            slack_user,
            of=_OF[decision],
            to=_TO.get(decision, State.HELD),
            confirm=decision is Decision.SEND_ANYWAY,
        )
        self.wake()
        return row

    async def replaced(self, row_id: int, slack_user: str) -> None:
        """Its words were edited and submitted anew: it must not leave any more."""
        await self.decide(row_id, Decision.DISCARD, slack_user=slack_user)
