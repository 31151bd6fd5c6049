"""Waiting for a condition. How long it takes decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

GUARD_SECONDS = 60.0  # whoever waits longer than that waits for nothing
PAUSE_SECONDS = 0.02

Found = TypeVar("Found")


async def until(condition: Callable[[], bool]) -> None:
    async def look() -> bool:
        return condition()

    await until_found(look)


async def until_found(look: Callable[[], Awaitable[Found]]) -> Found:
    """What `look` gives, once it gives something. Raises `TimeoutError` after the guard."""
    async with asyncio.timeout(GUARD_SECONDS):
        while not (found := await look()):
            await asyncio.sleep(PAUSE_SECONDS)
        return found
