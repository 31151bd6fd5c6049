"""A database of each kind whose clock tests move."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import make_url, text

from bot.storage.database import Database
from tests.clock import ManualClock

# Before PostgreSQL's own functions, so that the bot's statements find this one.
CLOCK = """
CREATE SCHEMA moved;
CREATE TABLE moved.clock AS SELECT pg_catalog.clock_timestamp() AS now;
CREATE FUNCTION moved.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS 'SELECT now FROM moved.clock'
"""


class Moved(ManualClock):
    """SQLite goes by it; PostgreSQL's own clock stands still, and is put forward as much."""

    postgres: Database | None = None

    async def advance(self, seconds: float) -> None:
        await super().advance(seconds)
        if self.postgres:
            async with self.postgres.begin() as connection:
                moved = text("UPDATE moved.clock SET now = now + :seconds * interval '1 second'")
                await connection.execute(moved, {"seconds": seconds})


class AdjustedClock(ManualClock):
    """A clock that somebody put forward, or a machine that slept: its seconds did not go on."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
async def moved(database_url: str, clock: Moved) -> AsyncIterator[Database]:
    """Goes by `clock`."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        plain = Database(database_url)
        async with plain.begin() as connection:
            for statement in CLOCK.split(";"):
                await connection.execute(text(statement))
        await plain.close()
        path = "-csearch_path=moved,pg_catalog,public"
        url = url.update_query_dict({"options": path})
    database = Database(url.render_as_string(hide_password=False), clock=clock)
    if url.get_backend_name() == "postgresql":
        clock.postgres = database
    yield database
    await database.close()
