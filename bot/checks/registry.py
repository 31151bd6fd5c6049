"""All checks in order, each with a time limit and unaffected by others that break."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.checks import environment, liveagent, machine, payloads, people, slack
from bot.checks.context import CheckContext
from bot.checks.result import Result, Status, failed, skipped

log = structlog.get_logger()

SECONDS = 15.0
SECONDS_FOR_ALL_MEMBERS = 60.0
SECONDS_FOR_ALL_PAYLOADS = 60.0


@dataclass(frozen=True, slots=True)
class Check:
    """A check; it runs only if none of the checks that it `needs` failed."""

    name: str
    run: Callable[[CheckContext], Awaitable[Result]]
    needs: Sequence[str] = ()
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Finding:
    section: str
    check: str
    result: Result


def _setting(name: str) -> Check:
    async def run(context: CheckContext) -> Result:
        return environment.check_setting(context.reading, name)

    return Check(name, run)


async def _misspelt(context: CheckContext) -> Result:
    return environment.find_misspelt(context.reading)


CHECKS: dict[str, tuple[Check, ...]] = {
    "Settings": (
        *map(_setting, environment.NAMES),
        Check("misspelt-settings", _misspelt),
    ),
    "Slack": (
        Check("slack-reachable", slack.is_reachable, ("SLACK_API_URL",)),
        Check("slack-bot-token", slack.has_bot_token, ("SLACK_BOT_TOKEN", "slack-reachable")),
        Check("slack-scopes", slack.has_scopes, ("slack-bot-token",)),
        Check(
            "slack-payloads", payloads.are_accepted, ("slack-bot-token",), SECONDS_FOR_ALL_PAYLOADS
        ),
        Check("slack-app-token", slack.has_app_token, ("SLACK_APP_TOKEN", "slack-reachable")),
        Check("slack-one-app", slack.has_tokens_of_one_app, ("slack-bot-token", "slack-app-token")),
        Check(
            "slack-public-address",
            slack.has_public_address,
            ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"),
        ),
    ),
    "LiveAgent": (
        Check("liveagent-reachable", liveagent.is_reachable, ("LIVEAGENT_URL",)),
        Check(
            "liveagent-api-key",
            liveagent.accepts_key,
            ("LIVEAGENT_API_KEY", "liveagent-reachable"),
        ),
        Check(
            "liveagent-v3-key",
            liveagent.has_v3_key,
            ("LIVEAGENT_API_V3_KEY", "liveagent-reachable"),
        ),
        Check("liveagent-departments", liveagent.lists_departments, ("liveagent-api-key",)),
        Check("liveagent-clock", liveagent.is_in_zone, ("LIVEAGENT_TIMEZONE", "liveagent-api-key")),
        Check(
            "agents-in-slack",
            people.are_in_slack,
            ("slack-bot-token", "liveagent-api-key"),
            SECONDS_FOR_ALL_MEMBERS,
        ),
    ),
    "This machine": (
        Check("database", machine.has_database, ("DATABASE_URL",)),
        Check("database-tables", machine.is_migrated, ("database",)),
        Check("port", machine.can_listen, ("HOST", "PORT", "METRICS_PORT")),
    ),
}


async def examine(context: CheckContext) -> AsyncIterator[Finding]:
    """Yields each finding as soon as it is made."""
    causes: dict[str, list[str]] = {}  # by unreliable check: the failed checks
    for section, checks in CHECKS.items():
        for check in checks:
            lacking = dict.fromkeys(cause for name in check.needs for cause in causes.get(name, ()))
            if lacking:
                causes[check.name] = list(lacking)
                result = skipped(f"not checked: {' and '.join(lacking)} failed")
            else:
                result = await _run(check, context)
            if result.status is Status.FAILED:
                causes[check.name] = [check.name]
            yield Finding(section, check.name, result)


async def _run(check: Check, context: CheckContext) -> Result:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.run(context)
    except TimeoutError:
        return failed(
            f"No answer within {check.seconds:g} seconds.",
            "Check whether a firewall or proxy is in between, and try again.",
        )
    except Exception as error:  # a broken check must not hide the others
        log.debug("check crashed", check=check.name, exc_info=True)
        return failed(
            f"The check itself failed ({type(error).__name__}).", "Please report it as a bug."
        )
