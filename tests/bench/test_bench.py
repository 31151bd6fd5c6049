"""The parts of `make bench` run: each at its smallest, without figures."""

from pathlib import Path

import pytest

from bot.slack.door import bolt_request
from tests.bench import clicks, forms
from tests.bench.__main__ import claiming, cpu, digest
from tests.bench.digests import morning
from tests.bench.services import bare, bolt, open_services, submission
from tests.bench.store import Store
from tests.bench.team import team


async def test_a_submission_is_measured_beside_its_peers(tmp_path: Path) -> None:
    store = Store(f"{tmp_path}/forms.db")
    for peer in (bare("view"), bare("view", store)):
        assert await cpu(peer, lambda number: bolt_request(submission(number)), times=1) > 0
    async with open_services() as (services, _):
        assert await cpu(bolt(services), submission, services.tasks.drain, times=1) > 0


def test_a_digest_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    digest(100)
    assert "a digest over 100 tickets" in capsys.readouterr().out


async def test_claims_are_measured() -> None:
    assert await claiming(1, waiting=1) > 0


async def test_the_team_benchmark_runs() -> None:
    outcome, liveagent = await team(2, minutes=5)
    assert outcome.handled
    assert not liveagent.over


async def test_the_morning_benchmark_runs() -> None:
    store, _, slack = await morning(3)
    assert len(store.late) == slack.asked["chat.postMessage"] == 3


def test_clicks_and_forms_have_tables() -> None:
    lines = clicks.table(
        {"a bot": dict.fromkeys(clicks.CLICKS, clicks.Figures(0.001, 100, 0.0005))}
    )
    assert lines[-1].count("1.0 ms, 100/s, CPU 0.50 ms") == len(clicks.CLICKS)
    assert forms.table({"a bot": forms.Waited(0.001, 0.1)})[-1] == "| a bot | 1.0 ms | 0.10 s |"
