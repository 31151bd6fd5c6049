"""What is noted beside the thing that somebody asked for, and must never make that fail."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.clock import MACHINE, Clock

log = structlog.get_logger()

ASIDE_SECONDS = 0.5  # somebody waits for the thing itself

N = TypeVar("N", bound="Noting")
P = ParamSpec("P")
T = TypeVar("T")
Method = Callable[Concatenate[N, P], Coroutine[Any, Any, T]]

_given_up: set[asyncio.Task[Any]] = set()


class Noting(Protocol):
    @property
    def clock(self) -> Clock: ...


async def aside(
    note: Coroutine[Any, Any, T],
    otherwise: T,
    *,
    seconds: float = ASIDE_SECONDS,
    clock: Clock = MACHINE,
) -> T:
    """What `note` gives; `otherwise`, while the database does not answer.

    A database that is locked is not waited for: nor is the end of what was begun there.
    """
    task = asyncio.create_task(note)
    try:
        with suppress(TimeoutError):
            async with clock.timeout(seconds):
                await asyncio.wait([task])
    finally:
        if not task.done():
            task.cancel()
            _given_up.add(task)
            task.add_done_callback(_forget)
    try:
        if task.done():
            return task.result()
        why = "late"
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        why = type(error).__name__
    log.warning("not noted, or not known", why=why)
    return otherwise


def _forget(task: asyncio.Task[Any]) -> None:
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()  # else asyncio says that nobody has asked


def noted_aside(
    otherwise: Callable[[], T], *, seconds: float = ASIDE_SECONDS
) -> Callable[[Method[N, P, T]], Method[N, P, T]]:
    """For a method whose every call is such a note."""

    def of(method: Method[N, P, T]) -> Method[N, P, T]:
        @wraps(method)
        async def noted(self: N, /, *args: P.args, **kwargs: P.kwargs) -> T:
            note = method(self, *args, **kwargs)
            return await aside(note, otherwise(), seconds=seconds, clock=self.clock)

        return noted

    return of
