"""The outbox on disk: claimed once, leased, in order, and fast however many rows are finished."""

import asyncio
import json
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, insert, text

from bot.domain.outbox import AWAITING_AUTHOR, Row, State
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.deliveries import claim_in
from bot.storage.entries import Entry
from bot.storage.figures import can_write
from bot.storage.notifications import (
    GIVEN_UP_AFTER,
    MAX_RETRY_SECONDS,
    REMIND_SECONDS,
    SLOW_SECONDS,
)
from bot.storage.outbox import Transition
from bot.storage.presence import LIFE_SECONDS, Presence
from bot.storage.tables import metadata, outbox
from tests.clock import ManualClock
from tests.outbox import FINISHED, KNOWN, WholeOutbox, entry
from tests.postgres import WITH_TABLES, new_database, until_one_waits
from tests.storage.conftest import Moved

WHOLE_TABLE = r"Seq Scan|SCAN (?!CONSTANT)\w+'"
CODE = "AX4-B4T-FD8"


async def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing_that_is_kept(database: Database) -> None:
    row = await WholeOutbox(database, lease_seconds=60).put(entry(1), hold_seconds=0)
    await database.migrate()
    assert await WholeOutbox(database, lease_seconds=60).find(row.id) == row


async def test_an_older_bot_starts_on_what_a_newer_one_left(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.migrate()
    assert await WholeOutbox(database, lease_seconds=60).put(entry(1), hold_seconds=0)


async def test_nobody_else_on_the_machine_reads_the_file(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    if database_url.startswith("postgresql"):
        return  # that is PostgreSQL's own business
    assert await can_write(database)
    assert stat.S_IMODE((tmp_path / "tickets.db").stat().st_mode) == 0o600


async def test_the_same_key_again_gives_its_own_row(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    rows = [await outbox.put(entry(number), hold_seconds=0) for number in range(3)]
    for row in rows:
        claimed = await outbox.claim(KNOWN)
        assert claimed
        assert await outbox.end(claimed, State.DONE, {}, agent="Ann")
        assert (await outbox.put(entry(row.id - 1), hold_seconds=0)).id == row.id


async def test_concurrent_claims_get_different_rows(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    for number in range(10):
        await outbox.put(entry(number), hold_seconds=0)
    claimed = await asyncio.gather(*(outbox.claim(KNOWN) for _ in range(30)))
    rows = [row.id for row in claimed if row]
    assert len(rows) == len(set(rows)) == 10


@pytest.mark.parametrize("ticket", ["t", CODE])
async def test_bots_that_claim_in_the_same_moment_get_no_two_rows_of_a_ticket(
    postgres_with_tables: str, ticket: str
) -> None:
    """Neither sees what the other claims: a deletion whose hold ends, and a reply meanwhile."""
    database = Database(new_database(postgres_with_tables, WITH_TABLES))
    box = WholeOutbox(database, lease_seconds=60)
    deletion = replace(entry(1, ticket="t", code=CODE), yields_while_held=True)
    first = await box.put(deletion, hold_seconds=0)
    await box.put(entry(2, ticket=ticket, code=CODE), hold_seconds=0)
    async with database.begin() as connection:
        ours = await connection.run_sync(partial(claim_in, KNOWN, 60))
        theirs = asyncio.create_task(box.claim(KNOWN))
        waiting = asyncio.create_task(until_one_waits(connection))
        await asyncio.wait({theirs, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert ours
    assert ours.id == first.id
    assert await theirs is None
    waiting.cancel()
    await database.close()


async def test_held_rows_and_later_versions_are_not_claimed(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    await outbox.put(entry(1), hold_seconds=60)
    await outbox.put(entry(2, version=2), hold_seconds=0)
    assert await outbox.claim(KNOWN) is None


async def test_when_time_is_moved_what_is_held_leaves_and_no_lease_ends(
    database: Database,
) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    await outbox.put(entry(1), hold_seconds=0)
    assert await outbox.claim(KNOWN)
    held = await outbox.put(entry(2), hold_seconds=600)
    await outbox.hurry(590)
    assert await outbox.claim(KNOWN) is None
    await outbox.hurry(10)
    claimed = await outbox.claim(KNOWN)
    assert claimed
    assert claimed.id == held.id
    assert await outbox.claim(KNOWN) is None


async def test_a_ticket_has_one_row_on_its_way_at_a_time(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    first = await outbox.put(entry(1, ticket="t"), hold_seconds=0)
    await outbox.put(entry(2, ticket="t"), hold_seconds=0)
    claimed = await outbox.claim(KNOWN)
    assert claimed
    assert claimed.id == first.id
    assert await outbox.claim(KNOWN) is None
    assert await outbox.end(claimed, State.DONE, {}, agent="Ann")
    assert await outbox.claim(KNOWN)


async def test_a_row_whose_lease_was_lost_can_not_be_changed(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=0)
    await outbox.put(entry(1), hold_seconds=0)
    slow = await outbox.claim(KNOWN)
    assert slow
    assert await outbox.remember(slow, {"message_ids": [], "changed": "", "status": "N"})
    quick = await outbox.claim(KNOWN)
    assert quick
    assert quick.is_uncertain  # the call of the one before may have been made
    assert not await outbox.end(slow, State.DONE, {}, agent="Ann")
    assert await outbox.end(quick, State.DONE, {}, agent="Ann")


@pytest.fixture
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to any database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        sent.append((arguments[2], arguments[3]))

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("method", "index"), [("claim", "open"), ("claim_notice", "untold")])
async def test_claims_use_an_index_and_skip_finished_rows(
    database: Database, statements: list[tuple[str, Any]], method: str, index: str
) -> None:
    async with database.begin() as connection:
        await connection.execute(
            insert(outbox),
            [
                {**FINISHED, "idempotency_key": f"F{number}", "dedup_key": None}
                for number in range(5_000)
            ],
        )
        await connection.execute(text("ANALYZE outbox"))
    statements.clear()
    box = WholeOutbox(database, lease_seconds=60)
    await (box.claim(KNOWN) if method == "claim" else box.claim_notice(KNOWN))
    asked, data = next(each for each in statements if each[0].startswith("UPDATE"))
    async with database.begin() as connection:
        explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        plan = await connection.exec_driver_sql(f"{explain} {asked}", data)
        steps = [str(step) for step in plan]
        assert any(f"outbox_{index}" in step for step in steps)
        assert not [step for step in steps if re.search(WHOLE_TABLE, step)]


async def test_presence_is_seen_by_others_and_ends_with_the_form(database: Database) -> None:
    presence = Presence(database, ManualClock())
    assert await presence.opened("t", "reply", "U0ANN") == []
    (other,) = await presence.opened("t", "reply", "U0ADAM")
    assert other.slack_user == "U0ANN"
    assert await presence.opened("t", "note", "U0SAM") == []
    submitted = Entry("V1", "reply", 1, {}, "t", "U0ANN")
    await WholeOutbox(database, lease_seconds=60).put(submitted, hold_seconds=0)
    assert [each.slack_user for each in await presence.opened("t", "reply", "U0SAM")] == ["U0ADAM"]


async def test_presence_ends_by_itself(database: Database) -> None:
    presence = Presence(database, ManualClock())
    await presence.opened("t", "reply", "U0ANN")
    async with database.begin() as connection:
        long_ago = tables.presence.c.opened - LIFE_SECONDS - 1
        await connection.execute(tables.presence.update().values(opened=long_ago))
    assert await presence.opened("t", "reply", "U0ADAM") == []


@pytest.mark.parametrize(("first", "second"), [("id", CODE), (CODE, "id")])
async def test_a_ticket_named_by_its_code_waits_for_itself_by_its_id(
    database: Database, first: str, second: str
) -> None:
    box = WholeOutbox(database, lease_seconds=60)
    await box.put(entry(1, ticket=first, code=CODE), hold_seconds=0)
    await box.put(entry(2, ticket=second, code=CODE), hold_seconds=0)
    await box.put(entry(3, ticket="other", code="CLD-RGFWJ-358"), hold_seconds=0)
    claimed = [await box.claim(KNOWN) for _ in range(3)]
    assert [row and row.operation["text"] for row in claimed] == ["1", "3", None]


@pytest.mark.parametrize("ticket", ["id", CODE])
@pytest.mark.parametrize("state", [State.SENDING, State.LOOKING])
async def test_a_resumed_row_waits_for_the_active_row_of_its_ticket(
    database: Database, ticket: str, state: State
) -> None:
    box = WholeOutbox(database, lease_seconds=60)
    first = await box.put(entry(1, ticket="id", code=CODE), hold_seconds=0)
    second = await box.put(entry(2, ticket=ticket, code=CODE), hold_seconds=0)
    asks = await box.claim(KNOWN)
    assert asks
    await box.end(asks, State.ASKS, {}, agent="Ann")
    under_way = await box.claim(KNOWN)
    assert under_way
    assert under_way.id == second.id
    if state is State.LOOKING:
        await box.reschedule(under_way, State.LOOKING, 0)
    again = Transition(AWAITING_AUTHOR, State.HELD)
    assert await box.move(asks.id, asks.slack_user, again, lease_token=asks.lease_token)
    claimed = await box.claim(KNOWN)
    if state is State.SENDING:
        assert claimed is None
        await box.end(under_way, State.DONE, {}, agent="Ann")
    else:  # it is looked for first
        assert claimed
        assert claimed.id == second.id
        await box.end(claimed, State.DONE, {}, agent="Ann")
    last = await box.claim(KNOWN)
    assert last
    assert last.id == first.id


@pytest.mark.parametrize("words", ["a\x00b", "half a pair \ud83d"])
async def test_an_unreadable_row_does_not_block_others(
    database: Database, database_url: str, words: str
) -> None:
    poisoned = insert(outbox).values(
        FINISHED | {"idempotency_key": "P", "state": State.HELD, "is_open": True, "notified": ""}
    )
    operation = json.dumps({"text": words, "code": words})
    column = "CAST(:operation AS json)" if "postgres" in database_url else ":operation"
    async with database.begin() as connection:
        await connection.execute(poisoned)
        await connection.execute(
            text(f"UPDATE outbox SET operation = {column}"), {"operation": operation}
        )
    box = WholeOutbox(database, lease_seconds=60)
    well = await box.put(entry(2, ticket="t"), hold_seconds=0)
    other = await box.put(entry(3), hold_seconds=0)
    claimed = [await box.claim(KNOWN) for _ in range(3)]
    assert [row and row.operation["text"] for row in claimed] == [words, "3", None]
    assert claimed[0]
    await box.end(claimed[0], State.DOUBTFUL, {"reason": words}, agent="")
    last = await box.claim(KNOWN)
    assert (last and last.id, other.id) == (well.id, well.id + 1)


async def test_characters_no_database_accepts_are_removed(database: Database) -> None:
    box = WholeOutbox(database, lease_seconds=60)
    odd = replace(entry(1), operation={"text": "a\x00b \ud83d\ude00 \ud83d c", "rest": ["\x00"]})
    row = await box.put(odd, hold_seconds=0)
    assert row.operation == {"text": "ab \U0001f600 \ufffd c", "rest": [""]}


async def test_claims_that_come_to_nothing_are_counted(database: Database) -> None:
    box = WholeOutbox(database, lease_seconds=0)
    row = await box.put(entry(1), hold_seconds=0)
    for count in range(3):
        left = await box.claim(KNOWN)
        assert left
        assert left.crashes == count
        row = left
    await box.reschedule(row, State.WAITING, 0)
    again = await box.claim(KNOWN)
    assert again
    assert again.crashes == 0


async def test_an_author_waiting_behind_another_row_is_notified_once(
    moved: Database, clock: Moved
) -> None:
    box = WholeOutbox(moved, lease_seconds=600)
    await box.put(entry(1, ticket="t"), hold_seconds=0)
    held = await box.put(entry(2, ticket="t"), hold_seconds=10)
    first = await box.claim(KNOWN)
    assert first
    assert await untold(box) == {(held.id, State.HELD, False)}
    await clock.advance(11)
    assert await box.claim(KNOWN) is None
    assert await untold(box) == {(first.id, State.SENDING, False)}  # it may go any moment
    await clock.advance(SLOW_SECONDS)
    assert await box.claim(KNOWN) is None
    assert await untold(box) == {(held.id, State.HELD, True)}
    assert await box.claim(KNOWN) is None
    assert await untold(box) == set()
    await box.end(first, State.DONE, {}, agent="Ann")
    claimed = await box.claim(KNOWN)
    assert claimed
    assert claimed.id == held.id


async def test_what_a_bot_leaves_for_now_is_known_to_wait(moved: Database, clock: Moved) -> None:
    box = WholeOutbox(moved, lease_seconds=600)
    held = await box.put(entry(1), hold_seconds=1)
    await clock.advance(1 + SLOW_SECONDS)
    assert await box.claim([]) is None
    assert await untold(box) == {(held.id, State.HELD, True)}


async def untold(box: WholeOutbox) -> set[tuple[int, State, bool]]:
    """Tells everybody; of what."""
    notices = set()
    while row := await box.claim_notice(KNOWN):
        notices.add((row.id, row.state, row.is_queued))
        await box.mark_notified(row, "D", "1.0")
    return notices


async def test_a_notice_on_its_way_does_not_hide_that_it_waits(
    moved: Database, clock: Moved
) -> None:
    box = WholeOutbox(moved, lease_seconds=600)
    await box.put(entry(1, ticket="t"), hold_seconds=0)
    held = await box.put(entry(2, ticket="t"), hold_seconds=1)
    assert await box.claim(KNOWN)
    telling = await box.claim_notice(KNOWN)
    assert telling
    await clock.advance(1 + SLOW_SECONDS)
    assert await box.claim(KNOWN) is None
    await box.mark_notified(telling, "D", "1.0")
    assert (held.id, State.HELD, True) in await untold(box)


@pytest.mark.parametrize("by", [-3600, 3600])
async def test_the_clock_of_the_machine_may_be_set_while_something_is_held(
    sqlite_url: str, by: float
) -> None:
    clock = WrongClock()
    database = Database(sqlite_url, clock=clock)
    box = WholeOutbox(database, lease_seconds=60)
    held = await box.put(entry(1), hold_seconds=10)
    clock.wrong = timedelta(seconds=by)
    await clock.advance(9)
    assert await box.claim(KNOWN) is None
    await clock.advance(2)
    claimed = await box.claim(KNOWN)
    assert claimed
    assert claimed.id == held.id
    await database.close()


class WrongClock(ManualClock):
    """The machine's clock, after somebody has set it."""

    wrong = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.wrong


async def put_batch(box: WholeOutbox, *, hold_seconds: float) -> list[Row]:
    await box.put_each(
        [replace(entry(number), batch="b") for number in range(5)], hold_seconds=hold_seconds
    )
    return await box.of_batch("b")


async def test_a_batch_is_decided_at_once(database: Database) -> None:
    """Whatever is claimed meanwhile: either it leaves, or it is taken back."""
    box = WholeOutbox(database, lease_seconds=60)
    await put_batch(box, hold_seconds=0)
    undo = Transition(frozenset({State.HELD}), State.UNDONE)
    assert await box.move_batch("b", "U0ADAM", undo) == []
    assert await box.move_batch("", "U0ANN", undo) == []
    claimed = await box.claim(KNOWN)
    moved = await box.move_batch("b", "U0ANN", undo)
    assert claimed
    assert len(moved) == 4
    assert await box.claim(KNOWN) is None


async def test_one_bot_at_a_time_reports_a_batch(moved: Database, clock: Moved) -> None:
    """Others are notified at the same time, however long Slack takes."""
    box = WholeOutbox(moved, lease_seconds=600)
    rows = await put_batch(box, hold_seconds=30)
    single = await box.put(entry(9), hold_seconds=30)
    notices = [await box.claim_notice(KNOWN) for _ in range(3)]
    assert {row and row.batch for row in notices} == {"b", "", None}
    first = next(row for row in notices if row and row.batch)
    await box.retry(first)
    assert await box.claim_notice(KNOWN) is None
    await clock.advance(2)
    again = await box.claim_notice(KNOWN)
    assert again
    assert again.batch == "b"
    await box.mark_notified(again, "D", "1.0")
    await box.mark_notified(single, "D", "2.0")
    assert len(await untold(box)) == len(rows) - 1


async def not_accepted(box: WholeOutbox, clock: Moved, pause: float) -> None:
    """Slack does not accept what is told next, of which nothing is told again within the pause."""
    row = await box.claim_notice(KNOWN)
    assert row
    assert await box.retry(row)
    await clock.advance(pause - 0.1)
    assert await box.claim_notice(KNOWN) is None
    await clock.advance(0.1)


async def tries(box: WholeOutbox, clock: Moved) -> bool:
    """Slack does not accept it; returns whether it is tried again, at the latest now."""
    row = await box.claim_notice(KNOWN)
    assert row
    is_tried_again = await box.retry(row)
    await clock.advance(MAX_RETRY_SECONDS)
    return is_tried_again


async def test_a_notice_that_slack_refuses_is_tried_ever_more_rarely_for_a_day(
    moved: Database, clock: Moved
) -> None:
    """Of a bulk action too; a change of state begins anew."""
    box = WholeOutbox(moved, lease_seconds=600)
    await put_batch(box, hold_seconds=0)
    while row := await box.claim(KNOWN):
        await box.end(row, State.REFUSED, {}, agent="")
    for pause in (5, 5, 10, 20):
        await not_accepted(box, clock, pause)
    for _ in range(8):
        assert await tries(box, clock)
    await not_accepted(box, clock, 900)
    await clock.advance(7 * GIVEN_UP_AFTER)  # no bot runs
    count = 1
    while await tries(box, clock):
        count += 1
    assert 80 < count < 100
    assert await untold(box) == set()
    await box.move_batch("b", "U0ANN", Transition(AWAITING_AUTHOR, State.DISCARDED))
    await not_accepted(box, clock, 5)
    assert len(await untold(box)) == 5


async def test_a_reminder_that_slack_refuses_is_given_up_too(moved: Database, clock: Moved) -> None:
    box = WholeOutbox(moved, lease_seconds=600)
    await box.put(entry(1), hold_seconds=0)
    asking = await box.claim(KNOWN)
    assert asking
    await box.end(asking, State.ASKS, {}, agent="")
    await untold(box)
    await clock.advance(REMIND_SECONDS)
    is_tried_again = True
    while is_tried_again:
        row = await box.notifications.claim_reminder(KNOWN)
        assert row
        is_tried_again = await box.retry(row)
        await clock.advance(MAX_RETRY_SECONDS)
    await clock.advance(GIVEN_UP_AFTER)
    assert await box.notifications.claim_reminder(KNOWN) is None
    assert await untold(box) == set()
