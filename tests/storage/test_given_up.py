"""What somebody no longer waits for keeps nobody else waiting."""

import asyncio
import threading
from pathlib import Path

from sqlalchemy import text

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
