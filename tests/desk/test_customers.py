"""A customer's other tickets: those that the reader may not see are neither named nor counted."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.desk.customers import IGNORED_SECONDS, KEPT_SECONDS, READ_SECONDS, REST_SECONDS, Customers
from bot.desk.desk import Desk
from bot.desk.search import TicketSearch
from bot.domain.filter import Filter
from bot.domain.people import Agent, SlackUser
from bot.domain.ref import TicketRef
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.memberships import FEW
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.liveagent.records import Department
from tests.clock import ManualClock
from tests.desk.conftest import ACCOUNT, TICKET
from tests.waiting import until

SUPPORT, SALES = "default", "dep1s5a4"
JOHN = "john@owner.com"


@pytest.fixture
def desk(liveagent: LiveAgent, standin: LiveAgentStandIn, clock: ManualClock) -> Desk:
    standin.switches.calls_per_minute = 100_000
    return Desk(liveagent, CachedDirectory(liveagent, clock=clock), ACCOUNT, clock.now)


@pytest.fixture
def customers(desk: Desk, clock: ManualClock) -> Customers:
    return Customers(desk, has_spare_calls=lambda: True, clock=clock)


async def agent(desk: Desk, name: str) -> Agent:
    return await desk.actor(SlackUser("U1", f"{name}@acme.example", "en-US", "UTC"))


def add(standin: LiveAgentStandIn, *, count: int = 1, email: str = JOHN, **fields: Any) -> None:
    """Adds open tickets that John, or somebody else, has written to Support."""
    account = standin.account
    first = account.ticket(TICKET)
    for _ in range(count):
        number = len(account.tickets)
        usual: dict[str, Any] = {
            "id": f"more{number:04}",
            "code": f"MOR-{number:04}-X11",
            "public_code": f"More{number:04}abcdEFGH",
            "department": SUPPORT,
            "status": "C",
            "owner": replace(first.owner, email=email),
        }
        added = replace(first, **(usual | fields))
        account.tickets[added.id] = added


async def counted(customers: Customers, desk: Desk, name: str) -> tuple[int, int] | None:
    """Returns how many other tickets an agent is shown, and how many of them are open."""
    actor = await agent(desk, name)
    ticket = await desk.system.find(TicketRef(TICKET))
    if await customers.read(ticket.owner_email, actor) is None:
        return None
    others = customers.others_known(ticket, actor)
    assert others
    return len(others.tickets), len(others.not_ended)


async def test_each_reader_gets_only_what_they_may_see(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    standin.switches.rows_tell_assignee = True
    add(standin, status="R")
    add(standin, count=2, department=SALES)
    add(standin, department=SALES, assignee="agent001")
    assert await counted(customers, desk, "ann") == (2, 1)
    assert await counted(customers, desk, "sam") == (3, 3)
    assert await counted(customers, desk, "adam") == (4, 3)
    lists = [call for call in standin.account.journal if call.name == "list_tickets"]
    assert len(lists) == 1, "one list serves them all"


async def test_a_reader_who_may_see_no_other_ticket_gets_no_hint(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    add(standin, count=3, department=SALES)
    assert await counted(customers, desk, "ann") == (0, 0)
    found = await customers.read(JOHN, await agent(desk, "ann"))
    assert found
    assert found.newest_open
    assert found.newest_open.id == TICKET


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"status": "X"}, (0, 0)),
        ({"status": "B"}, (0, 0)),
        ({"status": "Q"}, (1, 0)),
        ({"code": "AX4-B4T-FD8"}, (0, 0)),  # merged into it
        ({"code": "MRG-ED0-001", "count": 2}, (1, 1)),  # merged into one another
        ({"count": 999}, (999, 999)),
        ({"count": 2100}, None),
        ({"email": " John@OWNER.com "}, (0, 0)),  # found under another identifier by the server
        ({"email": ""}, (0, 0)),
    ],
)
async def test_what_counts_as_another_ticket(
    customers: Customers,
    desk: Desk,
    standin: LiveAgentStandIn,
    more: dict[str, Any],
    expected: tuple[int, int] | None,
) -> None:
    add(standin, **more)
    assert await counted(customers, desk, "adam") == expected


@pytest.mark.parametrize("email", ["", "nobody", "a@b.c, d@e.f", f"{'x' * 200}@y.example"])
async def test_an_owner_who_can_not_be_asked_for_costs_no_call(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn, email: str
) -> None:
    actor = await agent(desk, "ann")
    before = len(standin.account.journal)
    assert await customers.read(email, actor) is None
    assert len(standin.account.journal) == before


async def test_if_the_server_ignores_the_filter_other_customers_rows_are_dropped(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    standin.switches.ignores_owner = True
    add(standin)
    assert await counted(customers, desk, "adam") == (1, 1)


async def test_nothing_is_counted_while_departments_are_unknown(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    account = standin.account
    places = tuple(Department(f"place{number:03}", "Place") for number in range(FEW + 1))
    account.departments = (*account.departments, *places)
    for place in places:
        add(standin, department=place.id)
    assert await counted(customers, desk, "ann") is None
    for place in places:
        await desk.directory.members(place.id)
    assert await counted(customers, desk, "ann") == (0, 0)


async def test_a_missing_assignee_is_unknown_rather_than_nobody(
    liveagent: LiveAgent, desk: Desk, standin: LiveAgentStandIn
) -> None:
    """Where one list is of rows of both versions, and those of version 1 don't tell."""
    desk = replace(desk, system=liveagent.with_v3(standin.api_v3_key))
    standin.switches.v3_ignores_pages, standin.switches.longest_page = True, 10
    add(standin, count=30, subject="Mirrorball", assignee="agent001")
    search, adam = TicketSearch.of(desk), await agent(desk, "adam")
    found = await search.find(adam, Filter(words="mirrorball"), zone="UTC")
    assert len(found.tickets) == 30
    standin.switches.v3_may_not = frozenset(["list_ticket_rows"])
    few = await search.assignees(found, found.tickets)
    standin.switches.v3_may_not = frozenset()
    desk = replace(desk, system=liveagent.with_v3(standin.api_v3_key))
    everybody = await TicketSearch.of(desk).assignees(found, found.tickets)
    assert 0 < len(few) < len(everybody)
    assert {*few.values(), *everybody.values()} == {"Ann Agent"}


