"""The outbox on disk: claimed once, leased, in order, and quick however much is finished."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, insert, text

from bot.domain.outbox import State
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.figures import can_write
from bot.storage.outbox import Entry, Outbox
from bot.storage.presence import LIFE_SECONDS, Presence
from bot.storage.tables import metadata, outbox

KNOWN = [("note", 1)]
CODE = "AX4-B4T-FD8"
FINISHED = {
    "kind": "note",
    "version": 1,
    "operation": {},
    "ticket_id": "t",
    "slack_user": "U0ANN",
    "state": State.DONE,
    "told": State.DONE,
    "is_open": False,
    "due": 0,
    "created": 0,
}


def entry(number: int, *, ticket: str = "", version: int = 1, code: str = "") -> Entry:
    return Entry(
        key=f"V{number}",
        kind="note",
        version=version,
        operation={"text": f"{number}", "code": code},
        ticket_id=ticket or f"ticket{number}",
        slack_user="U0ANN",
    )


async def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing_that_is_kept(database: Database) -> None:
    row = await Outbox(database, lease_seconds=60).put(entry(1), hold_seconds=0)
    await database.migrate()
    assert await Outbox(database, lease_seconds=60).find(row.id) == row


async def test_an_older_bot_starts_on_what_a_newer_one_left(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.migrate()
    assert await Outbox(database, lease_seconds=60).put(entry(1), hold_seconds=0)


async def test_nobody_else_on_the_machine_reads_the_file(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    if database_url.startswith("postgresql"):
        return  # that is PostgreSQL's own business
    assert await can_write(database)
    assert stat.S_IMODE((tmp_path / "tickets.db").stat().st_mode) == 0o600


async def test_the_same_key_again_gives_its_own_row(database: Database) -> None:
    outbox = Outbox(database, lease_seconds=60)
    rows = [await outbox.put(entry(number), hold_seconds=0) for number in range(3)]
    for row in rows:
        claimed = await outbox.claim(KNOWN)
        assert claimed
        assert await outbox.end(claimed, State.DONE, {}, agent="Ann")
        assert (await outbox.put(entry(row.id - 1), hold_seconds=0)).id == row.id


async def test_of_many_who_claim_at_once_each_gets_another_row(database: Database) -> None:
    outbox = Outbox(database, lease_seconds=60)
    for number in range(10):
        await outbox.put(entry(number), hold_seconds=0)
    claimed = await asyncio.gather(*(outbox.claim(KNOWN) for _ in range(30)))
    rows = [row.id for row in claimed if row]
    assert len(rows) == len(set(rows)) == 10


async def test_what_is_held_or_of_a_later_version_is_not_claimed(database: Database) -> None:
    outbox = Outbox(database, lease_seconds=60)
    await outbox.put(entry(1), hold_seconds=60)
    await outbox.put(entry(2, version=2), hold_seconds=0)
    assert await outbox.claim(KNOWN) is None


async def test_when_time_is_moved_what_is_held_leaves_and_no_lease_ends(
    database: Database,
) -> None:
    outbox = Outbox(database, lease_seconds=60)
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
    outbox = Outbox(database, lease_seconds=60)
    first = await outbox.put(entry(1, ticket="t"), hold_seconds=0)
    await outbox.put(entry(2, ticket="t"), hold_seconds=0)
    claimed = await outbox.claim(KNOWN)
    assert claimed
    assert claimed.id == first.id
    assert await outbox.claim(KNOWN) is None
    assert await outbox.end(claimed, State.DONE, {}, agent="Ann")
    assert await outbox.claim(KNOWN)


async def test_who_lost_the_lease_changes_nothing_any_more(database: Database) -> None:
    outbox = Outbox(database, lease_seconds=0)
    await outbox.put(entry(1), hold_seconds=0)
    slow = await outbox.claim(KNOWN)
    assert slow
    assert await outbox.remember(slow, {"message_ids": [], "changed": "", "status": "N"})
    quick = await outbox.claim(KNOWN)
    assert quick
    assert quick.is_doubtful  # the call of the one before may have been made
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


@pytest.mark.parametrize(("method", "index"), [("claim", "open"), ("next_untold", "untold")])
async def test_what_is_finished_is_not_looked_at(
    database: Database, statements: list[tuple[str, Any]], method: str, index: str
) -> None:
    async with database.begin() as connection:
        await connection.execute(
            insert(outbox),
            [{**FINISHED, "key": f"F{number}", "once": None} for number in range(5000)],
        )
        await connection.execute(text("ANALYZE outbox"))
    statements.clear()
    box = Outbox(database, lease_seconds=60)
    await (box.claim(KNOWN) if method == "claim" else box.next_untold(KNOWN))
    asked, data = next(each for each in statements if each[0].startswith("UPDATE"))
    async with database.begin() as connection:
        explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        plan = await connection.exec_driver_sql(f"{explain} {asked}", data)
        assert any(f"outbox_{index}" in str(step) for step in plan)


async def test_presence_is_seen_by_others_and_ends_with_the_form(database: Database) -> None:
    presence = Presence(database)
    assert await presence.opened("t", "reply", "U0ANN") == []
    (other,) = await presence.opened("t", "reply", "U0ADAM")
    assert other.slack_user == "U0ANN"
    assert await presence.opened("t", "note", "U0SAM") == []
    submitted = Entry("V1", "reply", 1, {}, "t", "U0ANN")
    await Outbox(database, lease_seconds=60).put(submitted, hold_seconds=0)
    assert [each.slack_user for each in await presence.opened("t", "reply", "U0SAM")] == ["U0ADAM"]


async def test_presence_ends_by_itself(database: Database) -> None:
    presence = Presence(database)
    await presence.opened("t", "reply", "U0ANN")
    async with database.begin() as connection:
        long_ago = tables.presence.c.opened - LIFE_SECONDS - 1
        await connection.execute(tables.presence.update().values(opened=long_ago))
    assert await presence.opened("t", "reply", "U0ADAM") == []


@pytest.mark.parametrize(("first", "second"), [("id", CODE), (CODE, "id")])
async def test_a_ticket_named_by_its_code_waits_for_itself_by_its_id(
    database: Database, first: str, second: str
) -> None:
    box = Outbox(database, lease_seconds=60)
    await box.put(entry(1, ticket=first, code=CODE), hold_seconds=0)
    await box.put(entry(2, ticket=second, code=CODE), hold_seconds=0)
    await box.put(entry(3, ticket="other", code="CLD-RGFWJ-358"), hold_seconds=0)
    claimed = [await box.claim(KNOWN) for _ in range(3)]
    assert [row and row.operation["text"] for row in claimed] == ["1", "3", None]
