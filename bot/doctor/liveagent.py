"""LiveAgent: whether it is there, takes the key, and goes by the zone that is set."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
from yarl import URL

from bot.doctor.finding import Finding, failed, ok, skipped, warning
from bot.domain.errors import KeyRefused, LiveAgentError, Refused, Unreadable
from bot.liveagent.client import LiveAgent
from bot.settings import Settings

SECONDS = 10
CLOCKS_DIFFER = timedelta(minutes=2)
QUARTER = timedelta(minutes=15)  # no zone is offset by less
USUAL_ZONES = ("UTC", "America/Phoenix", "America/Los_Angeles")
_FIRST = "LiveAgent has to answer first."
_KEY = "Configuration, System, API: the key of version 1."


async def examine_liveagent(
    settings: Settings, session: aiohttp.ClientSession, liveagent: LiveAgent
) -> AsyncIterator[Finding]:
    reached = await _reach(settings.liveagent_url, session)
    yield reached or ok("LIVEAGENT_URL", f"{settings.liveagent_url} answers.")
    if reached:
        yield skipped("LIVEAGENT_API_KEY", _FIRST)
        yield skipped("LIVEAGENT_TIMEZONE", _FIRST)
        return
    try:
        departments = await liveagent.departments()
    except LiveAgentError as error:
        yield _refused(error)
        yield skipped("LIVEAGENT_TIMEZONE", _FIRST)
        return
    names = ", ".join(each.name for each in departments) or "none"
    yield ok("LIVEAGENT_API_KEY", f"LiveAgent takes it. Departments: {names}.")
    yield await _clock(settings, liveagent)


async def _reach(url: str, session: aiohttp.ClientSession) -> Finding | None:
    """What keeps the bot from it. Nothing secret is sent."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with session.get(url, timeout=timeout, allow_redirects=False) as answer:
            leads_to = URL(answer.headers.get("Location", ""))
    except aiohttp.ClientConnectorDNSError:
        return failed("LIVEAGENT_URL", f"No such host: {URL(url).host}.", "Is it spelt right?")
    except aiohttp.ClientSSLError:
        advice = "Is the address right? A proxy of yours may need its certificate installed here."
        return failed("LIVEAGENT_URL", "Its certificate is not trusted.", advice)
    except TimeoutError:
        advice = "Check firewall and proxy (HTTPS_PROXY)."
        return failed("LIVEAGENT_URL", f"No answer within {SECONDS} s.", advice)
    except aiohttp.ClientError as error:
        advice = "Is the address right, port included? Check firewall and proxy (HTTPS_PROXY)."
        return failed("LIVEAGENT_URL", f"It can't be reached ({type(error).__name__}).", advice)
    if leads_to.host and leads_to.origin() != URL(url).origin():
        advice = f"If that is your account, set LIVEAGENT_URL={leads_to.origin()}."
        return failed("LIVEAGENT_URL", f"It leads on to {leads_to.origin()}.", advice)
    return None


def _refused(error: LiveAgentError) -> Finding:
    match error:
        case KeyRefused(status=403):
            message = "LiveAgent does not find it: it may be a key of version 3 of the API."
            return failed("LIVEAGENT_API_KEY", message, f"Copy the other one: {_KEY}")
        case KeyRefused(status=status, reason=reason):
            message = f"LiveAgent refuses it ({status}{': ' + reason if reason else ''})."
            return failed("LIVEAGENT_API_KEY", message, f"Copy it anew: {_KEY}")
        case Unreadable():
            advice = "LIVEAGENT_URL is the address of the agents' panel, without any path behind."
            return failed("LIVEAGENT_URL", f"No API of LiveAgent answers there: {error}.", advice)
        case Refused():
            return failed("LIVEAGENT_API_KEY", f"{error}.", "See LiveAgent's own log.")
        case _:
            return failed("LIVEAGENT_URL", f"{error}.", "Try again in some minutes.")


async def _clock(settings: Settings, liveagent: LiveAgent) -> Finding:
    """The server writes its time without an offset: with the right zone it is now."""
    check, zone = "LIVEAGENT_TIMEZONE", settings.liveagent_timezone
    try:
        server = await liveagent.server_time()
    except LiveAgentError as error:
        return skipped(check, f"LiveAgent does not tell its time: {error}.")
    if server is None:
        return skipped(check, "LiveAgent does not tell its time.")
    now = datetime.now(UTC)
    ahead = server - now
    if abs(ahead) <= CLOCKS_DIFFER:
        return ok(check, f"LiveAgent's clock goes by {zone}.")
    shift = round(ahead / QUARTER) * QUARTER
    if abs(ahead - shift) > CLOCKS_DIFFER:
        message = f"LiveAgent's clock and this one differ by {_minutes(ahead)} minutes in {zone}."
        return warning(check, message, "Set this machine's clock (NTP), then check again.")
    offset = (now.astimezone(zone).utcoffset() or timedelta()) + shift
    fitting = [each for each in USUAL_ZONES if now.astimezone(ZoneInfo(each)).utcoffset() == offset]
    message = f"In {zone} LiveAgent's clock is wrong by {_minutes(shift)} minutes."
    is_usual = f" {' or '.join(fitting)} would fit." if fitting else ""
    advice = f"Set a zone that has the offset {_offset(offset)} just now.{is_usual}"
    return failed(check, message, advice)


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def _offset(offset: timedelta) -> str:
    minutes = _minutes(offset)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
