"""A bot connected to the stand-ins, started as `python -m bot` starts it."""

import shutil
from collections.abc import AsyncIterator
from copy import deepcopy
from math import inf
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import yaml
from playwright.async_api import Page

from bot.app import Bot, Intervals, running
from bot.play import MANIFEST, moving_clock, sandbox_settings
from bot.sandbox import Sandbox, open_sandbox
from bot.sandbox.slack import Person
from tests.browser import open_page
from tests.clock import PatientClock
from tests.waiting import GUARD_SECONDS

TRANSPORTS = ("socket", "http")
CALLS_PER_MINUTE = 9000  # no test should wait for it
TEMPO = Intervals(housekeeping=inf)  # it takes as long as many a journey


@pytest.fixture(scope="session")
def written_manifest() -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load(MANIFEST.read_text())
    return written


@pytest.fixture
def manifest(written_manifest: dict[str, Any]) -> dict[str, Any]:
    """A copy that a test may change."""
    return deepcopy(written_manifest)


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """The way in: the one that a test requests, else one chosen by the test's name.

    They differ only up to `bot/slack/door.py`. Tests marked with `over_both` cover every kind of
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
    """The stand-ins. A test fails if Slack would have refused something without telling the bot."""
    async with open_sandbox(manifest, ack_seconds=GUARD_SECONDS, clock=clock) as sandbox:
        sandbox.liveagent.switches.calls_per_minute = CALLS_PER_MINUTE
        sandbox.slack.workspace.rates.is_on = False
        yield sandbox
        assert sandbox.slack.complaints == []


@pytest.fixture
def undo_seconds() -> float:
    """How long a reply or status can be undone. Tests that wait for it move the clock."""
    return 600


@pytest.fixture
def has_v3_key() -> bool:
    """Whether the bot has a key of version 3."""
    return False


@pytest.fixture
async def bot(
    *,
    sandbox: Sandbox,
    transport: str,
    tmp_path: Path,
    undo_seconds: float,
    migrated: Path,
    has_v3_key: bool,
) -> AsyncIterator[Bot]:
    shutil.copy(migrated, tmp_path / "tickets.sqlite3")
    settings = sandbox_settings(
        sandbox,
        tmp_path,
        socket_mode=transport == "socket",
        calls_per_minute=CALLS_PER_MINUTE,
        has_v3_key=has_v3_key,
    ).model_copy(update={"reply_undo_seconds": undo_seconds, "resolve_undo_seconds": undo_seconds})
    async with running(settings, TEMPO, clock=moving_clock(sandbox, settings)) as bot:
        if transport == "http":
            sandbox.slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
        yield bot


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


@pytest.fixture
async def page(sandbox: Sandbox, bot: Bot) -> AsyncIterator[Page]:
    """A browser on the sandbox's page; errors on the page fail the test."""
    assert bot.is_connected
    errors: list[str] = []
    async with open_page(sandbox.slack.url) as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []
