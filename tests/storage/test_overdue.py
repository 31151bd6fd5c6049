"""Channels with overdue alerts are claimed by one bot, all that are due at once."""

from dataclasses import replace
from datetime import time

from sqlalchemy import select

from bot.domain.calendar import Calendar, Hours
from bot.domain.overdue import AlertState, OverdueAlert, Wait
from bot.storage.database import Database
from bot.storage.overdue import LEASE_SECONDS, TOGETHER_SECONDS, OverdueAlerts
from bot.storage.tables import overdue_alerts
from tests.storage.conftest import Moved

HOURS = Hours(("mon",), time(8, 30), time(17))
CALENDAR = Calendar(HOURS, "Asia/Tokyo", ("12-25",))
ONE = OverdueAlert(
    "C1", {"d1": "One"}, {"N": 60}, "ja", "U1", CALENDAR, 30, "S1", shows_subject=True
)
WAIT = Wait("N", 1.5, 2.5, 1)
KNOWN = AlertState({"t1": WAIT}, 3.0, "1.0", "2026-11-23", pending_post="x", escalating=("t1",))
KEYS = {*"waits read ts day content drawn is_deleted pending naming named".split()}


async def test_one_bot_claims_all_alerts_due_soon(moved: Database, clock: Moved) -> None:
    alerts = OverdueAlerts(moved)
    assert await alerts.claim() == []
    await alerts.save(ONE, agent="Ann")
    await clock.advance(TOGETHER_SECONDS - 1)
    (work,) = await alerts.claim()
    assert (work.alert, work.state) == (ONE, AlertState())
    assert await alerts.claim() == []
    assert await alerts.finish(work, KNOWN, TOGETHER_SECONDS)
    await alerts.save(replace(ONE, channel="C2"), agent="Ann")
    works = {each.alert.channel: each for each in await alerts.claim()}
    assert {*works} == {"C1", "C2"}
    assert works["C1"].state == KNOWN
    await clock.advance(LEASE_SECONDS + 1)
    assert len(await alerts.claim()) == 2
    assert not await alerts.store(works["C1"], AlertState())


async def test_an_alerts_state_survives_a_change_but_not_a_pause(
    moved: Database, clock: Moved
) -> None:
    alerts = OverdueAlerts(moved)
    await alerts.save(ONE, agent="Ann")
    (work,) = await alerts.claim()
    await alerts.finish(work, KNOWN, 60)
    await alerts.save(replace(ONE, limits={"C": 15}), agent="Ann")
    (work,) = await alerts.claim()
    assert (work.alert.limits, work.state) == ({"C": 15}, KNOWN)
    async with moved.begin() as connection:
        stored = (await connection.execute(select(overdue_alerts.c.state))).scalar_one()
    assert {*stored} == KEYS  # which other versions of the bot read
    await alerts.pause(work)
    await clock.advance(LEASE_SECONDS + 1)
    assert await alerts.claim() == []
    found = await alerts.find("C1")
    assert found
    assert found.is_paused
    stopped = await alerts.remove("C1", slack_user="U1", agent="Ann")
    assert stopped
    assert stopped.state == AlertState()
    assert await alerts.remove("C1", slack_user="U1", agent="Ann") is None


async def test_a_claim_ends_when_the_alert_is_set_up_again(
    moved: Database,
) -> None:
    alerts = OverdueAlerts(moved)
    await alerts.save(ONE, agent="Ann")
    (before,) = await alerts.claim()
    await alerts.remove("C1", slack_user="U1", agent="Ann")
    await alerts.save(ONE, agent="Ann")
    (after,) = await alerts.claim()
    assert not await alerts.store(before, KNOWN)
    assert await alerts.store(after, KNOWN)
