"""Processes to be killed, stopped and continued.

They are forked from one that has imported the bot, which takes milliseconds instead of seconds.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

BOTS = ["tests.chaos.worker", "tests.chaos.replica"]
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(BOTS)


class Forked:
    """`main` runs in it, by itself."""

    def __init__(self, main: Callable[..., None], *arguments: Any) -> None:
        self._process = FORKS.Process(target=main, args=arguments, daemon=True)

    @classmethod
    async def start(cls, main: Callable[..., None], *arguments: Any) -> "Forked":
        forked = cls(main, *arguments)
        await asyncio.to_thread(forked._process.start)
        return forked

    def send(self, number: int) -> None:
        """A signal, if it still runs."""
        if self._process.is_alive() and self._process.pid:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def end(self) -> None:
        """Asks it to end; returns once it has finished what was under way."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join)

    async def kill(self) -> None:
        """Returns once it is gone."""
        self._process.kill()
        await asyncio.to_thread(self._process.join)
