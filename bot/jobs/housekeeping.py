"""Forgets what was kept long enough, a few rows at a time, so that nobody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.operations import KNOWN, redact_operation
from bot.storage.retention import Retention

log = structlog.get_logger()

PAUSE_SECONDS = 0.05  # between batches: others write to the database too


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """`keep_bodies` is what somebody typed, counted from the end of the operation."""

    retention: Retention
    keep_bodies: timedelta
    keep_rows: timedelta
    observe: Callable[[Mapping[str, int]], None] = lambda _: None

    async def tick(self) -> None:
        """What still waits, for LiveAgent or for its author, is never touched."""
        blank = partial(
            self.retention.blank,
            KNOWN,
            redact_operation,
            seconds=self.keep_bodies.total_seconds(),
        )
        old = self.keep_rows.total_seconds()
        counts = {
            "blanked": await _all(blank),
            "operations": await _all(partial(self.retention.drop_operations, old)),
            "audit": await _all(partial(self.retention.drop_audit, old)),
            "runs": await _all(partial(self.retention.drop_runs, old)),
            "rounds": await _all(self.retention.drop_rounds),
            "presence": await _all(self.retention.drop_presence),
        }
        self.observe(counts)
        log.info("housekeeping", **counts)


async def _all(batch: Callable[[], Awaitable[int]]) -> int:
    """Batch by batch, until there is nothing more."""
    count = 0
    while done := await batch():
        count += done
        await asyncio.sleep(PAUSE_SECONDS)
    return count
