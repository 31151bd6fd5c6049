"""All tickets are read, however short the server's pages are."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from bot.desk.desk import Desk
from bot.desk.gathering import gather, gather_tickets
from bot.desk.search import TicketSearch
from bot.domain.clock import SystemClock
from bot.domain.filter import Filter
from bot.domain.people import Agent, Role
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import Search, TicketSystem
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.rows import MAX_ID_LENGTH
from bot.sandbox.liveagent import LiveAgentStandIn
from tests.desk.conftest import ACCOUNT

COUNT = 256  # times 64 and 128, so that the last page of those is a whole one


@pytest.fixture
def many(standin: LiveAgentStandIn) -> set[str]:
    """The ids of all the tickets that the account has."""
    standin.switches.calls_per_minute = 100_000
    tickets = standin.account.tickets
    original = next(iter(tickets.values()))
    tickets.clear()
    for number in range(COUNT):
        copied = replace(
            original,
            id=f"many{number:04}",
            code=f"MNY-{number:03}-X11",
            public_code=f"Many{number:04}abcdEFGH",
        )
        tickets[copied.id] = copied
    return {*tickets}


@pytest.mark.parametrize("longest_page", [10, 25, 33, 64, 77, 128, 200, 255, 256, 1000])
async def test_whatever_the_servers_longest_page_is(
    liveagent: LiveAgent, standin: LiveAgentStandIn, many: set[str], longest_page: int
) -> None:
    standin.switches.longest_page = longest_page
    found = await gather(liveagent, Search(), (), max_pages=50)
    assert {ticket.id for ticket in found.tickets} == many
    assert not found.is_cut


@pytest.mark.usefixtures("many")
async def test_more_pages_than_allowed_are_not_passed_over_in_silence(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.longest_page = 25
    found = await gather(liveagent, Search(), (), max_pages=3)
    assert len(found.tickets) == 75
    assert found.is_cut


async def test_a_list_shorter_than_any_page_costs_one_call(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    owner = standin.account.ticket("s4y7t5s7").owner.email
    found = await gather(liveagent, Search(owner_email=owner), (), max_pages=50)
    assert 0 < len(found.tickets) < 10
    assert len(standin.account.journal) == 1


async def test_a_list_that_ends_where_no_server_cuts_costs_one_call(
    liveagent: LiveAgent, standin: LiveAgentStandIn, many: set[str]
) -> None:
    standin.account.tickets.popitem()
    found = await gather(liveagent, Search(), (), max_pages=50)
    assert len(found.tickets) == len(many) - 1
    assert len(standin.account.journal) == 2  # 255 may be a server's longest page
    standin.account.tickets.popitem()
    await gather(liveagent, Search(), (), max_pages=50)
    assert len(standin.account.journal) == 3


class Careless:
    """A server that ignores filters."""

    def __init__(self, liveagent: LiveAgent) -> None:
        self._liveagent = liveagent

    async def search(self, _wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        return await self._liveagent.search(Search(), limit=limit, offset=offset)

    async def find(self, ref: TicketRef) -> Ticket:
        return await self._liveagent.find(ref)


async def test_a_list_has_no_tickets_of_other_statuses(
    liveagent: LiveAgent, standin: LiveAgentStandIn, many: set[str]
) -> None:
    resolved, closed, *_ = sorted(many)
    standin.account.tickets[resolved].status, standin.account.tickets[closed].status = "R", "L"
    system = cast("TicketSystem", Careless(liveagent))
    desk = Desk(system, CachedDirectory(liveagent), ACCOUNT, SystemClock().now)
    admin = Agent("admin001", "adam@acme.example", "Adam Admin", Role.ADMIN)
    found = await TicketSearch.of(desk).find(admin, Filter(statuses=("R",)), zone="UTC")
    assert {ticket.id for ticket in found.tickets} == {resolved, closed}


class Filtering:
    """A server that leaves out rows of a page after it has limited it, so that none is full."""

    def __init__(self, liveagent: LiveAgent) -> None:
        self._liveagent = liveagent
        self.hidden = {f"many{number:04}" for number in range(0, COUNT, 33)}

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> list[Ticket]:
        page = await self._liveagent.search(wanted, limit=min(limit, 50), offset=offset)
        return [ticket for ticket in page if ticket.id not in self.hidden]

    async def find(self, ref: TicketRef) -> Ticket:
        return await self._liveagent.find(ref)


async def test_a_digest_reads_on_where_a_server_leaves_rows_out(
    liveagent: LiveAgent, many: set[str]
) -> None:
    """Nobody who waits is missing in silence, however odd a page's length."""
    server = Filtering(liveagent)
    desk = Desk(liveagent, CachedDirectory(liveagent), ACCOUNT, SystemClock().now)
    found = await gather_tickets(desk, (), ("N", "T", "P", "R", "A", "C", "W"), system=server)
    assert {ticket.id for ticket in found.tickets} == many - server.hidden
    assert not found.is_cut


async def test_a_deleted_department_is_not_asked_for(
    liveagent: LiveAgent, standin: LiveAgentStandIn, many: set[str]
) -> None:
    """LiveAgent may refuse it, and with it the whole digest."""
    standin.switches.department_or_owner_required = True
    desk = Desk(liveagent, CachedDirectory(liveagent), ACCOUNT, SystemClock().now)
    (department,) = {each.department for each in standin.account.tickets.values()}
    found = await gather_tickets(desk, ["gone", department], [*Status])
    assert {ticket.id for ticket in found.tickets} == many
    assert not any(each.parameters.get("department") == "gone" for each in standin.account.journal)


async def test_a_cut_page_with_an_unreadable_row_is_not_the_last(
    liveagent: LiveAgent, standin: LiveAgentStandIn, many: set[str]
) -> None:
    standin.switches.longest_page = 100
    unreadable = standin.account.tickets[min(many)]
    unreadable.id = "x" * (MAX_ID_LENGTH + 1)
    found = await gather(liveagent, Search(), (), max_pages=50)
    assert {ticket.id for ticket in found.tickets} == many - {min(many)}
