"""A bot connected to the stand-ins, started as by `python -m bot`."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from bot.app import Bot, Intervals
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.clock import PatientClock
from tests.journeys.starting import TEMPO, UNDO_SECONDS, started_bot, started_sandbox

TRANSPORTS = ("socket", "http")


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """The transport that a test requests, else one chosen by the test's name.

    The two differ only up to `bot/slack/door.py`. Tests marked with `over_both` cover every kind of
    request and acknowledgement on both.
    """
    by_name = TRANSPORTS[crc32(request.node.name.encode()) % len(TRANSPORTS)]
    transport = str(getattr(request, "param", by_name))
    request.node.add_report_section("setup", "transport", transport)
    return transport


@pytest.fixture
def clock() -> PatientClock:
    """The clock of everything in the sandbox."""
    return PatientClock()


@pytest.fixture
async def sandbox(manifest: dict[str, Any], clock: PatientClock) -> AsyncIterator[Sandbox]:
    async with started_sandbox(manifest, clock) as sandbox:
        yield sandbox


@pytest.fixture
def undo_seconds() -> float:
    """How long a reply or status can be undone. Tests that wait for it move the clock."""
    return UNDO_SECONDS


@pytest.fixture
def has_v3_key() -> bool:
    """Whether the bot has a key of version 3."""
    return False


@pytest.fixture
def tempo() -> Intervals:
    return TEMPO


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    """The bot's, with a database that has all tables."""
    shutil.copy(migrated, tmp_path / "tickets.sqlite3")
    return tmp_path


@pytest.fixture
async def bot(
    *,
    sandbox: Sandbox,
    transport: str,
    folder: Path,
    undo_seconds: float,
    has_v3_key: bool,
    tempo: Intervals,
) -> AsyncIterator[Bot]:
    async with started_bot(
        sandbox,
        folder,
        transport=transport,
        undo_seconds=undo_seconds,
        has_v3_key=has_v3_key,
        tempo=tempo,
    ) as bot:
        yield bot
        sandbox.liveagent.faults.clear()  # it would wait for calls that hang


@pytest.fixture
def ann(sandbox: Sandbox, bot: Bot) -> Person:
    """An agent of Support."""
    assert bot.is_connected
    return sandbox.slack.person("ann")


@pytest.fixture
def adam(sandbox: Sandbox, bot: Bot) -> Person:
    """An admin."""
    assert bot.is_connected
    return sandbox.slack.person("adam")


@pytest.fixture
def hanako(sandbox: Sandbox, bot: Bot) -> Person:
    """An agent of 日本サポート, with Slack in Japanese."""
    assert bot.is_connected
    return sandbox.slack.person("U0HANA")
