"""Detects when everything that can happen at one moment of the simulated day has happened."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

import aiohttp
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.clock import Clock
from bot.storage.database import Database

ROUNDS = 20  # of the event loop

T = TypeVar("T")


class Bustle:
    """Counts HTTP calls and transactions in progress, because the clock stops during them."""

    def __init__(self) -> None:
        self._count = 0
        self._is_none = asyncio.Event()
        self._is_none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        self._begin()
        try:
            yield
        finally:
            self._end()

    def until_done(self, future: asyncio.Future[T]) -> asyncio.Future[T]:
        self._begin()
        future.add_done_callback(lambda _: self._end())
        return future

    def traced(self) -> aiohttp.TraceConfig:
        """Counts the calls of a session."""

        async def begin(*_: object) -> None:
            self._begin()

        async def end(*_: object) -> None:
            self._end()

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(begin)
        trace.on_request_end.append(end)
        trace.on_request_exception.append(end)
        return trace

    async def is_over(self) -> None:
        """Returns once nothing is in progress any more."""
        quiet = 0
        while quiet < ROUNDS:
            await self._is_none.wait()
            await asyncio.sleep(0)
            quiet = 0 if self._count else quiet + 1

    def _begin(self) -> None:
        self._count += 1
        self._is_none.clear()

    def _end(self) -> None:
        self._count -= 1
        if not self._count:
            self._is_none.set()


class CountedDatabase(Database):
    def __init__(self, url: str, bustle: Bustle, clock: Clock) -> None:
        super().__init__(url, clock=clock)
        self._bustle = bustle

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        with self._bustle.one():
            async with super().begin() as connection:
                yield connection

    def transact(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        return self._bustle.until_done(super().transact(work))
