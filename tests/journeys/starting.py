"""Starts the stand-ins, and a bot in front of them as `python -m bot` does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path
from typing import Any

from bot.app import Bot, Intervals, running
from bot.play import moving_clock, sandbox_settings
from bot.sandbox import Sandbox, open_sandbox
from tests.clock import PatientClock
from tests.waiting import GUARD_SECONDS

CALLS_PER_MINUTE = 9000  # no test should wait for it
UNDO = ("reply_undo_seconds", "resolve_undo_seconds")
UNDO_SECONDS = 600.0
TEMPO = Intervals(housekeeping=inf)  # it takes as long as many a journey


@asynccontextmanager
async def started_sandbox(
    manifest: Mapping[str, Any], clock: PatientClock
) -> AsyncIterator[Sandbox]:
    """Fails the test if Slack would have refused something without telling the bot."""
    async with open_sandbox(manifest, ack_seconds=GUARD_SECONDS, clock=clock) as sandbox:
        sandbox.liveagent.switches.calls_per_minute = CALLS_PER_MINUTE
        sandbox.slack.workspace.rates.is_on = False
        yield sandbox
        assert sandbox.slack.complaints == []


@asynccontextmanager
async def started_bot(
    sandbox: Sandbox,
    folder: Path,
    *,
    transport: str,
    undo_seconds: float = UNDO_SECONDS,
    has_v3_key: bool = False,
    tempo: Intervals = TEMPO,
    **more: object,
) -> AsyncIterator[Bot]:
    """Its database is in the folder; `more` are settings."""
    undo: dict[str, object] = dict.fromkeys(UNDO, undo_seconds)
    settings = sandbox_settings(
        sandbox,
        folder,
        socket_mode=transport == "socket",
        calls_per_minute=CALLS_PER_MINUTE,
        has_v3_key=has_v3_key,
    ).model_copy(update=undo | more)
    async with (
        moving_clock(sandbox, settings) as clock,
        running(settings, tempo, clock=clock) as bot,
    ):
        if transport == "http":
            sandbox.slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
        yield bot
