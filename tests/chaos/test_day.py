"""The simulated day, short; `make day` runs the long one."""

import pytest

from tests.chaos.day import a_day


@pytest.mark.parametrize("seed", [4])
async def test_slack_agrees_with_liveagent_and_repeats_nothing(sqlite_url: str, seed: int) -> None:
    async with a_day(sqlite_url, seed) as day:
        verdict = await day.pass_by(30, storms=1)
    assert (verdict.troubles, day.figures.breakdowns) == ([], [])
    assert verdict.lines
    assert verdict.redraws
    assert verdict.late
    assert day.figures.deaths + day.figures.stalls
