"""Searching with version 3, whose answers are verified."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.domain.errors import Unreadable
from bot.domain.people import Agent, Department
from bot.domain.ticket import Ticket
from bot.liveagent import protocol_v3, wire_v3
from bot.liveagent.client import LiveAgent
from bot.liveagent.search_v3 import SEARCH_SECONDS, TRUST_SECONDS
from bot.sandbox.liveagent import LiveAgentStandIn
from tests.clock import ManualClock
from tests.liveagent.json_v3 import FRIDAY, JSON
from tests.liveagent.samples import sample

ID = "s4y7t5s7"
SEARCH = protocol_v3.find_words("order", 1)
ANN = Agent("agent001", "ann@acme.example", "Ann Agent")
PHOENIX = ZoneInfo("America/Phoenix")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def with_key(liveagent: LiveAgent, standin: LiveAgentStandIn, clock: ManualClock) -> LiveAgent:
    return replace(liveagent, clock=clock).with_v3(standin.api_v3_key)


class Hasty(ManualClock):
    """A clock on which every call takes long."""

    def monotonic(self) -> float:
        self.seconds = getattr(self, "seconds", 0.0) + SEARCH_SECONDS
        return self.seconds


def names_of_calls(standin: LiveAgentStandIn) -> list[str]:
    return [call.name for call in standin.account.journal]


def test_rows_are_read_as_tickets() -> None:
    answer = protocol_v3.read_answer(SEARCH, 200, sample("v3_tickets.json"))
    rows, count = wire_v3.read_found(SEARCH, answer)
    assert count == 5
    assert [row.tells_assignee for row in rows] == [True, True, False]
    first, second, third = (row.to_ticket(PHOENIX) for row in rows)
    assert first == Ticket(
        id=ID,
        code="AX4-B4T-FD8",
        status="C",
        subject="Where is my order?",
        department=Department("default", ""),
        owner_name="John Owner",
        owner_email="john@owner.com",
        created=datetime(2026, 11, 20, 9, tzinfo=PHOENIX),
        changed=datetime(2026, 11, 21, 9, 30, tzinfo=PHOENIX),
        assignee_id="agent001",
        public_code="bI5fR3oN40708G65",
    )
    assert (second.status, second.created, second.assignee_id) == ("N", FRIDAY, "")
    assert (third.created, third.status) == (None, "")
    assert [row.to_ticket(None).created for row in rows] == [None, FRIDAY, None]


@given(JSON)
def test_no_answer_ends_in_another_error(answer: object) -> None:
    for read in (wire_v3.read_found, wire_v3.read_assignees):
        with suppress(Unreadable):
            read(SEARCH, answer)


@pytest.mark.parametrize("zone", [None, PHOENIX])
async def test_words_are_found_in_messages_and_times_are_what_version_1_says(
    with_key: LiveAgent, standin: LiveAgentStandIn, zone: ZoneInfo | None
) -> None:
    """Times of a zone that is neither the account's nor UTC are unknown. It costs one call then."""
    standin.switches.v3_zone = zone
    standin.account.customer_writes(ID, "The parcel smells of cinnamon.")
    found = await with_key.find_words("cinnamon")
    assert found
    (ticket,) = found.tickets
    created = standin.account.ticket(ID).created.replace(microsecond=0)
    assert (ticket.id, ticket.created) == (ID, None if zone else created)
    first = names_of_calls(standin)
    assert sorted(first) == ["list_found", "list_found", "read_ticket"]
    await with_key.find_words("CINNAMON parcel")
    assert names_of_calls(standin) == [*first, "list_found"]


async def test_a_server_that_ignores_the_words_is_not_believed_for_an_hour(
    with_key: LiveAgent, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    standin.switches.v3_ignores_words = True
    assert await with_key.find_words("cinnamon") is None
    assert not with_key.has_full_text
    asked = len(standin.account.journal)
    assert await with_key.find_words("order") is None
    assert len(standin.account.journal) == asked
    standin.switches.v3_ignores_words = False
    await clock.advance(TRUST_SECONDS + 1)
    assert await with_key.find_words("order")


async def test_pages_are_read_until_there_is_nothing_new(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.longest_page = 10
    found = await with_key.find_words("e")
    assert found
    everything = [one for one in standin.account.tickets.values() if one.owner.email]
    assert len(found.tickets) == min(len(everything), 50)
    assert found.is_cut is (len(everything) >= 50)


async def test_a_first_page_that_comes_again_may_not_be_all(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.v3_ignores_pages, standin.switches.longest_page = True, 25
    found = await with_key.find_words("e")
    assert found
    assert (len(found.tickets), found.is_cut) == (25, True)
    assert names_of_calls(standin).count("list_found") == 2


async def test_a_slow_server_is_not_asked_for_page_after_page(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.longest_page = 10
    found = await replace(liveagent, clock=Hasty()).with_v3(standin.api_v3_key).find_words("e")
    assert found
    assert (len(found.tickets), found.is_cut) == (10, True)


async def test_rows_without_departments_are_left_to_version_1(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    """Else all but admins would read that nothing was found."""
    standin.switches.v3_omits = frozenset(["departmentid"])
    assert await with_key.find_words("order") is None
    assert await with_key.find_assigned(ANN, ["C"]) is None


@pytest.mark.parametrize("ignores", [True, False])
async def test_an_ignored_agent_filter_is_not_taken_for_no_tickets(
    with_key: LiveAgent, standin: LiveAgentStandIn, *, ignores: bool
) -> None:
    standin.switches.v3_ignores_filters = ignores
    standin.switches.v3_ignores_pages, standin.switches.longest_page = True, 10
    found = await with_key.find_assigned(Agent("agent999", "", "Nobody"), [])
    assert (found is None) == ignores
    assert found is None or not (found.tickets or found.is_cut)


@pytest.mark.parametrize("ignores", [True, False])
async def test_rows_are_filtered_by_their_assignee(
    with_key: LiveAgent, standin: LiveAgentStandIn, *, ignores: bool
) -> None:
    standin.switches.v3_ignores_filters = ignores
    found = await with_key.find_assigned(ANN, ["C"])
    assert found
    mine = {one.id for one in standin.account.tickets.values() if one.assignee == ANN.id}
    assert {each.id for each in found.tickets if each.status == "C"} == {
        each for each in mine if standin.account.ticket(each).status == "C"
    }
    assert {each.id for each in found.tickets} <= mine


async def test_assignees_cost_one_call_for_all_and_none_soon_after(
    with_key: LiveAgent, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    ids = list(standin.account.tickets)[:10]
    expected = {each: standin.account.ticket(each).assignee or "" for each in ids}
    assert await with_key.assignees(ids) == expected
    assert await with_key.assignees(ids[:3]) == {each: expected[each] for each in ids[:3]}
    assert len(standin.account.journal) == 1
    standin.faults.set("refuse")
    await clock.advance(timedelta(minutes=1).total_seconds())
    assert await with_key.assignees(ids) == {}


async def test_a_refused_search_is_left_to_version_1(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.v3_may_not = frozenset(["list_found"])
    assert await with_key.find_words("order") is None
    assert await with_key.find_assigned(ANN, ["C"]) is None
    assert names_of_calls(standin) == ["list_found"]
    assert not with_key.has_full_text
