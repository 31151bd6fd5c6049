"""Reads stored operations. An unreadable one affects no other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from bot.domain.clock import MACHINE, Clock
from bot.domain.outbox import Row
from bot.domain.ticket import Ticket
from bot.operations import KNOWN, Operation, read_operation
from bot.operations.outcome import Done, read_outcome
from bot.storage.best_effort import best_effort, to_show
from bot.storage.outbox import Outbox

log = structlog.get_logger()


def operation_of(row: Row) -> Operation | None:
    """Returns None if this version can't read it."""
    try:
        return read_operation(row.kind, row.version, row.operation)
    except (KeyError, ValidationError) as error:
        log.warning("stored operation unreadable", row=row.id, why=type(error).__name__)
        return None


def readable(rows: Iterable[Row]) -> list[tuple[Row, Operation]]:
    """Returns the readable rows with their operations."""
    read = ((row, operation_of(row)) for row in rows)
    return [(row, operation) for row, operation in read if operation is not None]


def _agrees(row: Row, ticket: Ticket) -> bool:
    outcome = read_outcome(row.outcome)
    return not isinstance(outcome, Done) or outcome.status in {None, ticket.status}


@dataclass(frozen=True, slots=True)
class StoredOperations:
    """Submitted operations, for display."""

    _outbox: Outbox
    _clock: Clock = MACHINE

    async def find(self, row_id: int) -> Row | None:
        """Returns None if there is no such row, or no longer."""
        return await to_show(self._outbox.find(row_id), self._clock)

    async def find_each(self, row_ids: Sequence[int]) -> Mapping[int, tuple[Row, Operation]]:
        """Returns readable rows with their operations by row id."""
        found = readable(await to_show(self._outbox.find_each(row_ids), self._clock))
        return {row.id: (row, operation) for row, operation in found}

    async def of_batch(self, batch: str) -> Sequence[Row]:
        """Returns the rows of a bulk action in their order."""
        return await to_show(self._outbox.of_batch(batch), self._clock)

    async def active_on(self, ticket_id: str, slack_user: str) -> Sequence[tuple[Row, Operation]]:
        """Returns the user's active operations on a ticket, in order of submission."""
        finding = self._outbox.active_on(ticket_id, slack_user)
        return readable(await best_effort(finding, [], clock=self._clock))

    async def just_ended(self, ticket: Ticket, slack_user: str) -> Sequence[tuple[Row, Operation]]:
        """Returns the user's operations on it that were done or undone in the last minute.

        Their results agree with the ticket's current state.
        """
        ended = await self._outbox.just_ended(ticket.id, slack_user)
        return readable(row for row in ended if _agrees(row, ticket))

    async def has_undecided(self, ticket_id: str, slack_user: str) -> bool:
        """Whether any of the user's operations on it is active or needs their decision."""
        return await self._outbox.has_undecided(ticket_id, slack_user)

    async def count_answer(self, row: Row) -> None:
        """Records a use of its `ResponseUrl` in advance."""
        await self._outbox.count_answer(row)

    async def last_of(
        self, slack_user: str, *, limit: int
    ) -> Sequence[tuple[Row, Operation]] | None:
        """Returns unfinished ones, then the newest; None if the database does not answer."""
        finding = self._outbox.of_user(slack_user, KNOWN, limit=limit)
        rows = await best_effort(finding, None, clock=self._clock)
        return None if rows is None else readable(rows)
