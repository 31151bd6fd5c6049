"""Who may call next, so that the calls a minute stay below what LiveAgent allows a key."""

import asyncio
import heapq
import time
from itertools import count
from typing import Protocol

from aiolimiter import AsyncLimiter

from bot.domain.ticket_system import asked_at

_BURST_SHARE = 9  # a ninth of the calls may go at once, the rest flow evenly


class Waited(Protocol):
    def __call__(self, seconds: float, /, *, background: bool) -> None: ...


class Pace:
    """Lets at most `calls` through in any `seconds`: people first, who waits longest first."""

    def __init__(
        self, calls: int, seconds: float = 60.0, *, observe: Waited = lambda _, **__: None
    ) -> None:
        burst = max(1, calls // _BURST_SHARE)
        evenly_per_second = max(calls - burst, 1) / seconds
        self._limiter = AsyncLimiter(burst, burst / evenly_per_second)
        self._waiting: list[tuple[bool, float, int, asyncio.Future[None]]] = []
        self._order = count()
        self._observe = observe
        self._usher: asyncio.Task[None] | None = None

    async def turn(self, *, background: bool) -> None:
        """Returns when the call may be made."""
        began = time.monotonic()
        try:
            await self._wait(background=background)
        finally:
            self._observe(time.monotonic() - began, background=background)

    async def _wait(self, *, background: bool) -> None:
        if not self._waiting and self._limiter.has_capacity():
            await self._limiter.acquire()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (background, asked_at.get(), next(self._order), turn))
        if self._usher is None or self._usher.done():
            self._usher = asyncio.create_task(self._call_up())
        await turn

    async def _call_up(self) -> None:
        while self._waiting:
            await self._limiter.acquire()
            while self._waiting:
                *_, turn = heapq.heappop(self._waiting)
                if not turn.done():  # else whoever waited has left
                    turn.set_result(None)
                    break