async def test_a_repeated_first_page_is_not_taken_for_the_whole_list(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    """Where the server knows neither the filter nor the offset."""
    standin.switches.ignores_owner = standin.switches.ignores_offset = True
    standin.switches.longest_page = 10
    add(standin, count=12)
    assert await counted(customers, desk, "adam") is None


async def test_a_list_by_customer_drops_other_customers_rows(
    desk: Desk, standin: LiveAgentStandIn
) -> None:
    """Unless all are of one other address, as of a customer who has several."""
    adam, search = await agent(desk, "adam"), TicketSearch.of(desk)
    add(standin)
    standin.switches.ignores_owner = True
    for email, count in ((JOHN, 2), ("nobody@x.example", 0)):
        assert len((await search.find(adam, Filter(owner=email), zone="UTC")).tickets) == count
    for ticket in standin.account.tickets.values():
        ticket.owner = standin.account.ticket(TICKET).owner
    found = await search.find(adam, Filter(owner="john@elsewhere.example"), zone="UTC")
    assert len(found.tickets) == len(standin.account.tickets)


async def test_a_large_account_that_ignores_the_filter_is_not_asked_again_soon(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    standin.switches.ignores_owner = True
    standin.switches.longest_page = 10
    add(standin)
    assert await counted(customers, desk, "adam") is None
    asked = _lists(standin)
    assert await customers.read("tanaka@rei.example", await agent(desk, "adam")) is None
    assert _lists(standin) == asked
    await clock.advance(IGNORED_SECONDS)
    standin.switches.ignores_owner = False
    assert await customers.read("tanaka@rei.example", await agent(desk, "adam"))


async def test_a_refused_list_shows_nothing_and_is_not_repeated(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    add(standin)
    standin.faults.set("error", "list_tickets")
    for _ in range(2):
        assert await counted(customers, desk, "ann") is None
    assert _lists(standin) == 1
    assert await customers.read("tanaka@rei.example", await agent(desk, "ann")) is None


async def test_a_hanging_list_is_given_up_and_rests(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    actor = await agent(desk, "ann")
    standin.faults.set("hang", "list_tickets")
    reading = asyncio.create_task(customers.read(JOHN, actor))
    await until(lambda: _lists(standin) == 1)
    await clock.advance(READ_SECONDS)
    assert await reading is None
    standin.faults.clear()
    assert await customers.read(JOHN, actor) is None
    await clock.advance(REST_SECONDS)
    assert await customers.read(JOHN, actor)


async def test_while_calls_are_short_only_cached_data_is_shown(
    desk: Desk, standin: LiveAgentStandIn, clock: ManualClock
) -> None:
    has_spare_calls = [True]
    customers = Customers(desk, has_spare_calls=lambda: has_spare_calls[0], clock=clock)
    add(standin)
    assert await counted(customers, desk, "ann") == (1, 1)
    has_spare_calls[0] = False
    assert await counted(customers, desk, "ann") == (1, 1)
    await clock.advance(KEPT_SECONDS)
    assert await counted(customers, desk, "ann") is None
    assert _lists(standin) == 1


async def test_no_public_code_is_kept(
    customers: Customers, desk: Desk, standin: LiveAgentStandIn
) -> None:
    add(standin)
    for ticket in standin.account.tickets.values():
        ticket.subject = f"See {standin.url}/{ticket.public_code}"
    found = await customers.read(JOHN, await agent(desk, "ann"))
    assert found
    kept = repr([tuple(each) for each in (*found.tickets, found.newest_open) if each])
    assert not [each for each in standin.account.tickets.values() if each.public_code in kept]


def _lists(standin: LiveAgentStandIn) -> int:
    return sum(call.name == "list_tickets" for call in standin.account.journal)
