"""Notifies waiting tasks of changes in the workspace."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

LOOKS_EVERY_SECONDS = 0.1

Found = TypeVar("Found")


class Changes:
    def __init__(self) -> None:
        self.version = 0
        self._next: asyncio.Future[None] | None = None

    def tell(self) -> None:
        self.version += 1
        if self._next is not None and not self._next.done():
            self._next.set_result(None)
        self._next = None

    async def next(self) -> None:
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._next)

    async def until(self, look: Callable[[], Found | None], within: float) -> Found:
        """Returns what `look` finds; raises `TimeoutError` after `within` seconds.

        It looks after each change, and periodically: `look` may depend on more than Slack.
        """
        async with asyncio.timeout(within):
            while (found := look()) is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_EVERY_SECONDS):
                        await self.next()
            return found
