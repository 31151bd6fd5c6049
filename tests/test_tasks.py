"""Tasks are referenced while they run, awaited, and ended; their errors are logged."""

import asyncio
import gc

import pytest

from bot.tasks import Tasks


async def test_a_task_without_references_keeps_running() -> None:
    tasks, done = Tasks(), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    tasks.start(work())
    gc.collect()
    assert len(tasks) == 1
    await tasks.drain()
    assert done.is_set()
    assert len(tasks) == 0
    await tasks.drain()  # of nothing


async def test_a_slow_task_runs_until_it_is_cancelled() -> None:
    tasks = Tasks()
    task = tasks.start(asyncio.sleep(3600))
    await tasks.drain(0)
    assert len(tasks) == 1
    await tasks.cancel()
    assert task.cancelled()
    assert len(tasks) == 0


async def test_a_task_started_during_cancellation_is_cancelled() -> None:
    tasks = Tasks()

    async def start_another() -> None:
        try:
            await asyncio.Future()
        finally:
            tasks.start(asyncio.sleep(3600))

    tasks.start(start_another())
    await asyncio.sleep(0)
    await tasks.cancel()
    assert len(tasks) == 0


async def test_one_ends_returns_when_a_task_ends() -> None:
    tasks = Tasks()
    tasks.start(asyncio.sleep(3600))
    tasks.start(asyncio.sleep(0))
    await tasks.one_ends()
    assert len(tasks) == 1
    await tasks.cancel()


async def test_errors_are_received(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("no")

    heard: list[BaseException] = []
    for tasks in (Tasks(heard.append), Tasks()):
        tasks.start(fail())
        await tasks.drain()
    assert [str(each) for each in heard] == ["no"]
    assert "background task failed" in caplog.text
