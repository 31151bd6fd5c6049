"""Concurrent work shares a commit, and is as safe as alone."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.outbox import Outbox

NOTE = Entry("V", "note", 1, {"text": "1"}, "t", "U0ANN")


@pytest.fixture
def commits() -> Iterator[list[Connection]]:
    """Of any database, meanwhile."""
    seen: list[Connection] = []

    def note(connection: Connection) -> None:
        seen.append(connection)

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


@pytest.fixture
def file(migrated: Path, tmp_path: Path) -> Path:
    path = tmp_path / "group.sqlite3"
    path.write_bytes(migrated.read_bytes())
    return path


async def test_waiting_transactions_share_one_commit(file: Path, commits: list[Connection]) -> None:
    database = Database(f"sqlite:///{file}")
    box = Outbox(database)
    entries = [replace(NOTE, idempotency_key=f"V{number}") for number in range(20)]
    rows = await asyncio.gather(*(box.put(each, hold_seconds=0) for each in entries))
    assert len(commits) == 1
    assert [await box.find(row.id) for row in rows] == list(rows)
    await database.close()


async def test_commits_are_synchronous(file: Path) -> None:
    database = Database(f"sqlite:///{file}")

    def ask(connection: Connection) -> int:
        found: int = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        return found

    assert await database.transact(ask) == 2  # FULL
    await database.close()


async def test_one_transactions_error_does_not_affect_the_others(database: Database) -> None:
    def add(number: int, connection: Connection) -> int:
        connection.execute(text(f"INSERT INTO readiness (id, written) VALUES ({number}, 0)"))
        if number == 3:
            connection.execute(text("SELECT nothing FROM nowhere"))
        return number

    def works(number: int) -> asyncio.Future[int]:
        return asyncio.ensure_future(database.transact(lambda found: add(number, found)))

    given = await asyncio.gather(*map(works, range(2, 6)), return_exceptions=True)
    assert [each for each in given if isinstance(each, int)] == [2, 4, 5]
    async with database.begin() as connection:
        stored = await connection.execute(text("SELECT id FROM readiness WHERE id > 1 ORDER BY id"))
        assert list(stored.scalars()) == [2, 4, 5]


async def test_one_group_stores_each_key_once(database: Database, database_url: str) -> None:
    box = Outbox(database)
    same = [replace(NOTE, operation={"text": each}) for each in "abc"]
    once = [replace(NOTE, idempotency_key=f"O{each}", dedup_key="resolve t") for each in "abc"]
    rows = await asyncio.gather(*(box.put(each, hold_seconds=60) for each in [*same, *once]))
    assert len({row.id for row in rows[:3]}) == len({row.id for row in rows[3:]}) == 1
    standing = await box.find(rows[0].id)
    assert standing
    if database_url.startswith("sqlite"):  # in the order in which they came
        assert standing.operation == {"text": "c"}


async def test_a_cancelled_transaction_is_not_committed(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    box = Outbox(database)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        given_up = box.put(NOTE, hold_seconds=0)
        patient = box.put(replace(NOTE, idempotency_key="W"), hold_seconds=0)
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait([given_up])
        other.execute("ROLLBACK")
    assert await patient == await box.find_key("W")
    assert await box.find_key("V") is None
    await database.close()


async def test_a_failed_commit_raises_for_every_caller(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    box = Outbox(database)
    entries = [replace(NOTE, idempotency_key=f"V{number}") for number in range(3)]
    given = await asyncio.gather(
        *(box.put(each, hold_seconds=0) for each in entries), return_exceptions=True
    )
    assert all(isinstance(each, OperationalError) for each in given)
    await database.close()


async def test_a_commit_that_fails_leaves_nothing_open(file: Path) -> None:
    """As on a full disk: SQLite may keep the transaction, and the file would stay locked."""
    database = Database(f"sqlite:///{file}")
    box, errors = Outbox(database), [OSError("disk"), OSError("disk")]

    def fail(_connection: Connection) -> None:
        if errors:
            raise errors.pop()

    event.listen(Engine, "commit", fail)
    with pytest.raises(OSError, match="disk"):
        await box.put(NOTE, hold_seconds=0)
    with pytest.raises(OSError, match="disk"):
        await box.find_key("V")
    event.remove(Engine, "commit", fail)
    assert await box.find_key("V") is None
    await box.put(NOTE, hold_seconds=0)
    assert await box.find_key("V")
    await database.close()


async def test_killed_at_any_step_nothing_that_was_acknowledged_is_lost(
    migrated: Path, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.killed", str(migrated), str(tmp_path)), stdout=PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    ends = [json.loads(line) for line in said.splitlines()]
    for each in ends:
        assert each["health"] == "ok"
        assert {*each["acknowledged"]} <= {*each["stored"]}
    assert [len(ends[0][name]) for name in ("acknowledged", "stored")] == [0, 0]
    assert [len(ends[-1][name]) for name in ("acknowledged", "stored")] == [6, 6]
    assert {len(each["stored"]) for each in ends} == {0, 3, 6}  # each group whole, or not at all
    assert {len(each["acknowledged"]) for each in ends} == set(range(7))
