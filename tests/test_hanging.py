"""The report on a hanging test."""

import asyncio

import pytest

from tests.hanging import is_by_a_guard, where_tasks_wait


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


async def outer() -> None:
    await wait_for_ever()


async def test_each_task_names_its_innermost_wait() -> None:
    task = asyncio.create_task(outer(), name="the one that hangs")
    await asyncio.sleep(0)
    said = where_tasks_wait(asyncio.get_running_loop())
    (line,) = [each for each in said.splitlines() if each.startswith("the one that hangs")]
    assert "test_hanging.py:outer" in line
    assert "test_hanging.py:wait_for_ever" in line
    assert "Event.wait" in line
    task.cancel()


async def test_a_wait_ended_by_a_guard_differs_from_a_failure() -> None:
    with pytest.raises(TimeoutError) as ended:
        async with asyncio.timeout(0):
            await wait_for_ever()
    assert is_by_a_guard(ended.value)
    assert not is_by_a_guard(AssertionError("not seen"))
