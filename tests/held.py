"""Commits that take as long as a test wants."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import Connection, Engine, event, text

from bot.storage.database import Database
from tests.postgres import until_one_waits
from tests.waiting import GUARD_SECONDS, until

NUMBER = 4711
LOCK = text(f"SELECT pg_advisory_xact_lock({NUMBER})")
TRIGGER = f"""
CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('lock_timeout', '0', true);
    PERFORM pg_advisory_xact_lock({NUMBER});
    RETURN NULL;
END $$;;
CREATE CONSTRAINT TRIGGER held AFTER INSERT ON outbox
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION held()
"""


class Held:
    """What SQLite's thread puts into the outbox is committed only after `release`."""

    def __init__(self) -> None:
        self._began, self._goes_on = threading.Event(), threading.Event()
        self._puts = self._waits = False

    async def until_one_waits(self) -> None:
        await until(self._began.is_set)

    async def release(self) -> None:
        self._goes_on.set()
        await until(lambda: not self._waits)

    def note(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if threading.current_thread().name.startswith("group-commit"):
            self._puts |= statement.startswith("INSERT INTO outbox")

    def hold(self, _connection: Connection) -> None:
        if self._puts and threading.current_thread().name.startswith("group-commit"):
            self._puts, self._waits = False, True
            self._began.set()
            self._goes_on.wait(GUARD_SECONDS)
            self._waits = False


@asynccontextmanager
async def held_on_sqlite() -> AsyncIterator[Held]:
    held = Held()
    event.listen(Engine, "after_cursor_execute", held.note)
    event.listen(Engine, "commit", held.hold)
    try:
        yield held
    finally:
        await held.release()
        event.remove(Engine, "after_cursor_execute", held.note)
        event.remove(Engine, "commit", held.hold)


class HeldOnPostgres(Held):
    """A deferred trigger of the outbox waits for a lock at each commit."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._locked, self._found, self._released = (asyncio.Event() for _ in range(3))
        self._locking = asyncio.create_task(self._lock())

    async def until_one_waits(self) -> None:
        await self._found.wait()

    async def release(self) -> None:
        self._released.set()
        await self._locking

    async def locked(self) -> None:
        await self._locked.wait()

    async def _lock(self) -> None:
        async with self._database.begin() as connection:
            await connection.execute(LOCK)
            self._locked.set()
            await until_one_waits(connection)
            self._found.set()
            await self._released.wait()


@asynccontextmanager
async def held_on_postgres(url: str) -> AsyncIterator[Held]:
    database = Database(url)
    async with database.begin() as connection:
        for statement in TRIGGER.split(";;"):
            await connection.exec_driver_sql(statement)
    held = HeldOnPostgres(database)
    await held.locked()
    try:
        yield held
    finally:
        await held.release()
        await database.close()


def held_commits(url: str) -> AbstractAsyncContextManager[Held]:
    return held_on_postgres(url) if url.startswith("postgresql") else held_on_sqlite()
