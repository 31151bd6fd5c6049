"""Everything that has to be right before the bot can work, one thing after the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import aiohttp

from bot.doctor.finding import Finding, Verdict, failed, skipped
from bot.doctor.liveagent import examine_liveagent
from bot.doctor.people import CHECK as PEOPLE
from bot.doctor.people import examine_people
from bot.doctor.settings import read_settings
from bot.doctor.slack import examine_slack
from bot.doctor.storage import CHECK as DATABASE
from bot.doctor.storage import examine_storage
from bot.liveagent.client import LiveAgent
from bot.liveagent.pace import Pace
from bot.settings import Settings
from bot.slack.inspection import Inspection

SECONDS = 30.0  # for each part


async def examine() -> AsyncIterator[Finding]:
    """Changes nothing, in Slack, in LiveAgent or in the database."""
    settings, findings = read_settings()
    for finding in findings:
        yield finding
    if settings is None:
        for check in ("Slack", "LiveAgent", DATABASE):
            yield skipped(check, "The settings have to be right first.")
        return
    async with aiohttp.ClientSession(trust_env=True) as session:
        async for finding in _outside(settings, session):
            yield finding
    yield await _bounded(DATABASE, examine_storage(settings))


async def _outside(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    liveagent = LiveAgent(
        session=session,
        url=settings.liveagent_url,
        api_key=settings.liveagent_api_key.get_secret_value(),
        zone=settings.liveagent_timezone,
        pace=Pace(settings.liveagent_calls_per_minute),
        observe=lambda *_: None,
    )
    is_well = True
    async for finding in examine_slack(settings, session):
        is_well &= finding.verdict is Verdict.OK
        yield finding
    async for finding in examine_liveagent(settings, session, liveagent):
        is_well &= finding.verdict is not Verdict.FAILED or finding.check == "LIVEAGENT_TIMEZONE"
        yield finding
    if not is_well:
        yield skipped(PEOPLE, "Slack and LiveAgent have to answer first.")
        return
    inspection = Inspection(session, settings.slack_api_url)
    yield await _bounded(PEOPLE, examine_people(settings, inspection, liveagent))


async def _bounded(check: str, work: Awaitable[Finding]) -> Finding:
    try:
        return await asyncio.wait_for(work, SECONDS)
    except TimeoutError:
        return failed(check, f"No end within {SECONDS:g} s.", "Is it reachable from here?")
