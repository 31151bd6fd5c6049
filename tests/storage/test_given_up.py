"""Cancelled work does not keep others waiting."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.storage.commit_guard import CommitGuard, guarded_by
from bot.storage.database import Database

ROWS = text("SELECT met() UNION ALL SELECT 2")


async def test_a_statement_that_is_given_up_leaves_nothing_locked(
    tmp_path: Path, sqlite_url: str
) -> None:
    """Also while something, here the task, still holds what it was at."""
    database = Database(sqlite_url)
    began, goes_on = threading.Event(), threading.Event()

    def met() -> int:
        began.set()
        goes_on.wait()
        return 1

    async def ask() -> None:
        async with database.begin() as connection:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            assert driver
            await driver.create_function("met", 0, met)
            await connection.execute(ROWS)

    given_up = asyncio.create_task(ask())
    await asyncio.to_thread(began.wait)
    given_up.cancel()
    goes_on.set()
    async with database.begin() as connection:
        assert (await connection.execute(text("SELECT 3"))).scalar_one() == 3
    await database.close()
    assert given_up.cancelled()
    assert files(tmp_path) == ["tickets.db"]


def files(folder: Path) -> list[str]:
    return [each.name for each in folder.glob("tickets.db*")]


@pytest.mark.parametrize("is_one_call", [True, False])
async def test_a_commit_that_has_begun_is_not_given_up(
    database: Database, *, is_one_call: bool
) -> None:
    """However it is made, whoever waits is not told that nothing was stored."""
    guard, begun = CommitGuard(), list[bool]()

    def note(_: Connection) -> None:
        begun.append(not guard.give_up())

    event.listen(Engine, "commit", note)
    with guarded_by(guard):
        if is_one_call:
            await database.transact(lambda it: it.execute(text("SELECT 1")))
        else:
            async with database.begin() as connection:
                await connection.execute(text("SELECT 1"))
    event.remove(Engine, "commit", note)
    assert begun == [True]
    assert guard.give_up()
