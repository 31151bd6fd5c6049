"""The clock of the house: every bot ticks; what a tick finds to do, one of them does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

AT_ONCE = 4  # runs of one job: one that hangs holds no other up

Job = Callable[[], Coroutine[Any, Any, None]]


@asynccontextmanager
async def ticking(jobs: Mapping[Job, float], *, drain_seconds: float) -> AsyncIterator[None]:
    """Runs each job at once, then every so many seconds, also while a run before has not ended.

    What runs when the bot leaves is finished, if it takes no longer than `drain_seconds`.
    """
    running: set[asyncio.Task[None]] = set()
    scheduler = AsyncIOScheduler()
    for job, seconds in jobs.items():
        scheduler.add_job(
            _started(job, running),
            "interval",
            seconds=seconds,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,  # late rather than a day later
            max_instances=AT_ONCE,
            coalesce=True,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        if running:
            await asyncio.wait(running, timeout=drain_seconds)
        for task in running:
            task.cancel()
        scheduler.shutdown(wait=False)


def _started(job: Job, running: set[asyncio.Task[None]]) -> Job:
    async def run() -> None:
        task = asyncio.ensure_future(_guarded(job))
        running.add(task)
        task.add_done_callback(running.discard)
        await asyncio.shield(task)  # the scheduler cancels what it has started when it ends

    return run


async def _guarded(job: Job) -> None:
    try:
        await job()
    except Exception:
        log.exception("a job stumbled")  # the next tick tries again
