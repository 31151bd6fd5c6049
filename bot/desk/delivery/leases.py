"""Leases of the rows in progress: renewed while this bot runs, confirmed before each write."""

from collections.abc import Collection, Sequence

import structlog
from cachetools import LRUCache
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.clock import Clock
from bot.domain.lease import LeaseLost
from bot.domain.outbox import Row
from bot.storage.deliveries import Deliveries

log = structlog.get_logger()

RENEW_AFTER = 1 / 4  # of a lease
FRESH_FOR = 1 / 2  # of a lease; after that another bot may soon claim the row
MAX_REMEMBERED = 1000  # claims


class Leases:
    """The leases of one bot."""

    def __init__(self, deliveries: Deliveries, clock: Clock) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._held: dict[tuple[int, int], Row] = {}  # a lost row may be claimed again
        self._had: LRUCache[tuple[int, int], bool] = LRUCache(MAX_REMEMBERED)
        self._renewed = clock.monotonic()

    @property
    def in_progress(self) -> Collection[Row]:
        return self._held.values()

    async def claim(self, known: Sequence[tuple[str, int]]) -> Row | None:
        """Claims the next due row for this bot. After a stall it first renews its leases."""
        if self._clock.monotonic() - self._renewed > self._deliveries.lease_seconds * FRESH_FOR:
            await self._renew()
        began = self._clock.monotonic()
        row = await self._deliveries.claim(known)
        if row is None or self._is_stale(began):
            return None
        self._held[row.id, row.lease_token] = row
        self._had[row.id, row.lease_token] = True
        return row

    def was_claimed_here(self, row: Row) -> bool:
        """Whether this bot made the row's last claim; False if that is too long ago to know."""
        return (row.id, row.lease_token) in self._had

    def release(self, row: Row) -> None:
        """Forgets a row that is no longer in progress, whatever its result."""
        self._held.pop((row.id, row.lease_token), None)

    async def confirm(self, row: Row) -> None:
        """Renews the lease of a claimed row. Raises `LeaseLost`: then nothing may be written."""
        began = self._clock.monotonic()
        try:
            confirmed = await self._deliveries.renew([row])
        except (SQLAlchemyError, OSError) as error:
            raise LeaseLost from error
        if not confirmed or self._is_stale(began):
            raise LeaseLost

    async def keep(self) -> None:
        """Renews the held leases until cancelled."""
        while True:
            await self._clock.sleep(self._deliveries.lease_seconds * RENEW_AFTER)
            try:
                await self._renew()
            except (SQLAlchemyError, OSError):
                log.exception("leases not renewed")

    async def _renew(self) -> None:
        began = self._clock.monotonic()
        if self._held:
            await self._deliveries.renew(list(self._held.values()))
        self._renewed = began

    def _is_stale(self, began: float) -> bool:
        """Whether the database's answer, requested at `began`, came too late to rely on."""
        return self._clock.monotonic() - began > self._deliveries.lease_seconds * FRESH_FOR
