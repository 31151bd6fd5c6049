"""The clock, injected into everything that waits, so that tests control time."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Protocol

_ALSO_ASLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class TimeLimit(Protocol):
    """The part of `asyncio.Timeout` that is used."""

    def reschedule(self, when: None, /) -> None:
        """Changes or (with None) removes the limit while its block runs."""


class Clock(Protocol):
    """The time, and ways to wait for it."""

    def now(self) -> datetime:
        """Returns the current time in UTC."""

    def monotonic(self) -> float:
        """Returns seconds that never go backwards; only differences are meaningful."""

    async def sleep(self, seconds: float) -> None: ...

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[TimeLimit]:
        """Works as `asyncio.timeout`: raises `TimeoutError` when its block takes longer."""


class SystemClock:
    """The machine's clock. `monotonic` includes sleep if the platform has such a clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(_ALSO_ASLEEP)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[TimeLimit]:
        return asyncio.timeout(seconds)


MACHINE: Clock = SystemClock()
