"""Time in the sandbox: moved forward on the page, and never back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.sandbox import Clock, open_sandbox
from bot.sandbox.clock import next_morning

MANIFEST: dict[str, Any] = {"display_information": {"name": "Tickets"}}


@pytest.mark.parametrize(
    ("now", "zone", "morning"),
    [
        ("2026-11-23T08:59:00", "Europe/London", "2026-11-23T09:00:00"),
        ("2026-11-23T09:00:00", "Europe/London", "2026-11-24T09:00:00"),
        ("2026-11-27T12:00:00", "Europe/London", "2026-11-30T09:00:00"),  # a Friday
        ("2026-11-23T12:00:00", "Asia/Tokyo", "2026-11-24T00:00:00"),
        ("2026-03-28T12:00:00", "Europe/London", "2026-03-30T08:00:00"),  # summer time begins
    ],
)
def test_the_next_working_morning_is_nine_where_one_is(now: str, zone: str, morning: str) -> None:
    found = next_morning(datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo(zone))
    assert found == datetime.fromisoformat(morning).replace(tzinfo=UTC)


async def test_a_subscriber_learns_how_far_the_clock_was_moved() -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    clock, moves = Clock(lambda: start), []

    async def follow(by: timedelta) -> None:
        moves.append(by)

    clock.on_move = follow
    await clock.move(timedelta(minutes=10))
    assert clock.now() == start + timedelta(minutes=10)
    assert moves == [timedelta(minutes=10)]


async def test_both_stand_ins_use_the_sandbox_clock() -> None:
    async with open_sandbox(MANIFEST) as sandbox, aiohttp.ClientSession(sandbox.slack.url) as page:
        async with page.post("/sandbox/clock", json={"minutes": 90}) as response:
            assert response.status == 200
        later = datetime.now(UTC) + timedelta(minutes=89)
        assert sandbox.liveagent.account.clock() > later
        async with page.get("/sandbox/slack/state") as response:
            assert (await response.json())["now"] > later.timestamp()


@pytest.mark.parametrize("asked", [{"minutes": -1}, {"to": "1999"}, {"zone": "Mars"}, {"x": 1}])
async def test_invalid_clock_moves_are_refused(asked: dict[str, object]) -> None:
    async with open_sandbox(MANIFEST) as sandbox, aiohttp.ClientSession(sandbox.slack.url) as page:
        async with page.post("/sandbox/clock", json=asked) as response:
            assert response.status == 400
        assert sandbox.clock.ahead == timedelta(0)
