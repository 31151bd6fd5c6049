"""Runs recurring jobs: every bot ticks, and claims decide which one does the work."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from math import inf
from typing import Any

import structlog

from bot.domain.clock import Clock
from bot.tasks import Tasks

log = structlog.get_logger()

AT_ONCE = 4  # runs of one job: a hanging run blocks no other

Job = Callable[[], Coroutine[Any, Any, None]]


@asynccontextmanager
async def scheduler(
    jobs: Mapping[Job, float], clock: Clock, *, drain_seconds: float
) -> AsyncIterator[None]:
    """Runs each job immediately, then at its interval in seconds, even if a run is still active.

    A job with an infinite interval never runs. At the end it waits up to `drain_seconds` for
    current runs, then cancels them.
    """
    running = Tasks()
    every = [
        asyncio.create_task(_repeat(job, seconds, clock, running))
        for job, seconds in jobs.items()
        if seconds < inf
    ]
    try:
        yield
    finally:
        for task in every:
            task.cancel()
        await running.drain(drain_seconds)
        await running.cancel()


async def _repeat(job: Job, seconds: float, clock: Clock, running: Tasks) -> None:
    mine: list[asyncio.Task[None]] = []
    while True:
        mine = [task for task in mine if not task.done()]
        if len(mine) < AT_ONCE:
            mine.append(running.start(_guarded(job)))
        await clock.sleep(seconds)


async def _guarded(job: Job) -> None:
    try:
        await job()
    except Exception:
        log.exception("job failed")  # the next tick tries again
