"""Homes that can't be built, or not in time."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from handlers.notify.home import HomePublisher
from tests.clock import ManualClock


def homes(**parts: Any) -> HomePublisher:
    served = ("preferences", "operations", "digests", "live", "my_tickets", "search")
    names = ("desk", "slack", "people", "account", *served)
    clock = parts.pop("clock", ManualClock())
    return HomePublisher(**{name: parts.get(name, Mock()) for name in names}, clock=clock)


async def test_a_database_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    broken = homes(preferences=Mock(has_home_open=AsyncMock(side_effect=OSError("disk"))))
    broken.follow("U0ANN")
    await broken.finish(30)
    assert "home not shown" in caplog.text
    broken.follow("U0ANN")  # it is tried again
    await broken.finish(30)
    assert caplog.text.count("home not shown") == 2


async def test_slow_home_updates_are_cancelled_at_shutdown() -> None:
    async def for_ever(_: str) -> None:
        await asyncio.Event().wait()

    slow = homes(
        people=Mock(find=for_ever), preferences=Mock(has_home_open=AsyncMock(return_value=True))
    )
    shown = [asyncio.create_task(slow.show("U0ANN")) for _ in range(3)]
    slow.follow("U0ANN")
    await asyncio.sleep(0)
    await slow.finish(0.01)
    await asyncio.wait(shown)
    assert all(task.cancelled() for task in shown)
