"""A due time is posted by one bot, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from blocks.forms.digest import fresh, fresh_week
from bot.domain.digest import Contents, Day, DepartmentDay, Digest, Mark
from bot.i18n import Translator
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.tables import digests
from bot.storage.tables import runs as run_table
from tests.postgres import until_one_waits

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
async def digest(database: Database) -> Digest:
    proposed = fresh("C1", "U0ANN", "Asia/Tokyo", Translator("en"))
    return await Digests(database).add(proposed, due=NOW, key="V1")


async def test_a_digest_is_stored_and_read(database: Database, digest: Digest) -> None:
    store = Digests(database)
    assert await store.find(digest.id) == digest
    assert await store.of_channel("C1") == await store.of_user("U0ANN") == [digest]
    assert await store.of_channel("C2") == []


async def test_one_run_per_due_time_and_one_open_run(database: Database, digest: Digest) -> None:
    store, runs = Digests(database), DigestRuns(database, lease_seconds=60)
    assert [each.id for each in await runs.due(NOW)] == [digest.id]
    assert await runs.start(digest, NOW)
    assert not await runs.start(digest, NOW)
    assert not await runs.start(digest, LATER)  # Send now, while it is being posted
    assert await runs.due(NOW) == []
    run = await runs.claim()
    assert run
    assert await runs.claim() is None
    contents = Contents((), NOW)
    assert await runs.posted(run, digest, ts="1.0", due=LATER, contents=contents)
    assert not await runs.posted(run, digest, ts="2.0", due=LATER, contents=contents)
    assert not await runs.start(digest, NOW)
    assert await runs.due(NOW) == []
    found = await store.find(digest.id)
    assert found
    assert (found.due, found.last, found.last_posted) == (LATER, {}, NOW)
    assert found.days == {"2026-11-23": Day(0, departments={})}


async def test_digests_of_earlier_versions_are_read(database: Database, digest: Digest) -> None:
    store = Digests(database)
    async with database.begin() as connection:
        await connection.execute(update(digests).values(last={"t1": "N", "t2": ["C", 12.5]}))
    found = await store.find(digest.id)
    assert found
    assert found.last == {"t1": Mark("N"), "t2": Mark("C", 12.5)}
    apart = {"d1": DepartmentDay("Support", 2, None, 1, 60, 30)}
    days = {"2026-11-22": [3, 1, 2], "2026-11-23": [2, None, 1, {"d1": [*apart["d1"]]}]}
    async with database.begin() as connection:
        await connection.execute(update(digests).values(days=days))
    found = await store.find(digest.id)
    assert found
    assert found.days == {"2026-11-22": Day(3, 1, 2), "2026-11-23": Day(2, None, 1, apart)}


async def test_a_run_whose_lease_was_lost_can_not_be_changed(
    database: Database, digest: Digest
) -> None:
    runs = DigestRuns(database, lease_seconds=0)
    await runs.start(digest, NOW)
    slow = await runs.claim()
    quick = await runs.claim()
    assert slow
    assert quick
    assert not await runs.renew(slow)
    assert await runs.renew(quick)
    assert not await runs.give_up(slow, digest, due=LATER)


async def test_times_that_were_changed_meanwhile_stay(database: Database, digest: Digest) -> None:
    store, runs = Digests(database), DigestRuns(database, lease_seconds=60)
    await runs.start(digest, NOW)
    run = await runs.claim()
    assert run
    changed = NOW + timedelta(hours=3)
    await store.change(digest.id, lambda before: replace(before, due=changed))
    await runs.posted(run, digest, ts="1.0", due=LATER, contents=Contents((), NOW))
    found = await store.find(digest.id)
    assert found
    assert found.due == changed


async def test_changed_filters_forget_the_last_run(database: Database, digest: Digest) -> None:
    store, runs = Digests(database), DigestRuns(database, lease_seconds=60)
    await runs.start(digest, NOW)
    run = await runs.claim()
    assert run
    await runs.posted(run, digest, ts="1.0", due=LATER, contents=Contents((), NOW))
    assert await store.change(digest.id, lambda before: replace(before, name="At nine"))
    renamed = await store.find(digest.id)
    assert await store.change(digest.id, lambda before: replace(before, statuses=("C",)))
    changed = await store.find(digest.id)
    assert renamed
    assert changed
    assert (renamed.last, changed.last) == ({}, None)


async def test_paused_and_removed_digests_are_not_due(database: Database, digest: Digest) -> None:
    store, runs = Digests(database), DigestRuns(database, lease_seconds=60)
    await store.pause(digest.id)
    assert await runs.due(NOW) == []
    await store.resume(digest.id, due=LATER)
    assert await runs.due(NOW) == []
    assert await runs.due(LATER)
    await runs.start(digest, LATER)
    await store.remove(digest.id)
    assert await store.find(digest.id) is None
    assert await runs.claim() is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("ends", ["pause", "remove"])
async def test_pausing_while_a_run_ends_does_not_deadlock(
    database: Database, digest: Digest, ends: str
) -> None:
    """A run is locked before its digest, always, or PostgreSQL refuses one of the two."""
    store, runs = Digests(database), DigestRuns(database, lease_seconds=60)
    await runs.start(digest, NOW)
    async with database.begin() as connection:
        await connection.execute(update(run_table).values(ts="1.0"))
        ending = asyncio.create_task(getattr(store, ends)(digest.id))
        await until_one_waits(connection)
        await connection.execute(update(digests).values(due=LATER.timestamp()))
    await ending


async def test_a_week_reads_the_days_of_digests_that_count_its_departments(
    database: Database,
) -> None:
    store = Digests(database)
    t = Translator("en")
    daily = fresh("C2", "U0ANN", "UTC", t)
    named = {
        "other channel": replace(daily, departments={"d1": "Support"}),
        "here": replace(daily, channel="C1", departments={"d1": "Support", "d2": "Sales"}),
        "all": daily,
        "elsewhere": replace(daily, departments={"d3": "Japan"}),
        "answered": replace(daily, statuses=("N", "C", "W", "A")),
    }
    for number, each in enumerate(named.values()):
        await store.add(each, due=NOW, key=f"V{number}")
    week = replace(fresh_week("C1", "U0ANN", "UTC", t), departments={"d1": "Support"})
    await store.add(week, due=NOW, key="W")
    assert await store.seen(week) == []  # none has run
    async with database.begin() as connection:
        ran = update(digests).where(digests.c.key != "W").values(days={"2026-11-23": [3, 1, 2]})
        await connection.execute(ran)
    days = {"2026-11-23": Day(3, 1, 2)}
    known = [{*named[each].departments} for each in ("other channel", "here", "all")]
    assert [(seen.departments, seen.days) for seen in await store.seen(week)] == [
        (departments, days) for departments in known
    ]
    assert len(await store.seen(replace(week, departments={}))) == 4
