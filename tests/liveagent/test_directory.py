"""Rarely changing data is read rarely, and survives an outage."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest

from bot.domain.errors import NotApplied, OutcomeUnknown
from bot.domain.people import Agent, Role
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import AGENT_SECONDS, LIST_SECONDS, CachedDirectory
from bot.sandbox.liveagent import LiveAgentStandIn
from tests.clock import ManualClock
from tests.waiting import until_found


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def directory(liveagent: LiveAgent, clock: ManualClock) -> CachedDirectory:
    return CachedDirectory(liveagent, clock=clock)


def calls(standin: LiveAgentStandIn) -> list[str]:
    return [f"{call.verb} {call.path.rsplit('/api/', 1)[-1]}" for call in standin.account.journal]


async def test_a_thousand_who_ask_cause_one_call_a_list(
    directory: CachedDirectory, standin: LiveAgentStandIn
) -> None:
    for _ in range(10):
        await asyncio.gather(
            *(directory.departments() for _ in range(100)),
            *(directory.tags() for _ in range(100)),
            *(directory.agents() for _ in range(100)),
            *(directory.members("default") for _ in range(100)),
        )
    assert len(calls(standin)) == 4


async def test_lists_are_asked_for_again_after_their_time(
    directory: CachedDirectory, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    old = await directory.tags()
    await clock.advance(LIST_SECONDS + 1)
    standin.account.tags.popitem()
    assert await directory.tags() == old  # nobody waits for it
    assert await until_found(lambda: _changed(directory.tags, old))
    assert len(calls(standin)) == 2


async def _changed(read: Callable[[], Awaitable[object]], old: object) -> object:
    new = await read()
    return new if new != old else None


async def test_an_agent_is_found_by_address_in_any_case(directory: CachedDirectory) -> None:
    adam = await directory.agent("Adam@Acme.Example")
    assert adam
    assert (adam.id, adam.role) == ("admin001", Role.ADMIN)


async def test_a_missing_agent_is_cached(
    directory: CachedDirectory, standin: LiveAgentStandIn
) -> None:
    assert await directory.agent("nora@acme.example") is None
    before = len(calls(standin))
    assert await directory.agent("nora@acme.example") is None
    assert len(calls(standin)) == before


async def test_a_removed_agent_is_unknown_after_a_minute(
    directory: CachedDirectory, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    await directory.agents()  # the list names them for some minutes
    assert await directory.agent("adam@acme.example")
    others = (each for each in standin.account.agents if each.email != "adam@acme.example")
    standin.account.agents = tuple(others)
    for _ in range(3):
        await clock.advance(AGENT_SECONDS + 1)
        assert await directory.agent("adam@acme.example") is None


async def test_agents_are_found_by_list_if_the_server_cuts_addresses(
    directory: CachedDirectory, standin: LiveAgentStandIn
) -> None:
    standin.switches.cuts_email_in_path = True
    adam = await directory.agent("adam@acme.example")
    assert adam
    assert (adam.id, adam.role) == ("admin001", Role.ADMIN)


async def test_a_server_without_a_list_of_agents_has_departments(
    directory: CachedDirectory, standin: LiveAgentStandIn
) -> None:
    standin.switches.cuts_email_in_path = True
    listed = {each.id for each in await directory.agents()}
    standin.faults.set("error", "list_online_agents")
    again = CachedDirectory(directory._liveagent)  # noqa: SLF001  another bot's
    assert {each.id for each in await again.agents()} == listed
    adam = await again.agent_now("adam@acme.example")
    assert adam
    assert adam.id == "admin001"


async def test_an_agent_listed_only_by_a_department_is_known_by_contact_id(
    liveagent: LiveAgent, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    class ShortList:
        """LiveAgent, whose list of all agents lacks some."""

        async def agents(self) -> Sequence[Agent]:
            return ()

        def __getattr__(self, name: str) -> Any:
            return getattr(liveagent, name)

    standin.switches.cuts_email_in_path = True
    directory = CachedDirectory(cast("LiveAgent", ShortList()), clock=clock)
    for department in await directory.departments():
        await directory.members(department.id)
    adam = await directory.agent("adam@acme.example")
    assert adam
    assert (adam.id, adam.role) == ("admin001", Role.ADMIN)
    assert adam.is_named(next(a.contact_id for a in standin.account.agents if a.id == adam.id))


async def test_the_cached_agent_is_used_during_an_outage(
    directory: CachedDirectory, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    before = await directory.agent("ann@acme.example")
    standin.faults.set("down")
    await clock.advance(AGENT_SECONDS + 1)
    assert await directory.agent("ann@acme.example") == before


async def test_without_a_cached_agent_the_failure_is_raised(
    directory: CachedDirectory, standin: LiveAgentStandIn
) -> None:
    standin.faults.set("down")
    with pytest.raises((NotApplied, OutcomeUnknown)):
        await directory.agent("ann@acme.example")
