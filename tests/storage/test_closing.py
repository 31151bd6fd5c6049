"""Closing a database leaves no connection open, whoever still uses one."""

import asyncio
import gc
import sys
from contextlib import suppress

import pytest
from sqlalchemy import func, select, text

from bot.storage.database import Database
from tests.postgres import new_database

BACKEND = select(func.pg_backend_pid())


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_connections_in_use_are_closed(
    database_url: str, monkeypatch: pytest.MonkeyPatch, *, is_cancelled: bool
) -> None:
    """Such as the connection of a note for which nobody waits any more."""
    left: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: left.append(str(error.exc_value)))
    await _close_while_in_use(database_url, is_cancelled=is_cancelled)
    gc.collect()
    assert left == []


async def test_a_connection_is_not_used_again_after_an_error(postgres: str) -> None:
    """Psycopg fails an assertion if it is cancelled as a pipeline begins, and stays in it."""
    database = Database(new_database(postgres))
    used = None
    with suppress(AssertionError):
        async with database.begin() as connection:
            used = await connection.scalar(BACKEND)
            raise AssertionError
    async with database.begin() as connection:
        assert await connection.scalar(BACKEND) != used
    await database.close()


async def _close_while_in_use(url: str, *, is_cancelled: bool) -> None:
    database = Database(url)
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def use() -> None:
        async with database.begin() as connection:
            await connection.execute(text("SELECT 1"))
            began.set()
            await goes_on.wait()

    using = asyncio.create_task(use())
    await began.wait()
    if is_cancelled:
        using.cancel()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    goes_on.set()
    await closing
    with suppress(asyncio.CancelledError):
        await using
