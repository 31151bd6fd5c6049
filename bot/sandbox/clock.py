"""The clock of both stand-ins, which people can move forward on the page."""

import asyncio
import time as machine
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

MORNING = time(9)
SATURDAY = 5

RealTime = Callable[[], datetime]


async def _nobody_minds(_by: timedelta) -> None: ...


class Clock:
    """Runs like `real`, which gives aware moments, and never backward.

    `on_move` is called with the distance after each move. The bot in front of the stand-ins uses
    this clock too: moving it wakes sleepers early.
    """

    def __init__(self, real: RealTime = lambda: datetime.now(UTC)) -> None:
        self._real = real
        self.ahead = timedelta(0)
        self.on_move: Callable[[timedelta], Awaitable[None]] = _nobody_minds
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._real() + self.ahead

    def seconds(self) -> float:
        """Returns seconds since 1970."""
        return self.now().timestamp()

    def monotonic(self) -> float:
        """Returns seconds that are never set back, unlike the machine's time of day."""
        return machine.monotonic() + self.ahead.total_seconds()

    async def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        while (left := end - self.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[asyncio.Timeout]:
        """Works as `asyncio.timeout`; moving the clock does not shorten it."""
        return asyncio.timeout(seconds)

    async def move(self, by: timedelta) -> None:
        """Moves the clock; sleepers wake after `on_move` is done, so they find what became due."""
        self.ahead += by
        try:
            await self.on_move(by)
        finally:
            self._moved.set()
            self._moved = asyncio.Event()


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """Returns the next 09:00 in the zone that is not on a weekend."""
    day = now.astimezone(zone).date()
    while True:
        morning = datetime.combine(day, MORNING, zone)
        if morning > now and day.weekday() < SATURDAY:
            return morning
        day += timedelta(days=1)


class Move(BaseModel):
    """A number of minutes, or a move to the next working morning of a zone."""

    model_config = ConfigDict(extra="forbid")

    minutes: float = Field(default=0, ge=0, le=60 * 24 * 366)
    to: Literal["morning"] | None = None
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"no zone is called {zone}")
        return zone

    def far(self, now: datetime) -> timedelta:
        to_morning = next_morning(now, ZoneInfo(self.zone)) - now if self.to else timedelta(0)
        return to_morning + timedelta(minutes=self.minutes)


def routes(clock: Clock, tell: Callable[[], None]) -> list[web.RouteDef]:
    """Returns the page's route; `tell` notifies the page of the change."""

    async def move(request: web.Request) -> web.Response:
        try:
            asked = Move.model_validate_json(await request.read())
        except ValidationError as wrong:
            raise web.HTTPBadRequest(text=str(wrong)) from None
        await clock.move(asked.far(clock.now()))
        tell()
        return web.json_response({"now": clock.now().isoformat()})

    return [web.post("/sandbox/clock", move)]
