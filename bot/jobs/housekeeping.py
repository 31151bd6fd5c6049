"""Erases old data in small batches, so that nobody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.operations import KNOWN, redact_operation
from bot.storage.retention import Retention

log = structlog.get_logger()

REST_SECONDS = 30 * 24 * 3600.0  # a message whose ticket has not changed for so long rests
PAUSE_SECONDS = 0.05  # between batches, so that others can write too

Batch = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Applies the retention periods.

    `keep_bodies` applies to users' text, counted from the end of the operation.
    """

    retention: Retention
    keep_bodies: timedelta
    keep_rows: timedelta
    observe: Callable[[Mapping[str, int]], None] = lambda _: None

    async def tick(self) -> None:
        """Erases everything old, except operations that wait for LiveAgent or for their author.

        A table that fails does not affect the others, but then the run does not count as complete.
        """
        counts, is_complete = dict[str, int](), True
        for name, batch in self._batches():
            try:
                counts[name] = await _all(batch)
            except Exception:
                log.exception("housekeeping failed", what=name)
                is_complete = False
        if is_complete:
            self.observe(counts)
        log.info("housekeeping", **counts)

    def _batches(self) -> Iterator[tuple[str, Batch]]:
        """Yields what erases a batch, with its name in logs and metrics."""
        retention, old = self.retention, self.keep_rows.total_seconds()
        rested = max(old, REST_SECONDS)  # continue with the others
        bodies = self.keep_bodies.total_seconds()
        yield "blanked", partial(retention.blank, KNOWN, redact_operation, seconds=bodies)
        yield "operations", partial(retention.drop_operations, old)
        yield "files", retention.drop_files
        yield "file_parts", retention.drop_file_parts
        yield "audit", partial(retention.drop_audit, old)
        yield "runs", partial(retention.drop_runs, old)
        yield "rounds", retention.drop_reviews
        yield "resting", partial(retention.rest_messages, REST_SECONDS)
        yield "messages", partial(retention.drop_messages, rested)
        yield "digests_tickets", partial(retention.drop_digests_tickets, REST_SECONDS)
        yield "private_cards", retention.drop_private_cards
        yield "changes", retention.drop_changes
        yield "live_events", retention.drop_live_events
        yield "ticket_news", retention.drop_ticket_news
        yield "watched", retention.drop_watched
        yield "presence", retention.drop_presence
        yield "open_forms", retention.drop_list_forms


async def _all(batch: Batch) -> int:
    """Runs batches until nothing is left; returns the total."""
    count = 0
    while done := await batch():
        count += done
        await asyncio.sleep(PAUSE_SECONDS)
    return count
