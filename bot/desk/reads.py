"""Shares LiveAgent's answers among readers who need the same one within a short time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.desk.gathering import ListReads
from bot.domain.errors import AnyRefusal
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Search
from bot.tasks import Tasks

MAX_KEPT = timedelta(minutes=10)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Asked:
    at: datetime
    answer: asyncio.Task[Any]

    def is_good(self, since: datetime) -> bool:
        """Whether it is recent and did not fail; LiveAgent's own refusal counts as an answer."""
        if self.at < since or self.answer.cancelled():
            return False
        error = self.answer.exception() if self.answer.done() else None
        return error is None or isinstance(error, AnyRefusal)


class SharedReads:
    """Reads shared for at most `kept`. `clock` returns the current time, aware."""

    def __init__(
        self, system: ListReads, clock: Callable[[], datetime], kept: timedelta = MAX_KEPT
    ) -> None:
        self._system = system
        self._clock = clock
        self._kept = kept
        self._asked: dict[Hashable, _Asked] = {}
        self._asking = Tasks(on_error=lambda _: None)  # callers get the error

    def since(self, due: datetime) -> "ReadsSince":
        """Returns reads that reuse answers requested after `due`."""
        return ReadsSince(self, self._system, due)

    def forget(self) -> None:
        self._asked.clear()

    async def share(self, key: Hashable, due: datetime, ask: Callable[[], Awaitable[T]]) -> T:
        return (await self.share_dated(key, due, ask))[0]

    async def share_dated(
        self, key: Hashable, due: datetime, ask: Callable[[], Awaitable[T]]
    ) -> tuple[T, datetime]:
        """Returns the answer and when it was requested."""
        now = self._clock()
        asked = self._asked.get(key)
        if asked is None or not asked.is_good(max(due, now - self._kept)):
            self._drop_what_is_older(now - self._kept)
            asked = self._asked[key] = _Asked(now, self._asking.start(_result(ask)))
        answer: T = await asyncio.shield(asked.answer)  # others may also wait for it
        return answer, asked.at

    def _drop_what_is_older(self, since: datetime) -> None:
        for key in [key for key, asked in self._asked.items() if asked.at < since]:
            del self._asked[key]


@dataclass(slots=True)
class ReadsSince:
    """Shared reads; `oldest` is when the oldest answer used was requested."""

    _shared: SharedReads
    _system: ListReads
    _due: datetime
    oldest: datetime | None = None

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        page, at = await self._shared.share_dated(
            (wanted, limit, offset),
            self._due,
            lambda: self._system.search(wanted, limit=limit, offset=offset),
        )
        self.oldest = min(self.oldest or at, at)
        return page

    async def find(self, ref: TicketRef) -> Ticket:
        return await self._shared.share(ref, self._due, lambda: self._system.find(ref))


async def _result(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()
