"""The database: SQLite needs no setup, PostgreSQL serves several bots."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.clock import MACHINE, Clock
from bot.storage.clock_set_back import bring_forward
from bot.storage.commit_guard import current_guard
from bot.storage.group_commit import GroupCommit, WriteTurns
from bot.storage.migrate import known_versions, migrate, version
from bot.storage.sqlite import (
    SteadyClock,
    async_engine,
    is_in_memory,
    set_up_connection,
    threaded_engine,
)
from bot.storage.stored_json import as_json

log = structlog.get_logger()

MAX_REASON_LENGTH = 300
CLOSING_SECONDS = 5.0
IN_TIME = {  # limits for PostgreSQL, so that no call hangs forever
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c statement_timeout=15s -c lock_timeout=10s"
    " -c idle_in_transaction_session_timeout=60s",
}

T = TypeVar("T")


class Database:
    """An SQLite or PostgreSQL database, given by its `url` without a driver.

    SQLite uses `clock`; PostgreSQL has its own.
    """

    def __init__(self, url: str, *, clock: Clock = MACHINE) -> None:
        parsed = make_url(url)
        self._is_in_memory = is_in_memory(parsed)
        self._turns: WriteTurns | None = None
        self._group: GroupCommit | None = None
        self._clock: SteadyClock | None = None
        self._users = 0
        self._is_unused = asyncio.Event()
        self._is_unused.set()
        if parsed.get_backend_name() == "postgresql":
            self._engine = _postgresql(parsed)
            return
        self._clock = SteadyClock(clock)
        set_up = partial(set_up_connection, self._clock)
        self._engine, self._turns = async_engine(parsed, set_up), WriteTurns()
        if not self._is_in_memory:
            self._group = GroupCommit(threaded_engine(parsed, set_up), self._turns)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Opens a transaction: committed to disk at the end, rolled back on an error.

        The context's guard decides whether it may still be cancelled.
        """
        turn, guard = self._turns or nullcontext(), current_guard()
        with self._in_use():
            async with turn, self._engine.connect() as connection:
                try:
                    async with connection.begin():
                        yield connection
                        guard.begin_commit()
                except Exception:
                    # A commit that failed may leave SQLite's transaction open; psycopg fails an
                    # assertion if it is cancelled as a pipeline begins, and stays in it.
                    if not self._is_in_memory:
                        await connection.invalidate()
                    raise
        guard.end_commit()

    def transact(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Runs `work` in a transaction; returns its result once its writes are on disk.

        On an error of `work`, it rolls back and raises it. SQLite commits once for all concurrent
        callers, because people wait for them. `work` must use only the connection, because it may
        run again. The context's guard decides whether it may still be cancelled, as in `begin`.
        """
        if self._group:
            return self._group.run(work)
        return asyncio.ensure_future(self._transact(work))

    async def _transact(self, work: Callable[[Connection], T]) -> T:
        async with self.begin() as connection:
            return await connection.run_sync(work)

    async def migrate(self, revision: str = "head") -> None:
        """Brings the tables to this bot's version; one bot at a time."""
        await self.transact(partial(migrate, revision))

    async def set_clock(self) -> None:
        """Sets SQLite's clock by the machine's, which may be wrong until the network is there.

        If it was ahead when a bot last ran, what waits is brought forward.
        """
        if self._clock is None:
            return
        self._clock.start()
        if ahead := await self.transact(bring_forward):
            log.warning("the machine's clock was set back", seconds=round(ahead))

    async def versions(self) -> tuple[str, Sequence[str]]:
        """Returns the tables' version, "" if there are none, and the known versions in order."""
        async with self.begin() as connection:
            return await connection.run_sync(version), known_versions()

    async def close(self) -> None:
        """Closes all connections, once nobody uses one.

        A connection that is returned later is never closed; it may be held by cancelled work, or by
        a note for which nobody waits.
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
    reason = " ".join(str(getattr(error, "orig", None) or error).split())
    return reason[:MAX_REASON_LENGTH] or type(error).__name__


def _postgresql(url: URL) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={name: IN_TIME[name] for name in IN_TIME if name not in url.query},
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=as_json,
    )
