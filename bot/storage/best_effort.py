"""Time limits for database calls, and calls whose failure is ignored."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from bot.domain.clock import MACHINE, Clock
from bot.tasks import Tasks

log = structlog.get_logger()

SECONDS = 0.5  # a user waits for the action that the note accompanies
SHOWN_SECONDS = 1.5  # longer, and users would see that the bot waits for LiveAgent

N = TypeVar("N", bound="HasClock")
P = ParamSpec("P")
T = TypeVar("T")
Method = Callable[Concatenate[N, P], Coroutine[Any, Any, T]]

_asked = Tasks(on_error=lambda _: None)  # the caller gets the error if it still waits


class HasClock(Protocol):
    @property
    def clock(self) -> Clock: ...


async def in_time(work: Coroutine[Any, Any, T], seconds: float, clock: Clock) -> T:
    """Returns the result of `work`. Raises `TimeoutError`, and what `work` raises.

    It does not wait for a locked database, not even for the cancelled work to end.
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


async def to_show(reading: Coroutine[Any, Any, T], clock: Clock) -> T:
    """Returns the result of `reading`, for which a user waits.

    Raises SQLAlchemy's `TimeoutError` if the database is too slow, and what `reading` raises.
    """
    try:
        return await in_time(reading, SHOWN_SECONDS, clock)
    except TimeoutError as error:
        raise WaitedTooLong("the database is too slow") from error


async def best_effort(
    note: Coroutine[Any, Any, T],
    otherwise: T,
    *,
    seconds: float = SECONDS,
    clock: Clock = MACHINE,
) -> T:
    """Returns the result of `note`, or `otherwise` if the database fails or is too slow.

    It is meant for notes that accompany a user's request and must never make it fail.
    """
    try:
        return await in_time(note, seconds, clock)
    except (SQLAlchemyError, OSError) as error:
        log.warning("best-effort call failed", why=type(error).__name__)
        return otherwise


def as_best_effort(
    otherwise: Callable[[], T], *, seconds: float = SECONDS
) -> Callable[[Method[N, P, T]], Method[N, P, T]]:
    """Decorates a method so that each call is `best_effort`."""

    def of(method: Method[N, P, T]) -> Method[N, P, T]:
        @wraps(method)
        async def noted(self: N, /, *args: P.args, **kwargs: P.kwargs) -> T:
            note = method(self, *args, **kwargs)
            return await best_effort(note, otherwise(), seconds=seconds, clock=self.clock)

        return noted

    return of
