"""The database: SQLite needs no setup, PostgreSQL serves several bots."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, registry, sqlite
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import SingletonThreadPool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, GenericFunction
from sqlalchemy.types import Double
from sqlalchemy.util import LRUCache

from bot.domain.cleaning import cleaned
from bot.domain.clock import MACHINE, Clock
from bot.storage.commit_guard import current_guard
from bot.storage.group_commit import GroupCommit, Turns
from bot.storage.sqlite import SqliteConnection

log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 15_000
MAX_REASON_LENGTH = 300
OWNER_ALONE = 0o600
CLOSING_SECONDS = 5.0
MAX_STATEMENTS = 500
IN_TIME = {  # limits for PostgreSQL, so that no call hangs forever
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c statement_timeout=15s -c lock_timeout=10s"
    " -c idle_in_transaction_session_timeout=60s",
}
UNLIMITED = (
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"  # migrations may take long
)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
MIGRATION_LOCK = 0x11FEA6E7  # an arbitrary number that nobody else uses

T = TypeVar("T")
SetUp = Callable[[DBAPIConnection, object], None]


class now(GenericFunction[float]):  # noqa: N801  a function of SQL
    """The database's clock, in seconds since 1970, for leases, waits and holds.

    PostgreSQL's own serves all bots. SQLite has one bot and uses its steady clock, which does not
    jump when the machine's clock is set.
    """

    type = Double()
    inherit_cache = True
    name = "outbox_now"


class time_of_day(GenericFunction[float]):  # noqa: N801  a function of SQL
    """The database's wall clock, in seconds since 1970, for what people read."""

    type = Double()
    inherit_cache = True
    name = "outbox_time_of_day"


@compiles(now, "postgresql")
@compiles(time_of_day, "postgresql")
def _now_in_postgresql(
    _element: FunctionElement[float], _compiler: SQLCompiler, **_: object
) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


class Database:
    """An SQLite or PostgreSQL database, given by its `url` without a driver.

    SQLite uses `clock`; PostgreSQL has its own.
    """

    def __init__(self, url: str, *, clock: Clock = MACHINE) -> None:
        parsed = make_url(url)
        self._turns: Turns | None = None
        self._group: GroupCommit | None = None
        self._users = 0
        self._is_unused = asyncio.Event()
        self._is_unused.set()
        if parsed.get_backend_name() == "postgresql":
            self._engine = _postgresql(parsed)
            return
        set_up = partial(_set_up, clock, _steady(clock))
        self._engine, self._turns = _sqlite(parsed, set_up), Turns()
        if not _is_in_memory(parsed):
            self._group = GroupCommit(_sqlite_in_a_thread(parsed, set_up), self._turns)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Opens a transaction: committed to disk at the end, rolled back on an error.

        The context's guard knows whether it may still be given up.
        """
        turn, guard = self._turns or nullcontext(), current_guard()
        with self._in_use():
            async with turn, self._engine.connect() as connection:
                try:
                    async with connection.begin():
                        yield connection
                        guard.begin_commit()
                except Exception:
                    if self._group:  # a commit that failed may leave SQLite's transaction open
                        await connection.invalidate()
                    raise
        guard.end_commit()

    def transact(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Begins a transaction; the result of `work` is told once its writes are on disk.

        Rolls back on its errors and raises them. SQLite commits once for all concurrent callers,
        because people wait for them. `work` must use only the connection, because it may run again.
        The context's guard knows whether it may still be given up, as in `begin`.
        """
        if self._group:
            return self._group.run(work)
        return asyncio.ensure_future(self._transact(work))

    async def _transact(self, work: Callable[[Connection], T]) -> T:
        async with self.begin() as connection:
            return await connection.run_sync(work)

    async def migrate(self, revision: str = "head") -> None:
        """Brings the tables to this bot's version; one bot at a time."""
        await self.transact(partial(_migrate, revision))

    async def versions(self) -> tuple[str, Sequence[str]]:
        """Returns the tables' version, "" if there are none, and the known versions in order."""
        async with self.begin() as connection:
            return await connection.run_sync(_version), _known_versions()

    async def close(self) -> None:
        """Closes all connections, once nobody uses one: nobody closes what is returned later.

        Somebody may be cancelled, or be a note for which nobody waits any more.
        """
        if self._group:
            await self._group.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._is_unused.wait()
        await self._engine.dispose()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        self._users += 1
        self._is_unused.clear()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._is_unused.set()


def check_url(url: str) -> str:
    """Returns the URL. Raises `ValueError` unless it names a supported database."""
    try:
        is_known = make_url(url).get_backend_name() in {"sqlite", "postgresql"}
    except (ArgumentError, ValueError):  # such as for a port that is not a number
        is_known = False
    if not is_known:
        raise ValueError("must look like sqlite:////var/lib/bot/tickets.db or postgresql://…")
    return url


