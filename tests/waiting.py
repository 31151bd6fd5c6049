"""Waiting for a condition, whose duration decides no test."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

GUARD_SECONDS = 60.0  # a longer wait is a hang
PAUSE_SECONDS = 0.02

Found = TypeVar("Found")


async def until(condition: Callable[[], bool]) -> None:
    async def look() -> bool:
        return condition()

    await until_found(look)


async def until_found(look: Callable[[], Awaitable[Found]]) -> Found:
    """Returns the first true result of `look`. Raises `TimeoutError` after the guard."""
    async with asyncio.timeout(GUARD_SECONDS):
        while not (found := await look()):
            await asyncio.sleep(PAUSE_SECONDS)
        return found
