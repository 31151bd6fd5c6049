"""Schedules calls to stay within LiveAgent's limit per minute."""

import asyncio
import heapq
from itertools import count
from typing import Protocol

from bot.domain.clock import MACHINE, Clock
from bot.domain.ticket_system import waiting_since

_BURST_SHARE = 9  # a ninth of the calls may burst, the rest flow evenly
_ROUNDING = 1e-9
UNCONTENDED_SECONDS = 10.0
STARVED_SECONDS = 6.0

_Turn = tuple[bool, float, int, asyncio.Future[None]]
"""Whether it is background work, since when its user waits, and its order."""


class Waited(Protocol):
    def __call__(self, seconds: float, /, *, background: bool) -> None: ...


class Pace:
    """Lets at most `calls` through in any `seconds`: people first, longest waiting first.

    Background work leaves half of the burst to people, who come without notice. If people leave it
    nothing, it still gets one call in six seconds, so that digests are posted.
    """

    def __init__(
        self,
        calls: int,
        seconds: float = 60.0,
        *,
        clock: Clock = MACHINE,
        observe: Waited = lambda _, **__: None,
    ) -> None:
        burst = max(1, calls // _BURST_SHARE)
        self._bucket = _Bucket(burst, max(calls - burst, 1) / seconds, clock)
        self._reserve = burst // 2
        self._waiting: list[_Turn] = []
        self._order = count()
        self._clock = clock
        self._observe = observe
        self._dispatcher: asyncio.Task[None] | None = None
        self._uncontended_from = self._background_at = clock.monotonic()

    def can_call_in_background(self) -> bool:
        """Whether background work could call immediately."""
        return not self._waiting and not self._bucket.seconds_to(1 + self._reserve)

    def seconds_to_turn(self) -> float:
        """Returns how long a person who came now would wait; 0 while calls are left."""
        people = sum(not background for background, *_ in self._waiting)
        return self._bucket.seconds_to(people + 1)

    def is_uncontended(self) -> bool:
        """Whether no person waits or has recently had to wait."""
        is_waited_for = bool(self._waiting) and not self._waiting[0][0]
        return not is_waited_for and self._clock.monotonic() >= self._uncontended_from

    def has_spare_calls(self) -> bool:
        """Whether there are spare calls for optional reads."""
        return self.can_call_in_background() and self.is_uncontended()

    async def turn(self, *, background: bool) -> None:
        """Waits until the call may be made."""
        began = self._clock.monotonic()
        try:
            await self._wait(background=background)
        finally:
            self._observe(self._clock.monotonic() - began, background=background)

    async def _wait(self, *, background: bool) -> None:
        is_first = not self._waiting or (self._waiting[0][0] and not background)
        if is_first and not self._bucket.seconds_to(self._calls_needed(background=background)):
            self._take(background=background)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (background, waiting_since.get(), next(self._order), turn))
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = asyncio.create_task(self._dispatch())
        try:
            await turn
        finally:
            if not background:
                self._uncontended_from = self._clock.monotonic() + UNCONTENDED_SECONDS

    async def _dispatch(self) -> None:
        while self._waiting:
            turn = self._next()
            background, *_, called = turn
            if called.done():  # the waiting caller has left
                self._remove(turn)
            elif self._bucket.seconds_to(self._calls_needed(background=background)):
                # A person who comes meanwhile needs less, so check again at the next call.
                await self._clock.sleep(self._bucket.seconds_to(1) or self._bucket.seconds_each)
            else:
                self._remove(turn)
                self._take(background=background)
                called.set_result(None)

    def _next(self) -> _Turn:
        first = self._waiting[0]
        if first[0] or not self._is_starved():
            return first
        return min((each for each in self._waiting if each[0]), default=first)

    def _remove(self, turn: _Turn) -> None:
        self._waiting.remove(turn)
        heapq.heapify(self._waiting)

    def _take(self, *, background: bool) -> None:
        self._bucket.take()
        if background:
            self._background_at = self._clock.monotonic()

    def _is_starved(self) -> bool:
        """Whether people have left no calls to background work for long."""
        return self._clock.monotonic() - self._background_at >= STARVED_SECONDS

    def _calls_needed(self, *, background: bool) -> int:
        return 1 + (self._reserve if background and not self._is_starved() else 0)


class _Bucket:
    """A token bucket of at most `size` calls, initially full, refilled with `a_second`."""

    def __init__(self, size: int, a_second: float, clock: Clock) -> None:
        self.seconds_each = 1 / a_second
        self._size, self._held = size, float(size)
        self._clock, self._filled = clock, clock.monotonic()

    def seconds_to(self, calls: int) -> float:
        """Returns the seconds until it holds `calls`; 0 if it does."""
        now = self._clock.monotonic()
        self._held = min(self._size, self._held + (now - self._filled) / self.seconds_each)
        self._filled = now
        missing = calls - self._held
        return missing * self.seconds_each if missing > _ROUNDING else 0.0

    def take(self) -> None:
        self._held -= 1