def reason_of(error: SQLAlchemyError) -> str:
    """Returns the driver's message in one line. It may name users and hosts, but no passwords."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return said[:MAX_REASON_LENGTH] or type(error).__name__


def insert_into(
    connection: AsyncConnection | Connection, table: Table
) -> postgresql.Insert | sqlite.Insert:
    """Returns an INSERT that can do something else on a conflict."""
    is_postgresql = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def put_in(
    connection: AsyncConnection | Connection, table: Table, **values: object
) -> postgresql.Insert | sqlite.Insert:
    """Returns an INSERT that replaces the row with the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    new = insert_into(connection, table).values(**values)
    return new.on_conflict_do_update(index_elements=keys, set_=rest)


def _steady(clock: Clock) -> Callable[[], float]:
    """Returns a function that counts seconds since 1970, unaffected when the clock is set."""
    began = clock.now().timestamp() - clock.monotonic()
    return lambda: began + clock.monotonic()


def _postgresql(url: URL) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: IN_TIME[name] for name in IN_TIME if name not in url.query},
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_as_json,
    )


def as_stored(value: T) -> tuple[T, str]:
    """Returns it without what databases reject, NUL and lone surrogates, and its JSON."""
    written = json.dumps(value)
    if _SUSPECT.search(written):
        value = cleaned(json.loads(written))
        written = json.dumps(value)
    return value, written


def _as_json(value: object) -> str:
    return as_stored(value)[1]


class Alike:
    """A dialect all of whose engines are set up alike: they share compiled statements.

    To compile a statement takes longer than to run it, and a process may open many databases.
    """

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


_OF_SQLITE: Mapping[str, Any] = {
    "execution_options": {"compiled_cache": LRUCache(MAX_STATEMENTS)},
    "connect_args": {"factory": SqliteConnection},
    "pool_reset_on_return": None,  # `begin` leaves no transaction open
    "hide_parameters": True,  # errors are logged, customers' texts must not be
    "json_serializer": _as_json,
}


class ReadingDialect(Alike, SQLiteDialect_aiosqlite):
    """SQLite without blocking the event loop."""

    supports_statement_cache = True


class WritingDialect(Alike, SQLiteDialect_pysqlite):
    """SQLite, beginning as `_begin_for_writing` does, but without SQLAlchemy's way of a statement.

    That was a tenth of a transaction's CPU, and people wait for it.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401  the driver's
        dbapi_connection.execute("BEGIN IMMEDIATE")


registry.register("sqlite.reading", __name__, ReadingDialect.__name__)
registry.register("sqlite.writing", __name__, WritingDialect.__name__)


def _sqlite(url: URL, set_up: SetUp) -> AsyncEngine:
    _make_private(url)
    engine = create_async_engine(
        url.set(drivername="sqlite+reading"), pool_size=1, max_overflow=0, **_OF_SQLITE
    )
    event.listen(engine.sync_engine, "connect", set_up)
    event.listen(engine.sync_engine, "begin", _begin_for_writing)
    return engine


def _sqlite_in_a_thread(url: URL, set_up: SetUp) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+writing"), poolclass=SingletonThreadPool, **_OF_SQLITE
    )
    event.listen(engine, "connect", set_up)
    return engine


def _is_in_memory(url: URL) -> bool:
    """Whether each connection has a database of its own."""
    return url.database in {None, "", ":memory:"}


def _migrate(revision: str, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        connection.execute(text(UNLIMITED))
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    _upgrade(connection, revision)


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    standing, known = _version(connection), _known_versions()
    if standing == known[-1] and revision == "head":
        return
    if not standing or standing in known:
        command.upgrade(config, revision)
    else:  # tables only grow, so an older version can use them
        log.warning("the database is of a newer version", revision=standing)


def _version(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


@cache
def _known_versions() -> Sequence[str]:
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def _make_private(url: URL) -> None:
    """Lets nobody else on the machine read the file, which holds customers' mail."""
    if url.database and not _is_in_memory(url):
        os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, OWNER_ALONE))


def _set_up(
    clock: Clock, seconds: Callable[[], float], connection: DBAPIConnection, _record: object
) -> None:
    connection.create_function(now.name, 0, seconds)
    connection.create_function(time_of_day.name, 0, lambda: clock.now().timestamp())
    connection.isolation_level = None  # transactions begin explicitly
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")  # removes erased text from the file too
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.close()


def _begin_for_writing(connection: Connection) -> None:
    """Prevents "database is locked" when two transactions read before they write."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
