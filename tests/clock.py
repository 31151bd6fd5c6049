"""Clocks that tests control."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from bot.sandbox.clock import Clock as SandboxClock
from tests.waiting import PAUSE_SECONDS

STEPS = 10  # rounds of the event loop
PATIENCE = 86400.0  # seconds, longer than any test

START = datetime(2026, 11, 23, 12, tzinfo=UTC)

Done = TypeVar("Done")


class _Limit:
    """A limit by a clock that is moved, as long as its task `ending` sleeps."""

    def __init__(self, ending: asyncio.Task[None]) -> None:
        self._ending = ending

    def reschedule(self, _when: None, /) -> None:
        self._ending.cancel()


class PatientClock(SandboxClock):
    """The sandbox's clock for slow machines: timeouts expire through `too_late_for` only.

    Once it is no longer patient, timeouts expire after their seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_patient = True
        self._limits: dict[asyncio.Timeout, float] = {}

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[asyncio.Timeout]:
        async with asyncio.timeout(PATIENCE if self.is_patient else seconds) as limit:
            self._limits[limit] = seconds
            try:
                yield limit
            finally:
                del self._limits[limit]

    async def too_late_for(self, doing: Awaitable[Done], seconds: float) -> Done:
        """Returns the result of `doing` when every timeout of at most `seconds` expires."""
        task = asyncio.ensure_future(doing)
        while not task.done():
            for limit, its_seconds in self._limits.items():
                is_lifted = limit.when() is None
                if its_seconds <= seconds and not (is_lifted or limit.expired()):
                    limit.reschedule(asyncio.get_running_loop().time())
            await asyncio.wait([task], timeout=PAUSE_SECONDS)
        return task.result()


class ManualClock:
    """A `Clock` whose sleepers wake when `advance` has moved it far enough, and not before."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._seconds = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._seconds + seconds, next(self._order), woken))
        await woken

    @property
    def sleepers(self) -> int:
        """The number of its sleepers."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[_Limit]:
        """Expires when the clock has been advanced far enough, and not before."""
        async with asyncio.timeout(None) as limit:
            ending = asyncio.create_task(self._end(limit, seconds))
            try:
                yield _Limit(ending)
            finally:
                ending.cancel()

    async def _end(self, limit: asyncio.Timeout, seconds: float) -> None:
        await self.sleep(seconds)
        limit.reschedule(asyncio.get_running_loop().time())

    async def advance(self, seconds: float) -> None:
        """Wakes all due sleepers in order, including those that start in the process."""
        end = self._seconds + seconds
        await _settle()
        while self.wake_next(end):
            await _settle()

    def wake_next(self, end: float) -> bool:
        """Moves to the next who sleeps no longer than until `end`, and wakes it; else to `end`.

        Returns whether there was one.
        """
        while self._sleepers and self._sleepers[0][0] <= end:
            self._seconds, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():  # otherwise it was cancelled
                woken.set_result(None)
                return True
        self._seconds = end
        return False


async def _settle() -> None:
    """Lets woken tasks continue until they wait again."""
    for _ in range(STEPS):
        await asyncio.sleep(0)
