"""Measures how long the event loop is blocked.

It measures the CPU time of the loop's own thread between two turns, so that other work on the
machine does not matter.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

MAX_GAP = 0.1
MAX_TRIES = 20  # a core that is shared does less in its time


BEAT_SECONDS = 0.001  # whoever takes every turn there is keeps the processor from others


class Pulse:
    """Takes a turn each moment, and keeps the longest time between two of them.

    What took too long is done again: what is slow by itself is slow each time.
    """

    def __init__(self) -> None:
        self.gaps: dict[str, float] = {}
        self.longest = 0.0
        self._before = time.thread_time()

    async def measure(self, during: str, work: Callable[[], Awaitable[Any]]) -> Any:
        shortest = math.inf
        for _ in range(MAX_TRIES):
            self.longest, self._before = 0, time.thread_time()
            done = await work()
            self._take_turn()
            shortest = min(shortest, self.longest)
            if shortest <= MAX_GAP:
                break
        self.gaps[during] = shortest
        return done

    async def beat(self) -> None:
        while True:
            self._take_turn()
            await asyncio.sleep(BEAT_SECONDS)

    def _take_turn(self) -> None:
        now = time.thread_time()
        self.longest = max(now - self._before, self.longest)
        self._before = now

    def too_long(self, limit: float = MAX_GAP) -> dict[str, float]:
        return {during: gap for during, gap in self.gaps.items() if gap > limit}


@asynccontextmanager
async def beating() -> AsyncIterator[Pulse]:
    pulse = Pulse()
    task = asyncio.create_task(pulse.beat())
    try:
        yield pulse
    finally:
        task.cancel()
