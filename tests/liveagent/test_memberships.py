"""Memberships in an account with many departments: nobody waits until all are read."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.cache import MAX_SECONDS
from bot.domain.errors import NotApplied, Refused
from bot.domain.people import Agent
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.memberships import FEW, FRESH_SECONDS, SECONDS_EACH
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.liveagent.records import Department
from tests.clock import ManualClock

COUNT = 60
OWN = ("place007", "place059")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def directory(liveagent: LiveAgent, clock: ManualClock) -> CachedDirectory:
    return CachedDirectory(liveagent, clock=clock)


@pytest.fixture(autouse=True)
def many(standin: LiveAgentStandIn) -> None:
    """Departments, of which two are Ann's."""
    standin.switches.calls_per_minute = 100_000
    account = standin.account
    account.departments = tuple(Department(f"place{n:03}", f"Place {n}") for n in range(COUNT))
    move(standin, OWN)


def move(standin: LiveAgentStandIn, departments: Sequence[str]) -> None:
    """Ann, to these departments."""
    account = standin.account
    account.agents = tuple(
        replace(agent, departments=tuple(departments)) if agent.id == "agent001" else agent
        for agent in account.agents
    )


@pytest.fixture
async def ann(directory: CachedDirectory, standin: LiveAgentStandIn) -> Agent:
    found = await directory.agent("ann@acme.example")
    assert found
    assert found.id == "agent001"
    await directory.departments()
    standin.account.journal.clear()
    return found


def asked(standin: LiveAgentStandIn) -> int:
    """How many calls there were."""
    return len(standin.account.journal)


async def test_many_unknown_departments_are_not_waited_for(
    directory: CachedDirectory, standin: LiveAgentStandIn, ann: Agent
) -> None:
    own = await directory.departments_of(ann)
    assert not own.is_complete
    assert asked(standin) == 0


async def test_cached_memberships_need_no_call(
    directory: CachedDirectory, standin: LiveAgentStandIn, ann: Agent
) -> None:
    await directory.read_ahead()
    assert asked(standin) == COUNT
    own = await directory.departments_of(ann)
    assert own.ids == {*OWN}
    assert own.is_complete
    assert asked(standin) == COUNT


async def test_a_few_unknown_departments_are_read_once_for_all_callers(
    directory: CachedDirectory, standin: LiveAgentStandIn, ann: Agent
) -> None:
    among = {OWN[0], *(f"place{n:03}" for n in range(20, 20 + FEW - 1))}
    found = await asyncio.gather(*(directory.departments_of(ann, among) for _ in range(100)))
    assert {(own.ids, own.is_complete) for own in found} == {(frozenset({OWN[0]}), True)}
    assert asked(standin) == FEW


async def test_departments_are_refreshed_one_at_a_time(
    directory: CachedDirectory, standin: LiveAgentStandIn, clock: ManualClock, ann: Agent
) -> None:
    await directory.read_ahead()
    move(standin, OWN[:1])
    await directory.read_ahead()
    assert asked(standin) == COUNT  # all are fresh
    await clock.advance(FRESH_SECONDS + 1)
    assert (await directory.departments_of(ann)).ids == {*OWN}
    before = asked(standin)
    for _ in range(COUNT):
        await directory.read_ahead()
        await clock.advance(SECONDS_EACH)
    assert asked(standin) - before <= COUNT + 1  # and the list of departments
    assert (await directory.departments_of(ann)).ids == {*OWN[:1]}


async def test_stale_memberships_expire(
    directory: CachedDirectory, standin: LiveAgentStandIn, clock: ManualClock, ann: Agent
) -> None:
    await directory.read_ahead()
    standin.faults.set("down", "*/agents")
    await clock.advance(MAX_SECONDS - 1)
    assert (await directory.departments_of(ann)).is_complete
    assert await directory.members(OWN[0])
    await clock.advance(60)
    own = await directory.departments_of(ann)
    assert (own.ids, own.is_complete) == (frozenset(), False)
    with pytest.raises(NotApplied):
        await directory.members(OWN[0])


async def test_members_now_bypasses_the_cache(
    directory: CachedDirectory, standin: LiveAgentStandIn, ann: Agent
) -> None:
    await directory.read_ahead()
    move(standin, ())
    assert ann.is_among(await directory.members(OWN[0]))
    assert not ann.is_among(await directory.members_now(OWN[0]))
    assert not ann.is_among(await directory.members(OWN[0]))  # and so it is for everybody
    assert (await directory.departments_of(ann)).ids == {OWN[1]}


async def test_a_refused_department_hides_no_other(
    directory: CachedDirectory, standin: LiveAgentStandIn, ann: Agent
) -> None:
    standin.faults.set("error", "*/place007/agents")
    await directory.read_ahead()
    own = await directory.departments_of(ann)
    assert (own.ids, own.is_complete) == (frozenset({OWN[1]}), True)
    with pytest.raises(Refused):
        await directory.members_now("place007")


async def test_reading_ahead_pauses_during_an_outage(
    directory: CachedDirectory, standin: LiveAgentStandIn, clock: ManualClock, ann: Agent
) -> None:
    standin.faults.set("rate_limited")
    assert ann
    for _ in range(5):
        await directory.read_ahead()
        await clock.advance(SECONDS_EACH)
    assert asked(standin) == 3  # one call, tried three times
    standin.faults.clear()
    await clock.advance(60)
    await directory.read_ahead()
    assert (await directory.departments_of(ann)).is_complete


async def test_somebody_unknown_is_not_looked_for_in_a_thousand_departments(
    directory: CachedDirectory, standin: LiveAgentStandIn, ann: Agent
) -> None:
    await directory.read_ahead()
    before = asked(standin)
    assert ann
    assert await directory.agent("nobody@acme.example") is None
    assert await directory.agent_now("nobody@acme.example") is None
    assert asked(standin) - before <= 4
