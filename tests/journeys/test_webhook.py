"""A request of LiveAgent's rules makes the next poll come at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Bot
from bot.jobs.watch import EVERY_SECONDS, HASTENED
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.clock import PatientClock
from tests.journeys.acting import TICKET
from tests.journeys.live_channels import messages, set_up, watching
from tests.journeys.series import read_series
from tests.journeys.starting import started_bot
from tests.journeys.transports import over_both
from tests.waiting import until_found

SECRET = "n0t-guessed_by-anybody-at-all"


@pytest.fixture
async def bot(sandbox: Sandbox, transport: str, folder: Path) -> AsyncIterator[Bot]:
    """Listens for LiveAgent's rules, also in Socket Mode."""
    secret = SecretStr(SECRET)
    async with started_bot(
        sandbox, folder, transport=transport, liveagent_webhook_secret=secret
    ) as bot:
        yield bot


@over_both
async def test_a_webhook_brings_the_poll_forward(
    ann: Person, sandbox: Sandbox, bot: Bot, session: aiohttp.ClientSession
) -> None:
    await set_up(ann)
    await watching(bot, sandbox)
    sandbox.liveagent.account.customer_writes(TICKET, "Any news?")
    url = f"http://127.0.0.1:{bot.port}/liveagent"
    for secret in ("wrong", SECRET, SECRET):
        async with session.post(f"{url}/{secret}", data=b"{$conv_conversationid}") as answer:
            assert answer.status == HTTPStatus.NO_CONTENT
    assert isinstance(bot.clock, PatientClock)
    await bot.clock.move(timedelta(seconds=EVERY_SECONDS / HASTENED))

    async def look() -> bool:
        assert isinstance(bot.clock, PatientClock)
        await bot.clock.move(timedelta(seconds=1))
        return bool(messages(ann))

    await until_found(look)
    value = await read_series(session, bot)
    assert value("liveagent_webhook_requests_total", secret="right") == 2
    assert value("liveagent_webhook_requests_total", secret="wrong") == 1
    assert value("watch_polls_total", outcome="done") >= 2
    assert value("watch_calls_total", kind="ticket") >= 2
    assert value("watch_changes_total", kind="customer_wrote") == 1
    assert value("watch_poll_age_seconds") >= 0
