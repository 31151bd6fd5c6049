"""Makes a bot's calls fail, stall or crash the bot, before or after they are made."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from random import Random
from typing import Any

from bot.domain.ticket_system import BeforeWrite
from tests.clock import ManualClock
from tests.desk.mortal import Killed

FAILS = 0.01  # of the calls, before they are made, and as many after
STALLS = 0.0005  # of the calls
LONGEST_STALL = 150.0  # seconds, longer than any lease


class Fate:
    """The fate of one process. It dies after `calls`; when it stalls, all of it does."""

    def __init__(self, clock: ManualClock, chance: Random, calls: int) -> None:
        self.chance = chance
        self.is_dead = False
        self.is_at_peace = False
        self.stalls = 0
        self._calls = calls
        self._clock = clock
        self._until = 0.0

    @property
    def is_stalled(self) -> bool:
        return self._clock.monotonic() < self._until

    def have_peace(self) -> None:
        """Ends all faults."""
        self._calls, self.is_at_peace = 10**9, True

    def strikes(self, share: float) -> bool:
        return not self.is_at_peace and self.chance.random() < share

    async def meet(self) -> None:
        """Returns when the process may go on, as a call returns. Raises `Killed` if it does not.

        No bot can help that it stands still between its last look at the clock and its call.
        """
        while self.is_stalled and not self.is_dead:
            await self._clock.sleep(self._until - self._clock.monotonic())
        self.count()
        if self.strikes(STALLS):
            self.stalls += 1
            self._until = self._clock.monotonic() + self.chance.uniform(5, LONGEST_STALL)
            await self.meet()

    def count(self) -> None:
        """Raises `Killed` at the process's last call, and after it."""
        self._calls -= 1
        if self.is_dead or self._calls <= 0:
            self.is_dead = True
            raise Killed


class Frail:
    """Passes calls on; with an `error`, some fail with it."""

    def __init__(
        self, fate: Fate, inner: Any, error: Callable[[], Exception] | None = None
    ) -> None:
        self._fate = fate
        self._inner = inner
        self._error = error

    def guarded(self, before_write: BeforeWrite) -> "Frail":
        return Frail(self._fate, self._inner.guarded(before_write), self._error)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._frail(found) if iscoroutinefunction(found) else found

    def _frail(self, call: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def once(*arguments: object, **named: object) -> object:
            self._fate.count()
            self._perhaps_fail()
            result = await call(*arguments, **named)
            self._perhaps_fail()
            await self._fate.meet()
            return result

        return once

    def _perhaps_fail(self) -> None:
        if self._error and self._fate.strikes(FAILS):
            raise self._error()
