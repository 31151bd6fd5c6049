"""Runs SQLite's transactions in a thread, with one commit for all that are waiting.

Why: docs/decisions/0019-one-commit-for-all-that-wait.md.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from bot.storage.commit_guard import CommitGuard, current_guard
from bot.tasks import Tasks

TURN_SECONDS = 30.0  # longer than SQLite waits for another process

T = TypeVar("T")
Work = Callable[[Connection], T]


class WriteTurns:
    """A queue for transactions of this process, better than sleeping until the file is free.

    `async with` waits for a turn and holds it. Raises SQLAlchemy's `TimeoutError`.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        if not self._lock.locked():
            await self._lock.acquire()
            return
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._lock.acquire()
        except TimeoutError as error:
            raise WaitedTooLong("others hold the database") from error

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


@dataclass(slots=True)
class _Piece(Generic[T]):
    """A piece of work, its result or error, and the future that its caller awaits."""

    work: Work[T]
    guard: CommitGuard
    future: asyncio.Future[T]
    result: T | None = None
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.future.add_done_callback(self._give_up)

    def resolve(self) -> None:
        if self.future.cancelled():
            return
        self.guard.end_commit()
        if self.error:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(cast("T", self.result))

    def _give_up(self, future: asyncio.Future[T]) -> None:
        if future.cancelled():
            self.guard.give_up()


class GroupCommit:
    """Runs pieces of work; those that wait at the same time share one transaction.

    They may only read and write the database: if one of several fails, the transaction is rolled
    back, and each runs again in a transaction of its own.
    """

    def __init__(self, engine: Engine, turns: WriteTurns) -> None:
        self._engine = engine
        self._turns = turns
        self._thread = ThreadPoolExecutor(1, "group-commit")
        self._connection: Connection | None = None  # the thread's
        self._waiting: list[_Piece[Any]] = []
        self._tasks = Tasks()
        self._is_committing = False

    def run(self, work: Work[T]) -> asyncio.Future[T]:
        """Returns a future that gets the result, or error, once it is on disk.

        Work that is cancelled before its turn stores nothing.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Piece(work, current_guard(), future))
        if not self._is_committing:
            self._is_committing = True
            self._tasks.start(self._commit_all())
        return future

    async def close(self) -> None:
        await self._tasks.drain()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    async def _commit_all(self) -> None:
        """Commits until nobody waits."""
        try:
            while self._waiting:
                await self._commit_some()
        finally:
            self._is_committing = False

    async def _commit_some(self) -> None:
        """Commits the pieces that are waiting when the turn comes."""
        pieces: list[_Piece[Any]] = []
        try:
            async with self._turns:
                pieces, self._waiting = self._waiting, []
                loop = asyncio.get_running_loop()
                finished: asyncio.Future[None] = loop.create_future()
                self._thread.submit(self._commit_and_resolve, pieces, loop, finished)
                await finished
        except Exception as error:  # noqa: BLE001  the caller gets it
            if not pieces:  # the turn did not come in time
                pieces, self._waiting = self._waiting, []
            _resolve(pieces, error)

    def _commit_and_resolve(
        self,
        pieces: Sequence[_Piece[Any]],
        loop: asyncio.AbstractEventLoop,
        finished: asyncio.Future[None],
    ) -> None:
        """Runs in the thread. `run_in_executor` takes two futures and one more loop round."""
        failed = None
        try:
            self._commit(pieces)
        except Exception as error:  # noqa: BLE001  the caller gets it
            failed = error
        loop.call_soon_threadsafe(_resolve, pieces, failed, finished)

    def _commit(self, pieces: Sequence[_Piece[Any]]) -> None:
        """Runs in the thread."""
        try:
            self._commit_together(pieces)
        except Exception as error:  # noqa: BLE001  the caller gets it
            self._drop()
            for piece in pieces:
                piece.guard.end_commit()  # it was rolled back
            if len(pieces) == 1:
                pieces[0].error = error
                return
            for piece in pieces:
                self._commit([piece])

    def _commit_together(self, pieces: Sequence[_Piece[Any]]) -> None:
        if all(piece.guard.is_given_up for piece in pieces):
            return
        connection = self._connected()
        with connection.begin():  # waits while another process holds the file
            for piece in pieces:
                if piece.guard.begin_commit():
                    piece.result = piece.work(connection)

    def _connected(self) -> Connection:
        """Returns a connection that is kept: opening one took a sixth of a transaction's CPU."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _drop(self) -> None:
        """Closes the connection: after a failed commit, its transaction may still be open."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _disconnect(self) -> None:
        self._drop()
        self._engine.dispose()


def _resolve(
    pieces: Sequence[_Piece[Any]],
    error: Exception | None,
    finished: asyncio.Future[None] | None = None,
) -> None:
    """Sets each piece's result, or the error of all, and then `finished`."""
    for piece in pieces:
        piece.error = error or piece.error
        piece.resolve()
    if finished and not finished.cancelled():
        finished.set_result(None)
