"""The stand-ins that tests share."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.liveagent.client import LiveAgent
from bot.liveagent.pace import Pace
from bot.sandbox.liveagent import LiveAgentStandIn


@pytest.fixture
async def standin() -> AsyncIterator[LiveAgentStandIn]:
    """LiveAgent, as it might be."""
    standin = LiveAgentStandIn()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def liveagent(standin: LiveAgentStandIn, session: aiohttp.ClientSession) -> LiveAgent:
    """The adapter, before the stand-in."""
    return LiveAgent(
        session=session,
        url=standin.url,
        api_key=standin.api_key,
        zone=ZoneInfo("UTC"),
        pace=Pace(9000),
        observe=lambda *_: None,
    )
