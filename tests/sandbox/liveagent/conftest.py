"""The stand-in on a free port, and the plainest client there can be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.waiting import GUARD_SECONDS

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class HandClock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


@dataclass(frozen=True)
class Answered:
    status: int
    body: Any

    @property
    def response(self) -> Any:
        return self.body["response"]


@dataclass(frozen=True)
class Caller:
    """Sends the key where the document wants it; a new connection each time."""

    session: aiohttp.ClientSession
    base: str
    key: str

    async def __call__(self, verb: str, path: str, **parameters: str) -> Answered:
        sent = {"apikey": self.key} | parameters
        place = "data" if verb in {"POST", "PUT"} else "params"
        url = f"{self.base}/api{path}"
        async with self.session.request(verb, url, **{place: sent}) as answer:  # type: ignore[arg-type]
            return Answered(answer.status, await answer.json())

    async def raw(self, path: str) -> tuple[int, str, bytes]:
        url, key = f"{self.base}/api{path}", {"apikey": self.key}
        async with self.session.get(url, params=key) as answer:
            return answer.status, answer.content_type, await answer.read()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def desk(clock: HandClock) -> AsyncIterator[LiveAgentStandIn]:
    stand_in = LiveAgentStandIn(clock=clock)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(force_close=True)
    timeout = aiohttp.ClientTimeout(total=GUARD_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield session


@pytest.fixture
def call(desk: LiveAgentStandIn, session: aiohttp.ClientSession) -> Caller:
    return Caller(session, desk.url, desk.api_key)
