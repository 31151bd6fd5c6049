"""If PostgreSQL is frozen or locked, no connection or statement waits forever."""

import asyncio

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database
from bot.storage.migrate import MIGRATION_LOCK
from tests.postgres import new_database, until_one_waits

LOCK = text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


@pytest.fixture
def url(postgres: str) -> str:
    """Who waits for a lock hears so soon."""
    url = make_url(new_database(postgres))
    patient = url.update_query_dict({"options": "-c lock_timeout=100ms"})
    return patient.render_as_string(hide_password=False)


async def test_statements_and_dead_connections_have_an_end(postgres: str) -> None:
    database = Database(new_database(postgres))
    async with database.begin() as connection:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            shown = await connection.execute(text(f"SHOW {name}"))
            assert shown.scalar_one() != "0"
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert driver
        options = {option.keyword.decode(): option.val for option in driver.pgconn.info}
        assert all(options[name] for name in ("connect_timeout", "keepalives_idle"))
    await database.close()


async def test_waiting_for_a_lock_is_reported_and_a_migration_keeps_waiting(url: str) -> None:
    database = Database(url)
    async with database.begin() as connection:
        await connection.execute(LOCK)
        with pytest.raises(OperationalError, match="lock timeout"):
            async with database.begin() as another:
                await another.execute(LOCK)
        migrating = asyncio.create_task(database.migrate())
        await until_one_waits(connection)
        await connection.execute(select(func.pg_sleep(0.3)))  # longer than others would wait
        assert not migrating.done()
    await migrating
    await database.close()
