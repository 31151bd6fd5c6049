"""Work under a lease that is renewed while it lasts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.clock import Clock

T = TypeVar("T")


class LeaseLostError(Exception):
    """Another bot has taken the work over."""


class TooLongError(Exception):
    """The work took longer than it may."""


async def kept(
    work: Awaitable[T],
    renew: Callable[[], Awaitable[bool]],
    clock: Clock,
    *,
    every: float,
    longest: float,
) -> T:
    """What the work gives. Where it is broken off, it is cancelled; times are in seconds.

    Raises:
        LeaseLostError: `renew` says so.
        TooLongError: it has not ended after so long.

    """
    working = asyncio.ensure_future(work)
    beating = asyncio.ensure_future(_beat(renew, clock, every=every, longest=longest))
    try:
        await asyncio.wait({working, beating}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            beating.result()
        return await working
    finally:
        for task in (working, beating):
            task.cancel()
        await asyncio.gather(working, beating, return_exceptions=True)


async def _beat(
    renew: Callable[[], Awaitable[bool]], clock: Clock, *, every: float, longest: float
) -> None:
    began = clock.monotonic()
    while clock.monotonic() - began < longest:
        await clock.sleep(every)
        if not await renew():
            raise LeaseLostError
    raise TooLongError
