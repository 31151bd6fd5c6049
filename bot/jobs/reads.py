"""Shares reads of LiveAgent among digests that need them at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.desk.gathering import Reads
from bot.domain.errors import Refused
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
        return error is None or isinstance(error, Refused)


class SharedReads:
    """Reads shared among digests. `clock` returns the current time, aware."""

    def __init__(self, system: Reads, clock: Callable[[], datetime]) -> None:
        self._system = system
        self._clock = clock
        self._asked: dict[Hashable, _Asked] = {}
        self._asking = Tasks(on_error=lambda _: None)  # whoever waits for the answer gets the error

    def since(self, due: datetime) -> Reads:
        """Returns reads that accept recent answers from since `due` in place of new ones."""
        return _Since(self, self._system, due)

    def forget(self) -> None:
        self._asked.clear()

    async def share(self, key: Hashable, due: datetime, ask: Callable[[], Awaitable[T]]) -> T:
        now = self._clock()
        asked = self._asked.get(key)
        if asked is None or not asked.is_good(max(due, now - MAX_KEPT)):
            asked = self._asked[key] = _Asked(now, self._asking.start(_result(ask)))
        answer: T = await asyncio.shield(asked.answer)  # others may also wait for it
        return answer


@dataclass(frozen=True, slots=True)
class _Since:
    _shared: SharedReads
    _system: Reads
    _due: datetime

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        return await self._shared.share(
            (wanted, limit, offset),
            self._due,
            lambda: self._system.search(wanted, limit=limit, offset=offset),
        )

    async def find(self, ref: TicketRef) -> Ticket:
        return await self._shared.share(ref, self._due, lambda: self._system.find(ref))


async def _result(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()
