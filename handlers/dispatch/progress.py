"""Who waits long is told so, before what they wait for and never after it."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.clock import Clock

PROGRESS_SECONDS = 2.0


class Progress:
    """Says once that it takes long, unless it ends before."""

    def __init__(self, clock: Clock, say: Callable[[], Awaitable[None]]) -> None:
        self._is_saying = False
        self._task = asyncio.create_task(self._wait(clock, say))

    async def _wait(self, clock: Clock, say: Callable[[], Awaitable[None]]) -> None:
        await clock.sleep(PROGRESS_SECONDS)
        self._is_saying = True
        await say()

    async def end(self) -> None:
        """What is being said just now is said to its end."""
        if self._is_saying:
            await asyncio.wait([self._task])
        else:
            self._task.cancel()
