"""Sends the requests of `protocol_v3.py`, for what version 1 can't read or do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from math import inf
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from cachetools import TTLCache
from pydantic_core import to_json

from bot.domain.activity import Active, Activity
from bot.domain.answers import PredefinedAnswer
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import (
    AnyRefusal,
    KeyRefused,
    LiveAgentError,
    NotApplied,
    NotPrivileged,
    OutcomeUnknown,
)
from bot.domain.ticket_system import BeforeWrite, is_round
from bot.liveagent import protocol_v3, wire_v3
from bot.liveagent.exchange import Exchange, Outgoing, unguarded
from bot.liveagent.protocol_v3 import RequestV3

log = structlog.get_logger()

READ_SECONDS = 4.0
SHOWN_SECONDS = 2.5  # for readings to show, with their turn: a form waits
WRITE_SECONDS = 20.0
RECENT_SECONDS = 30.0
ACTIVITY_SECONDS = 10.0
PRESENCE_SECONDS, PRESENCE_TURN_SECONDS = 1.5, 0.5  # a card waits for both
MAX_TICKETS = 10_000
MAX_ANSWER_PAGES = 20
REFUSAL_SECONDS = 600.0  # then it is tried again: an admin may have extended the key

_ALL_CALLS = ""
_GRID = protocol_v3.GRIDS[0]

T = TypeVar("T")


class Privileges:
    """Recent refusals of the key, because LiveAgent does not list a key's privileges."""

    def __init__(self, clock: Clock = MACHINE) -> None:
        self._clock = clock
        self._refused: dict[str, float] = {}

    def allows(self, call: str) -> bool:
        refused = self._refused.get(call)
        return refused is None or self._clock.monotonic() - refused > REFUSAL_SECONDS

    def note(self, call: str, error: LiveAgentError | None) -> None:
        """Stores whether the key was refused."""
        if isinstance(error, NotPrivileged | KeyRefused):
            self._refused[call] = self._clock.monotonic()
        elif error is None:
            self._refused.pop(call, None)


class RecentReads:
    """Recent readings for display.

    After a failure nobody waits for that call for a while; if LiveAgent can't be reached, for any
    call.
    """

    def __init__(self, clock: Clock = MACHINE) -> None:
        self._clock = clock
        self._backs_off_until: dict[str, float] = {}
        self.activity: Activity | None = None
        self.turn = asyncio.Lock()
        self.wakes: TTLCache[str, datetime | None] = TTLCache(
            MAX_TICKETS, RECENT_SECONDS, clock.monotonic
        )
        self.postponed: TTLCache[None, Mapping[str, datetime]] = TTLCache(
            1, RECENT_SECONDS, clock.monotonic
        )
        self.assignees: TTLCache[str, str] = TTLCache(MAX_TICKETS, RECENT_SECONDS, clock.monotonic)

    def is_backing_off(self, call: str) -> bool:
        until = max(self._backs_off_until.get(each, -inf) for each in (call, _ALL_CALLS))
        return self._clock.monotonic() < until

    def is_fresh(self) -> bool:
        """Whether the last reading of the activity is recent enough."""
        if self.activity is None:
            return False
        return (self._clock.now() - self.activity.seen).total_seconds() < ACTIVITY_SECONDS

    def now(self) -> datetime:
        return self._clock.now()

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        return self._clock.timeout(seconds)

    def back_off(self, call: str, error: LiveAgentError) -> None:
        failed = _ALL_CALLS if isinstance(error, NotApplied) else call
        self._backs_off_until[failed] = self._clock.monotonic() + RECENT_SECONDS

    def forget(self, ticket_id: str) -> None:
        self.wakes.pop(ticket_id, None)
        self.postponed.clear()
        self.assignees.pop(ticket_id, None)


