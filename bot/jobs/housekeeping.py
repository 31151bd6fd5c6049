"""Erases old data in small batches, so that nobody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.operations import KNOWN, redact_operation
from bot.storage.retention import Retention

log = structlog.get_logger()

REST_SECONDS = 30 * 24 * 3600.0  # a message whose ticket has not changed for so long rests
PAUSE_SECONDS = 0.05  # between batches, so that others can write too


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
        """Erases everything old, except operations that wait for LiveAgent or for their author."""
        blank = partial(
            self.retention.blank,
            KNOWN,
            redact_operation,
            seconds=self.keep_bodies.total_seconds(),
        )
        old = self.keep_rows.total_seconds()
        rested = max(old, REST_SECONDS)  # continue with the others
        counts = {
            "blanked": await _all(blank),
            "operations": await _all(partial(self.retention.drop_operations, old)),
            "files": await _all(self.retention.drop_files),
            "file_parts": await _all(self.retention.drop_file_parts),
            "audit": await _all(partial(self.retention.drop_audit, old)),
            "runs": await _all(partial(self.retention.drop_runs, old)),
            "rounds": await _all(self.retention.drop_reviews),
            "resting": await _all(partial(self.retention.rest_messages, REST_SECONDS)),
            "messages": await _all(partial(self.retention.drop_messages, rested)),
            "digests_tickets": await _all(
                partial(self.retention.drop_digests_tickets, REST_SECONDS)
            ),
            "private_cards": await _all(self.retention.drop_private_cards),
            "changes": await _all(self.retention.drop_changes),
            "live_events": await _all(self.retention.drop_live_events),
            "ticket_news": await _all(self.retention.drop_ticket_news),
            "watched": await _all(self.retention.drop_watched),
            "presence": await _all(self.retention.drop_presence),
            "open_forms": await _all(self.retention.drop_list_forms),
        }
        self.observe(counts)
        log.info("housekeeping", **counts)


async def _all(batch: Callable[[], Awaitable[int]]) -> int:
    """Runs batches until nothing is left; returns the total."""
    count = 0
    while done := await batch():
        count += done
        await asyncio.sleep(PAUSE_SECONDS)
    return count
