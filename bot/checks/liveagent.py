"""Checks LiveAgent: its address, the key, what the key sees, and the time zone."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo, available_timezones

from yarl import URL

from bot.checks.context import CheckContext
from bot.checks.environment import COPY
from bot.checks.network import Answer, Unreachable, probe
from bot.checks.result import Result, failed, ok, warning
from bot.domain.errors import (
    KeyRefused,
    LiveAgentError,
    NotApplied,
    NotPrivileged,
    OutcomeUnknown,
    Refused,
)
from bot.liveagent import protocol

LIKELY = ("UTC", "America/Phoenix", "America/Los_Angeles", "Asia/Tokyo", "Europe/Prague")
"""Likely time zones of accounts."""
SHOWN = 10

Read = Callable[[], Awaitable[object]]


async def is_reachable(context: CheckContext) -> Result:
    """Sends no key, which only LiveAgent may see: any answer of its API will do."""
    request = protocol.get_application_status()
    url = URL(context.settings.liveagent_url)
    try:
        answer = await probe(context.session, f"{url}/api/{request.path}")
        protocol.read_answer(request, answer.status, answer.body)
    except Unreachable as error:
        return failed(error.why, error.advice)
    except OutcomeUnknown as error:
        return _no_liveagent(url, answer, error)
    except LiveAgentError:
        pass  # a refusal is an answer too
    return ok(f"{url.host} answers")


def _no_liveagent(url: URL, answer: Answer, error: OutcomeUnknown) -> Result:
    if answer.leads_to:
        return failed(
            f"{url.host} redirects the bot to {answer.leads_to}; the bot does not follow with "
            "its key.",
            f"Set LIVEAGENT_URL={answer.leads_to}, if that is your account.",
        )
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return failed(
            f"{url.host} answers with an error ({error.why}): LiveAgent, or a proxy before it, "
            "is down.",
            "Check whether the agent panel opens in a browser, and try again later.",
        )
    return failed(
        f"{url.host} answers, but not as LiveAgent does ({error.why}).", COPY["LIVEAGENT_URL"]
    )


async def accepts_key(context: CheckContext) -> Result:
    try:
        await context.liveagent.departments()
    except KeyRefused as error:
        return _refused_key(error)
    except LiveAgentError as error:
        return _trouble(error)
    return ok("LiveAgent accepts the key, one of version 1")


async def has_v3_key(context: CheckContext) -> Result:
    """Tries what the key may read. What it may change shows when somebody changes it."""
    v3 = context.liveagent.v3
    if v3 is None:
        return ok("none: no postponing, no full-text search, and no presence from LiveAgent")
    reads: dict[str, Read] = {
        "when tickets wake": v3.postponed,
        "who is in them": v3.activity,
        "the words in them": context.liveagent.searches_words,
        "saved answers": v3.predefined_answers,
    }
    answers: dict[str, object] = {}
    try:
        for what, read in reads.items():
            with suppress(NotPrivileged):
                answers[what] = await read()
    except KeyRefused as error:
        return failed(
            f"LiveAgent does not accept the key of version 3 ({error.status}: {error.reason}).",
            COPY["LIVEAGENT_API_V3_KEY"],
        )
    except LiveAgentError as error:
        return _trouble(error)
    lacking = [what for what in reads if what not in answers]
    if lacking:
        return warning(
            f"The key of version 3 may not read {' nor '.join(lacking)}: the bot works without.",
            "Give it the privileges for tickets, agents and predefined answers in LiveAgent, "
            "if you want them.",
        )
    if answers["the words in them"] is False:
        return warning(
            "LiveAgent ignores search words: only subjects are searched.",
            "Ask LiveAgent's support to update the account: filters were fixed in 2025.",
        )
    return ok("it may read when tickets wake, who is in them, the words in them, and saved answers")


async def lists_departments(context: CheckContext) -> Result:
    try:
        departments = await context.liveagent.departments()
    except LiveAgentError as error:
        return _trouble(error)
    if not departments:
        return failed(
            "LiveAgent lists no departments: nobody could see a ticket.",
            "Create one in LiveAgent: Configuration, Departments.",
        )
    names = [department.name for department in departments]
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ok(f"{len(names)}: {', '.join(names[:SHOWN])}{rest}")


async def is_in_zone(context: CheckContext) -> Result:
    """Compares LiveAgent's clock with the time in LIVEAGENT_TIMEZONE."""
    try:
        application = await context.liveagent.application()
    except LiveAgentError as error:
        return warning(
            f"LiveAgent does not tell its time ({error}).",
            "Compare the time of a new ticket on its card with the agent panel.",
        )
    now, zone = context.clock(), context.settings.liveagent_timezone
    if application.local_time is None:
        return warning(
            "LiveAgent does not tell its time.",
            "Compare the time of a new ticket on its card with the agent panel.",
        )
    there = f"LiveAgent's clock says {application.local_time:%Y-%m-%d %H:%M}"
    here = f"{now.astimezone(zone):%Y-%m-%d %H:%M}"
    offset = application.offset(now)
    if offset == now.astimezone(zone).utcoffset():
        return ok(f"{there}, as it does in {zone}")
    zones = [] if offset is None else _zones_at(offset, now)
    if offset is None or not zones:
        return warning(
            f"{there}; by this machine it is {here} in {zone}: one of them is wrong.",
            "Set this machine's clock (NTP): ages of tickets depend on it.",
        )
    return failed(
        f"{there}, but in {zone} it is {here}: times and ages of tickets would be wrong.",
        f"LiveAgent's zone is {_written(offset)} now: set LIVEAGENT_TIMEZONE={zones[0]}, "
        "or to the zone of that offset that your account is in.",
    )


def _zones_at(offset: timedelta, now: datetime) -> list[str]:
    """Returns zones with that offset, likely ones first."""
    every = [*LIKELY, *sorted(available_timezones() - set(LIKELY))]
    return [name for name in every if now.astimezone(ZoneInfo(name)).utcoffset() == offset]


def _written(offset: timedelta) -> str:
    minutes = round(abs(offset) / timedelta(minutes=1))
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _refused_key(error: KeyRefused) -> Result:
    detail = f"{error.status}: {error.reason}" if error.reason else str(error.status)
    if error.status == HTTPStatus.FORBIDDEN:
        return failed(
            f"LiveAgent does not find this key among those of version 1 ({detail}); it may be one "
            "of version 3.",
            COPY["LIVEAGENT_API_KEY"],
        )
    return failed(f"LiveAgent does not accept the key ({detail}).", COPY["LIVEAGENT_API_KEY"])


def _trouble(error: LiveAgentError) -> Result:
    match error:
        case KeyRefused():
            return _refused_key(error)
        case NotApplied(why="too many calls a minute"):
            return failed(
                "LiveAgent accepts no more calls this minute: others use the same key.",
                "Check again in a minute. Give the bot a key of its own, or divide "
                "LIVEAGENT_CALLS_PER_MINUTE among all that use it.",
            )
        case Refused():
            detail = f"{error.status}: {error.reason}" if error.reason else str(error.status)
            return failed(f"LiveAgent refuses {error.call} ({detail}).", "Ask LiveAgent's support.")
        case _:
            return failed(
                f"LiveAgent did not answer ({error}).",
                "Check whether the agent panel opens in a browser, and try again later.",
            )
