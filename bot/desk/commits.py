"""Waits for commits within the time that Slack allows, and reports whether they succeeded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from math import inf
from typing import Any, TypeVar

import structlog
from cachetools import TTLCache
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import CommitOutcomeUnknown, NotApplied, NotStored
from bot.storage.commit_guard import CommitGuard, guarded_by
from bot.storage.database import reason_of
from bot.tasks import Tasks

log = structlog.get_logger()

CHECK_SECONDS = 2.0
"""The time limit for checks before a commit; Slack waits three seconds for a form."""
COMMIT_SECONDS = 2.0
"""A commit that has not begun by then is cancelled."""
CLICK_SECONDS = 30.0
"""How long a click or a command, already acknowledged, waits for a commit to end."""
FORM_MARGINS = (0.5, 0.1)
"""A form is answered earlier: seconds reserved for the end of the commit, and for the answer."""
DOUBT_SECONDS = 3600.0

acknowledge_by: ContextVar[float] = ContextVar("acknowledge_by", default=inf)
"""The deadline for acknowledging a form, on the clock's `monotonic`."""

T = TypeVar("T")


def why_database_is_away(error: BaseException) -> str:
    """Returns why the database can't be used; "" if the error is another."""
    if isinstance(error, OperationalError | InterfaceError | WaitedTooLong):
        return reason_of(error)
    return ""


@asynccontextmanager
async def checked_in_time(clock: Clock, what: str) -> AsyncIterator[None]:
    """Raises `NotApplied` if the permission check before saving `what` takes too long."""
    try:
        async with clock.timeout(CHECK_SECONDS):
            yield
    except TimeoutError as error:
        raise NotApplied(what, "the permission check took too long") from error


class Commits:
    """Waits for transactions. Each must be repeatable with the same result."""

    def __init__(self, clock: Clock = MACHINE) -> None:
        self._clock = clock
        self._tasks = Tasks(on_error=lambda _: None)  # whoever still waits gets the error
        self._doubtful: TTLCache[str, bool] = TTLCache(10_000, DOUBT_SECONDS, clock.monotonic)

    async def wait_for(self, work: Callable[[], Awaitable[T]], *, key: str) -> T:
        """Returns the result of `work`, which is one transaction. `key` identifies what it stores.

        Raises:
            NotStored: nothing is stored, now or later.
            CommitOutcomeUnknown: the outcome is unknown, now or from an earlier try with this key.

        """
        try:
            result = await self._retried_once(work, key)
        except (SQLAlchemyError, LookupError, OSError) as error:
            if self._doubtful.get(key):
                log.exception("commit outcome unknown")
                raise CommitOutcomeUnknown(can_press_again=acknowledge_by.get() < inf) from error
            log.exception("commit failed")
            raise NotStored from error
        self._doubtful.pop(key, None)
        return result

    async def _retried_once(self, work: Callable[[], Awaitable[T]], key: str) -> T:
        """Runs `work` again if the database failed during the commit; it then finds its result."""
        guard = CommitGuard()
        try:
            return await self._in_time(work, key, guard)
        except SQLAlchemyError:
            if not guard.is_in_doubt:
                raise
        return await self._in_time(work, key, CommitGuard())

    async def _in_time(self, work: Callable[[], Awaitable[T]], key: str, guard: CommitGuard) -> T:
        """Raises `TimeoutError`. A commit that has begun continues without its caller."""
        with guarded_by(guard):
            storing = asyncio.ensure_future(work())
        self._tasks.keep(storing)
        before_end, before_answer = FORM_MARGINS
        try:
            await self._wait(storing, min(COMMIT_SECONDS, self._left() - before_end))
            if not (storing.done() or guard.give_up()):
                await self._wait(storing, min(CLICK_SECONDS, self._left() - before_answer))
            if storing.done():
                return storing.result()
            raise TimeoutError
        finally:
            if guard.give_up():
                storing.cancel()
            else:
                self._doubtful[key] = True

    def _left(self) -> float:
        return acknowledge_by.get() - self._clock.monotonic()

    async def _wait(self, storing: asyncio.Future[Any], seconds: float) -> None:
        with suppress(TimeoutError):
            async with self._clock.timeout(seconds):
                await asyncio.wait([storing])
