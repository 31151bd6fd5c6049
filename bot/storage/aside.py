"""What is noted beside the thing that somebody asked for, and must never make that fail."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()

ASIDE_SECONDS = 0.5  # somebody waits for the thing itself

P = ParamSpec("P")
T = TypeVar("T")


_given_up: set[asyncio.Task[Any]] = set()


async def aside(note: Coroutine[Any, Any, T], otherwise: T, *, seconds: float = ASIDE_SECONDS) -> T:
    """What `note` gives; `otherwise`, while the database does not answer.

    A database that is locked is not waited for: nor is the end of what was begun there.
    """
    task = asyncio.create_task(note)
    try:
        done, _ = await asyncio.wait([task], timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            _given_up.add(task)
            task.add_done_callback(_forget)
    try:
        if done:
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
) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """For a method whose every call is such a note."""

    def of(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(method)
        async def noted(*args: P.args, **kwargs: P.kwargs) -> T:
            return await aside(method(*args, **kwargs), otherwise(), seconds=seconds)

        return noted

    return of
