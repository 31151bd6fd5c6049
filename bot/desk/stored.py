"""Operations as they are stored. One that can't be read stands in the way of no other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from bot.domain.clock import MACHINE, Clock
from bot.domain.outbox import Row
from bot.operations import KNOWN, Operation, read_operation
from bot.storage.best_effort import best_effort
from bot.storage.outbox import Outbox

log = structlog.get_logger()


def operation_of(row: Row) -> Operation | None:
    """None for what this version can't read."""
    try:
        return read_operation(row.kind, row.version, row.operation)
    except (KeyError, ValidationError) as error:
        log.warning("an operation can't be read", row=row.id, why=type(error).__name__)
        return None


def readable(rows: Iterable[Row]) -> list[tuple[Row, Operation]]:
    """Those that can be read, each with its operation."""
    read = ((row, operation_of(row)) for row in rows)
    return [(row, operation) for row, operation in read if operation is not None]


@dataclass(frozen=True, slots=True)
class StoredOperations:
    """What agents have submitted, for whoever shows it."""

    _outbox: Outbox
    _clock: Clock = MACHINE

    async def find(self, row_id: int) -> Row | None:
        """None where there is none, or none any more."""
        return await self._outbox.find(row_id)

    async def find_each(self, row_ids: Sequence[int]) -> Mapping[int, tuple[Row, Operation]]:
        """Those that can be read, by the row's id."""
        found = readable(await self._outbox.find_each(row_ids))
        return {row.id: (row, operation) for row, operation in found}

    async def of_batch(self, batch: str) -> Sequence[Row]:
        """All that were submitted at once, in their order."""
        return await self._outbox.of_batch(batch)

    async def last_of(
        self, slack_user: str, *, limit: int
    ) -> Sequence[tuple[Row, Operation]] | None:
        """The newest first; None while the database does not answer."""
        finding = self._outbox.of_user(slack_user, KNOWN, limit=limit)
        rows = await best_effort(finding, None, clock=self._clock)
        return None if rows is None else readable(rows)
