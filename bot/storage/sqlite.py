"""Engines for SQLite, and deviations from the defaults of Python and SQLAlchemy."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, Row, create_engine, event
from sqlalchemy.dialects import registry, sqlite
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import SingletonThreadPool
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.util import LRUCache

from bot.domain.clock import Clock
from bot.storage.dialects import now, time_of_day
from bot.storage.stored_json import as_json

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

BUSY_MILLISECONDS = 15_000
OWNER_ALONE = 0o600
MAX_STATEMENTS = 500

SetUp = Callable[[DBAPIConnection, object], None]


class SqliteConnection(sqlite3.Connection):
    """A connection that closes its cursors with itself.

    Python's does not (since 3.11): the cursor of a cancelled task keeps the file locked, and its
    journal from being removed, until it is garbage-collected.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  Python's
        super().__init__(*arguments, **named)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:  # noqa: ANN401  Python's
        cursor = super().cursor(factory)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        super().close()


class Prepared:
    """A statement compiled once. Its values and results are the driver's: JSON is text.

    Preparing an insert and converting its values took a third of its CPU.
    """

    def __init__(self, statement: ClauseElement) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=sqlite.dialect()))
        self._text = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row[Any] | None:
        """Runs it in the connection's transaction. Returns the first row of its result."""
        ordered = tuple([values[name] for name in self._names])
        return connection.exec_driver_sql(self._text, ordered).first()


class Alike:
    """A dialect whose engines are all set up alike, so that they share compiled statements.

    Compiling a statement takes longer than running it, and a process may open many databases.
    """

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


_OPTIONS: Mapping[str, Any] = {
    "execution_options": {"compiled_cache": LRUCache(MAX_STATEMENTS)},
    "connect_args": {"factory": SqliteConnection},
    "pool_reset_on_return": None,  # `begin` leaves no transaction open
    "hide_parameters": True,  # errors are logged, customers' texts must not be
    "json_serializer": as_json,
}


class ReadingDialect(Alike, SQLiteDialect_aiosqlite):
    """SQLite without blocking the event loop."""

    supports_statement_cache = True


class WritingDialect(Alike, SQLiteDialect_pysqlite):
    """SQLite, beginning as `_begin_for_writing` does, but without a SQLAlchemy statement.

    That took a tenth of a transaction's CPU, and people wait for it.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:  # noqa: ANN401  the driver's
        dbapi_connection.execute("BEGIN IMMEDIATE")


registry.register("sqlite.reading", __name__, ReadingDialect.__name__)
registry.register("sqlite.writing", __name__, WritingDialect.__name__)


def async_engine(url: URL, set_up: SetUp) -> AsyncEngine:
    """Returns the engine of coroutines, with one connection."""
    _make_private(url)
    engine = create_async_engine(
        url.set(drivername="sqlite+reading"), pool_size=1, max_overflow=0, **_OPTIONS
    )
    event.listen(engine.sync_engine, "connect", set_up)
    event.listen(engine.sync_engine, "begin", _begin_for_writing)
    return engine


def threaded_engine(url: URL, set_up: SetUp) -> Engine:
    """Returns the engine of `GroupCommit`'s thread."""
    engine = create_engine(
        url.set(drivername="sqlite+writing"), poolclass=SingletonThreadPool, **_OPTIONS
    )
    event.listen(engine, "connect", set_up)
    return engine


def is_in_memory(url: URL) -> bool:
    """Whether each connection has a database of its own."""
    return url.database in {None, "", ":memory:"}


def _make_private(url: URL) -> None:
    """Makes the file unreadable for others on the machine: it holds customers' mail."""
    if url.database and not is_in_memory(url):
        os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, OWNER_ALONE))


class SteadyClock:
    """Counts seconds since 1970, unaffected when the machine's clock is set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.start()

    def __call__(self) -> float:
        return self._began + self._clock.monotonic()

    def time_of_day(self) -> float:
        return self._clock.now().timestamp()

    def start(self) -> None:
        """Sets it by the machine's clock, once that is right."""
        self._began = self.time_of_day() - self._clock.monotonic()


def set_up_connection(clock: SteadyClock, connection: DBAPIConnection, _record: object) -> None:
    """Sets up a new connection, with `clock` as its clock."""
    connection.create_function(now.name, 0, clock)
    connection.create_function(time_of_day.name, 0, clock.time_of_day)
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
