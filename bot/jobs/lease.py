"""Runs work under a lease that is renewed meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.clock import Clock
from bot.domain.lease import LeaseLost

T = TypeVar("T")


class TakesTooLong(Exception):
    """The work exceeded its time limit."""


async def under_lease(
    work: Awaitable[T],
    renew: Callable[[], Awaitable[bool]],
    clock: Clock,
    *,
    every: float,
    longest: float,
) -> T:
    """Returns the result of `work`, which is cancelled on failure. Times are in seconds.

    Raises:
        LeaseLost: `renew` returned False.
        TakesTooLong: the work has not ended after `longest`.

    """
    working = asyncio.ensure_future(work)
    renewing = asyncio.ensure_future(_renew_again(renew, clock, every=every, longest=longest))
    try:
        await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            renewing.result()
        return await working
    finally:
        for task in (working, renewing):
            task.cancel()
        await asyncio.gather(working, renewing, return_exceptions=True)


async def _renew_again(
    renew: Callable[[], Awaitable[bool]], clock: Clock, *, every: float, longest: float
) -> None:
    began = clock.monotonic()
    while clock.monotonic() - began < longest:
        await clock.sleep(every)
        if not await renew():
            raise LeaseLost
    raise TakesTooLong
