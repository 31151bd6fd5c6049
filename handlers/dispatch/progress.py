"""Tells users that an answer takes long; never after the answer."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.clock import Clock

PROGRESS_SECONDS = 2.0


class Progress:
    """Calls `show` once if the work takes long."""

    def __init__(self, clock: Clock, show: Callable[[], Awaitable[None]]) -> None:
        self._is_saying = False
        self._task: asyncio.Task[None] | None = None
        self._beginning = asyncio.get_running_loop().call_soon(self._begin, clock, show)

    def _begin(self, clock: Clock, show: Callable[[], Awaitable[None]]) -> None:
        """Begins unless the work has already ended."""
        self._task = asyncio.create_task(self._wait(clock, show))

    async def _wait(self, clock: Clock, show: Callable[[], Awaitable[None]]) -> None:
        await clock.sleep(PROGRESS_SECONDS)
        self._is_saying = True
        await show()

    async def end(self) -> None:
        """Cancels the call, or waits for it if it has begun."""
        self._beginning.cancel()
        if self._task and self._is_saying:
            await asyncio.wait([self._task])
        elif self._task:
            self._task.cancel()
