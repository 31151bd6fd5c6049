"""A report on whether something was stored is true, however long the commit takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import text

from bot.desk.commits import CLICK_SECONDS, COMMIT_SECONDS, Commits, acknowledge_by
from bot.desk.submissions import Decision, Submissions
from bot.domain.answer_to import ResponseUrl
from bot.domain.errors import CommitOutcomeUnknown, NotStored
from bot.domain.outbox import Row, State
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.outbox import Outbox
from tests.clock import ManualClock
from tests.held import Held, held_commits
from tests.waiting import until_found

ACKNOWLEDGED_SECONDS = 2.6


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def commits(clock: ManualClock) -> Commits:
    return Commits(clock)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
async def held(database_url: str) -> AsyncIterator[Held]:
    async with held_commits(database_url) as held:
        yield held


async def test_a_click_waits_for_a_commit_that_has_begun(
    commits: Commits, outbox: Outbox, held: Held, clock: ManualClock
) -> None:
    storing = asyncio.create_task(put(commits, outbox))
    await held.until_one_waits()
    await clock.advance(COMMIT_SECONDS + 1)
    assert not storing.done()
    await held.release()
    row = await storing
    assert await outbox.find_key("V") == row


async def test_a_form_reports_an_uncertain_commit_and_can_be_resubmitted(
    commits: Commits, outbox: Outbox, held: Held, clock: ManualClock
) -> None:
    storing = asyncio.create_task(put_by_form(commits, outbox, clock))
    await held.until_one_waits()
    await clock.advance(ACKNOWLEDGED_SECONDS - 0.05)
    with pytest.raises(CommitOutcomeUnknown) as raised:
        await storing
    assert raised.value.can_press_again
    await held.release()
    row = await until_found(partial(outbox.find_key, "V"))
    assert row
    assert (await put_by_form(commits, outbox, clock)).id == row.id
    assert await count(outbox) == 1


async def test_a_resubmission_during_an_uncertain_commit_is_uncertain_too(
    commits: Commits, outbox: Outbox, held: Held, clock: ManualClock
) -> None:
    for _ in range(2):
        storing = asyncio.create_task(put_by_form(commits, outbox, clock))
        await held.until_one_waits()
        await clock.advance(ACKNOWLEDGED_SECONDS)
        with pytest.raises(CommitOutcomeUnknown):
            await storing
    other = asyncio.create_task(put_by_form(commits, outbox, clock, key="W"))
    await clock.advance(0)
    await held.release()
    assert (await other).id
    assert await count(outbox) == 2


async def test_a_click_finally_reports_an_unknown_commit(
    commits: Commits, outbox: Outbox, held: Held, clock: ManualClock
) -> None:
    storing = asyncio.create_task(put(commits, outbox))
    await held.until_one_waits()
    await clock.advance(COMMIT_SECONDS)
    await clock.advance(CLICK_SECONDS)
    with pytest.raises(CommitOutcomeUnknown) as raised:
        await storing
    assert not raised.value.can_press_again


async def test_cancelled_during_the_commit_it_counts_as_doubtful(
    commits: Commits, outbox: Outbox, held: Held, clock: ManualClock
) -> None:
    storing = asyncio.create_task(put(commits, outbox))
    await held.until_one_waits()
    storing.cancel()
    with suppress(asyncio.CancelledError):
        await storing
    again = asyncio.create_task(put_by_form(commits, outbox, clock))
    await clock.advance(ACKNOWLEDGED_SECONDS)
    with pytest.raises(CommitOutcomeUnknown):
        await again
    await held.release()
    assert await until_found(partial(outbox.find_key, "V"))


async def test_a_commit_that_has_not_begun_is_cancelled(
    commits: Commits, outbox: Outbox, database: Database, clock: ManualClock
) -> None:
    async with database.begin() as connection:  # SQLite: the turn; PostgreSQL: the table
        if connection.dialect.name == "postgresql":
            await connection.execute(text("LOCK TABLE outbox IN EXCLUSIVE MODE"))
        storing = asyncio.create_task(put(commits, outbox))
        await clock.advance(COMMIT_SECONDS)
        with pytest.raises(NotStored):
            await storing
    await put(commits, outbox, key="W")
    assert await outbox.find_key("V") is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_commit_whose_connection_is_lost_is_repeated(
    commits: Commits, outbox: Outbox, database: Database
) -> None:
    await _lose_a_commit(database, "INSERT")
    row = await put(commits, outbox)
    assert await outbox.find_key("V") == row
    assert await count(outbox) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("decision", [Decision.UNDO, Decision.SEND_NOW])
async def test_a_decision_is_made_again_after_its_connection_is_lost(
    commits: Commits, outbox: Outbox, database: Database, decision: Decision
) -> None:
    row = await put(commits, outbox)
    await _lose_a_commit(database, "UPDATE")
    decided = await _submissions(outbox, commits).decide(row.id, decision, slack_user="U0ANN")
    assert decided
    assert decided.state is (State.UNDONE if decision is Decision.UNDO else State.HELD)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_bulk_action_is_undone_although_its_connection_is_lost(
    commits: Commits, outbox: Outbox, database: Database
) -> None:
    entries = [Entry(each, "note", 1, {"text": "1"}, each, "U0ANN", batch="b") for each in "tu"]
    await outbox.put_each(entries, hold_seconds=60)
    await _lose_a_commit(database, "UPDATE")
    submissions, url = _submissions(outbox, commits), "https://hooks.slack.com/actions/T/1/x"
    place = ResponseUrl(url)
    assert await submissions.decide_each("b", Decision.UNDO, slack_user="U0ANN", answer_to=place)
    rows = await outbox.of_batch("b")
    assert {(row.state, row.answer_to) for row in rows} == {(State.UNDONE, url)}


async def test_undo_can_be_repeated(commits: Commits, outbox: Outbox) -> None:
    """A person who saw *perhaps* clicks again, and reads that it is undone."""
    row, submissions = await put(commits, outbox), _submissions(outbox, commits)
    for _ in range(2):
        undone = await submissions.decide(row.id, Decision.UNDO, slack_user="U0ANN")
        assert undone
        assert undone.state is State.UNDONE
    assert await submissions.decide(row.id, Decision.SEND_NOW, slack_user="U0ANN") is None
    assert await submissions.decide(row.id, Decision.UNDO, slack_user="U0ADAM") is None


LOST = """
CREATE SEQUENCE commits;;
CREATE FUNCTION lost() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
    RETURN NULL;
END $$;;
CREATE CONSTRAINT TRIGGER lost AFTER {change} ON outbox
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lost()
"""


async def _lose_a_commit(database: Database, change: str) -> None:
    async with database.begin() as connection:
        for statement in LOST.format(change=change).split(";;"):
            await connection.exec_driver_sql(statement)


def _submissions(outbox: Outbox, commits: Commits) -> Submissions:
    return Submissions(outbox, commits, {}, lambda: None)


async def put(commits: Commits, outbox: Outbox, key: str = "V") -> Row:
    entry = Entry(key, "note", 1, {"text": "1"}, "t", "U0ANN")
    return await commits.wait_for(partial(outbox.put, entry, hold_seconds=60), key=key)


async def put_by_form(commits: Commits, outbox: Outbox, clock: ManualClock, key: str = "V") -> Row:
    acknowledge_by.set(clock.monotonic() + ACKNOWLEDGED_SECONDS)
    return await put(commits, outbox, key)


async def count(outbox: Outbox) -> int:
    return len(await outbox.of_user("U0ANN", [("note", 1)], limit=10))