@dataclass(frozen=True, slots=True)
class LiveAgentV3:
    """Version 3 of an account's API; `zone` is the account's, in which it reads times.

    Reads are not retried: they are optional, and nobody waits long for them.
    """

    exchange: Exchange
    url: str
    api_key: str = field(repr=False)
    zone: ZoneInfo
    privileges: Privileges = field(default_factory=Privileges)
    recent: RecentReads = field(default_factory=RecentReads)
    before_write: BeforeWrite = unguarded

    def in_background(self) -> "LiveAgentV3":
        return replace(self, exchange=replace(self.exchange, background=True))

    def guarded(self, before_write: BeforeWrite) -> "LiveAgentV3":
        return replace(self, before_write=before_write)

    @property
    def can_postpone(self) -> bool:
        """Whether the key was not refused recently."""
        return self.privileges.allows("PUT v3/tickets/{id}/postpone")

    async def postpone(self, ticket_id: str, until: datetime) -> None:
        request = protocol_v3.put_postpone(ticket_id, until, self.zone)
        answer = await self.send(request, WRITE_SECONDS, self.before_write)
        protocol_v3.accept_write(request, answer)

    @property
    def can_mark_spam(self) -> bool:
        return self.privileges.allows("PUT v3/tickets/{id}")

    async def mark_spam(self, ticket_id: str, assignee_id: str) -> None:
        request = protocol_v3.put_spam(ticket_id, assignee_id)
        answer = await self.send(request, WRITE_SECONDS, self.before_write)
        protocol_v3.accept_write(request, answer)

    async def wakes_at(self, ticket_id: str) -> datetime | None:
        """Returns when the postponed ticket wakes, or None if LiveAgent doesn't say.

        If the server ignores the filter by id, the ticket is looked for among the postponed ones.
        """
        ask = partial(protocol_v3.get_row, ticket_id=ticket_id)
        found = await self._rows(ask, wire_v3.read_wakes)
        if ticket_id not in found:
            found = await self.postponed()
        self.recent.wakes[ticket_id] = found.get(ticket_id)
        return found.get(ticket_id)

    async def recent_wake_time(self, ticket_id: str) -> datetime | None:
        """Returns a reading of the last half minute; None immediately after a failure."""
        if ticket_id not in self.recent.wakes and not self.recent.is_backing_off(_GRID):
            try:
                await self._soon(self.wakes_at(ticket_id))
            except LiveAgentError as error:
                log.warning("wake time not read", why=str(error))
                self.recent.back_off(_GRID, error)
        return self.recent.wakes.get(ticket_id)

    async def postponed(self) -> Mapping[str, datetime | None]:
        """Returns when postponed tickets wake, by id: one page of them."""
        return await self._rows(protocol_v3.get_postponed, wire_v3.read_wakes)

    async def recent_assignees(self, ticket_ids: Sequence[str]) -> Mapping[str, str]:
        """Returns the assignees' ids by ticket id, "" for nobody; at most one call."""
        known = self.recent.assignees
        missing = [each for each in ticket_ids if each not in known][: protocol_v3.MAX_ROWS]
        if missing and not self.recent.is_backing_off(_GRID):
            ask = partial(protocol_v3.get_rows_of, ticket_ids=missing)
            try:
                known.update(await self._soon(self._rows(ask, wire_v3.read_assignees)))
            except LiveAgentError as error:
                log.warning("assignees not read", why=str(error))
                self.recent.back_off(_GRID, error)
        return {each: known[each] for each in ticket_ids if each in known}

    async def recent_wake_times(self) -> Mapping[str, datetime]:
        """Returns when postponed tickets wake, if known, as of the last half minute."""
        if None not in self.recent.postponed and not self.recent.is_backing_off(_GRID):
            try:
                known = await self._soon(self.postponed())
            except LiveAgentError as error:
                log.warning("wake times not read", why=str(error))
                self.recent.back_off(_GRID, error)
            else:
                self.recent.postponed[None] = {each: at for each, at in known.items() if at}
        return self.recent.postponed.get(None, {})

    async def activity(self) -> Sequence[Active]:
        request = protocol_v3.get_activity()
        answer = await self.send(request, PRESENCE_SECONDS)
        return await asyncio.to_thread(wire_v3.read_activity, request, answer)

    async def recent_activity(self) -> Activity | None:
        """Returns one reading to all callers within ten seconds; None after a failure.

        It gives up if the call is delayed, except before a write, whose author may have to be
        asked.
        """
        if self.before_write is not unguarded:
            return await self._read_activity()
        try:
            async with self.recent.timeout(PRESENCE_SECONDS + PRESENCE_TURN_SECONDS):
                return await self._read_activity()
        except TimeoutError:
            return None

    async def _read_activity(self) -> Activity | None:
        async with self.recent.turn:
            if self.recent.is_fresh():
                return self.recent.activity
            self.recent.activity = None
            call = str(protocol_v3.get_activity())
            if self.privileges.allows(call) and not self.recent.is_backing_off(call):
                try:
                    seen = self.recent.now()
                    self.recent.activity = Activity(await self.activity(), seen)
                except LiveAgentError as error:
                    log.warning("agents' activity not read", why=str(error))
                    self.recent.back_off(call, error)
            return self.recent.activity

    async def answers_if_allowed(self) -> Sequence[PredefinedAnswer]:
        """Returns nothing after a refusal.

        Raises `NotApplied` for a while after another failure.
        """
        request = str(protocol_v3.get_answers(1))
        if not self.privileges.allows(request):
            return ()
        if self.recent.is_backing_off(request):
            raise NotApplied(request, "version 3 failed recently")
        try:
            return await self.predefined_answers()
        except AnyRefusal as error:
            log.warning("LiveAgent refuses its saved answers", why=str(error))
            return ()
        except LiveAgentError as error:
            self.recent.back_off(request, error)
            raise

    async def predefined_answers(self) -> Sequence[PredefinedAnswer]:
        """Reads all pages. Some servers ignore pages, or send shorter ones."""
        found, longest = dict[str, PredefinedAnswer](), 0
        for page in range(1, MAX_ANSWER_PAGES + 1):
            request = protocol_v3.get_answers(page)
            rows = await self.send(request, READ_SECONDS)
            answers, count = await asyncio.to_thread(wire_v3.read_answers, request, rows)
            has_new = any(each.id not in found for each in answers)
            found |= {each.id: each for each in answers}
            longest = max(longest, count)
            if not has_new or count < longest or not is_round(count):
                break
        return list(found.values())

    async def _soon(self, reading: Awaitable[T]) -> T:
        """Raises `OutcomeUnknown` if people would wait too long for it."""
        try:
            async with (
                nullcontext() if self.exchange.background else self.recent.timeout(SHOWN_SECONDS)
            ):
                return await reading
        except TimeoutError:
            raise OutcomeUnknown(_GRID, f"not read within {SHOWN_SECONDS:g} s") from None

    async def _rows(
        self, ask: Callable[[str], RequestV3], read: Callable[[RequestV3, object], T]
    ) -> T:
        """Tries the list's other name if a server does not know the first."""
        *others, last = protocol_v3.GRIDS
        for grid in others:
            request = ask(grid)
            try:
                answer = await self.send(request, READ_SECONDS)
            except AnyRefusal as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
            else:
                return await asyncio.to_thread(read, request, answer)
        request = ask(last)
        return await asyncio.to_thread(read, request, await self.send(request, READ_SECONDS))

    async def send(
        self, request: RequestV3, seconds: float, before: BeforeWrite = unguarded
    ) -> object:
        outgoing = Outgoing(
            str(request),
            request.verb,
            f"{self.url}/api/v3/{request.path}",
            headers={"apikey": self.api_key, "Content-Type": "application/json"},
            query=request.query,
            data=None if request.body is None else to_json(request.body),
        )
        read = partial(protocol_v3.read_answer, request)
        try:
            _, answer = await self.exchange.send(outgoing, read, seconds, before)
        except LiveAgentError as error:
            self.privileges.note(str(request), error)
            raise
        self.privileges.note(str(request), None)
        return answer
