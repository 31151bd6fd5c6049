"""The storm, short; `make chaos` runs the long one."""

import random
from pathlib import Path

import pytest

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.chaos.storm import Storm


@pytest.mark.parametrize("seed", [7])
async def test_nothing_is_lost_and_nothing_is_sent_twice(
    tmp_path: Path, standin: LiveAgentStandIn, seed: int
) -> None:
    standin.switches.calls_per_minute = 1_000_000
    figures = await Storm(tmp_path, standin, random.Random(seed)).rage(20)
    assert min(figures.kills, figures.stalls, figures.faults) > 0
    assert (figures.lost, figures.twice) == ([], [])
    assert figures.done + figures.asked == 20
