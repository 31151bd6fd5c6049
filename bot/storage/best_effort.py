"""How long anybody waits for the database, and what may do without it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.clock import MACHINE, Clock
from bot.tasks import Tasks

log = structlog.get_logger()

SECONDS = 0.5  # somebody waits for the thing beside which it is noted

N = TypeVar("N", bound="HasClock")
P = ParamSpec("P")
T = TypeVar("T")
Method = Callable[Concatenate[N, P], Coroutine[Any, Any, T]]

_asked = Tasks(on_error=lambda _: None)  # whoever still waits hears of it


class HasClock(Protocol):
    @property
    def clock(self) -> Clock: ...


async def in_time(work: Coroutine[Any, Any, T], seconds: float, clock: Clock) -> T:
    """What `work` gives. Raises `TimeoutError`, and what `work` raises.

    A database that is locked is not waited for: nor is the end of what was begun there.
    """
    task = _asked.start(work)
    try:
        with suppress(TimeoutError):
            async with clock.timeout(seconds):
                await asyncio.wait([task])
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        task.cancel()


async def best_effort(
    note: Coroutine[Any, Any, T],
    otherwise: T,
    *,
    seconds: float = SECONDS,
    clock: Clock = MACHINE,
) -> T:
    """What `note` gives; `otherwise`, while the database does not answer in time.

    For what is noted beside the thing that somebody asked for, and must never make that fail.
    """
    try:
        return await in_time(note, seconds, clock)
    except (SQLAlchemyError, OSError) as error:
        log.warning("not noted, or not known", why=type(error).__name__)
        return otherwise


def as_best_effort(
    otherwise: Callable[[], T], *, seconds: float = SECONDS
) -> Callable[[Method[N, P, T]], Method[N, P, T]]:
    """For a method whose every call is such a note."""

    def of(method: Method[N, P, T]) -> Method[N, P, T]:
        @wraps(method)
        async def noted(self: N, /, *args: P.args, **kwargs: P.kwargs) -> T:
            note = method(self, *args, **kwargs)
            return await best_effort(note, otherwise(), seconds=seconds, clock=self.clock)

        return noted

    return of
