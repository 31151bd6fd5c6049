"""Reads the settings, runs every check, and prints the findings."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TextIO

from aiohttp import ClientSession
from sqlalchemy import make_url

from bot import logs
from bot.checks import report
from bot.checks.context import CheckContext
from bot.checks.environment import SECRETS
from bot.checks.registry import Finding, examine
from bot.checks.result import Status, failed
from bot.liveagent.client import LiveAgent
from bot.liveagent.pace import Pace
from bot.settings import ReadSettings, Settings, read_one_by_one
from bot.slack.client import Slack
from bot.slack.session import new_session

SHORTEST_SECRET = 6  # shorter ones would be found in ordinary words


async def run_checks(out: TextIO, *, as_json: bool, public_url: str) -> int:
    """Returns the exit status: 1 if a check failed."""
    try:
        reading = read_one_by_one()
    except (OSError, ValueError) as error:
        found, secrets = _unreadable(error), []
    else:
        found = _examine(reading, public_url)
        secrets = _secrets(reading)
    logs.set_up("ERROR", "console", secrets)
    say = report.print_for_machines if as_json else report.print_for_people
    findings = await say(found, out, _hiding(secrets))
    return int(report.overall(findings) is Status.FAILED)


async def _unreadable(error: Exception) -> AsyncIterator[Finding]:
    result = failed(
        f"The file .env can't be read ({type(error).__name__}).",
        "It must be UTF-8 text that the bot's user can read. See .env.example.",
    )
    yield Finding("Settings", ".env", result)


async def _examine(reading: ReadSettings, public_url: str) -> AsyncIterator[Finding]:
    settings = reading.settings
    async with new_session() as session:
        context = CheckContext(
            reading=reading,
            session=session,
            slack=Slack(
                session, settings.slack_bot_token.get_secret_value(), settings.slack_api_url
            ),
            liveagent=_liveagent(session, settings),
            public_url=public_url,
            clock=lambda: datetime.now(UTC),
        )
        async for finding in examine(context):
            yield finding


def _liveagent(session: ClientSession, settings: Settings) -> LiveAgent:
    liveagent = LiveAgent(
        session=session,
        url=settings.liveagent_url,
        api_key=settings.liveagent_api_key.get_secret_value(),
        zone=settings.liveagent_timezone,
        pace=Pace(settings.liveagent_calls_per_minute),
        observe=lambda *_: None,
    )
    key = settings.liveagent_api_v3_key
    return liveagent.with_v3(key.get_secret_value()) if key else liveagent


def _secrets(reading: ReadSettings) -> list[str]:
    """Returns secrets as written, valid or not, and the database's password."""
    written = [reading.written[name] for name in SECRETS if name in reading.written]
    password = make_url(reading.settings.database_url).password or ""
    return [each for each in {*written, password} if len(each) >= SHORTEST_SECRET]


def _hiding(secrets: list[str]) -> Callable[[str], str]:
    """Returns the last guard, although no check is meant to print a secret."""

    def hide(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, logs.HIDDEN)
        return text

    return hide
