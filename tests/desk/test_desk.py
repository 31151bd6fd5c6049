"""Who may see which ticket, and what is shown if LiveAgent fails to return a part."""

from datetime import UTC, datetime

import pytest

from bot.desk.desk import Desk
from bot.desk.search import TicketSearch
from bot.domain.errors import (
    DepartmentOutOfBounds,
    NotAMember,
    NotAnAgent,
    OutOfBounds,
    Outsider,
    TicketNotFound,
)
from bot.domain.filter import Filter
from bot.domain.people import Department, SlackUser
from bot.domain.ref import Account, TicketRef
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.sandbox.liveagent import LiveAgentStandIn

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUPPORT_TICKET, SALES_TICKET = TicketRef("AX4-B4T-FD8"), TicketRef("CLD-RGFWJ-358")


@pytest.fixture
def desk(liveagent: LiveAgent) -> Desk:
    return Desk(liveagent, CachedDirectory(liveagent), Account(liveagent.url), lambda: NOON)


def member(email: str, outsider: Outsider | None = None) -> SlackUser:
    return SlackUser("U1", email, "en-US", "UTC", outsider=outsider)


async def test_an_agent_sees_tickets_of_their_departments_alone(desk: Desk) -> None:
    ann = await desk.actor(member("ann@acme.example"))
    view = await desk.look_up(SUPPORT_TICKET, ann)
    assert (view.ticket.id, view.seen) == ("s4y7t5s7", NOON)
    with pytest.raises(OutOfBounds):
        await desk.look_up(SALES_TICKET, ann)


async def test_a_foreign_department_is_refused_as_such(desk: Desk) -> None:
    ann = await desk.actor(member("ann@acme.example"))
    sales = Department("dep1s5a4", "Sales")
    with pytest.raises(DepartmentOutOfBounds):
        await TicketSearch.of(desk).find(ann, Filter(department=sales), zone="UTC")
    with pytest.raises(DepartmentOutOfBounds):
        (await desk.departments_of(ann)).restrict({sales.id: sales.name})


async def test_an_agent_sees_what_is_assigned_to_them_anywhere(
    desk: Desk, standin: LiveAgentStandIn
) -> None:
    ann = await desk.actor(member("ann@acme.example"))
    for name in ("agent001", "cont0001", "ann@acme.example"):
        standin.account.ticket("CLD-RGFWJ-358").assignee = name
        assert (await desk.look_up(SALES_TICKET, ann)).ticket.id == "5h7t58d9"


@pytest.mark.parametrize("email", ["adam@acme.example", "olga@acme.example"])
async def test_admins_and_owners_see_everything(desk: Desk, email: str) -> None:
    boss = await desk.actor(member(email))
    for ref in (SUPPORT_TICKET, SALES_TICKET, TicketRef("JPN-7K2-QX9")):
        assert await desk.look_up(ref, boss)


async def test_a_member_who_is_no_agent_is_refused(desk: Desk) -> None:
    for email in ("nora@acme.example", ""):
        with pytest.raises(NotAnAgent):
            await desk.actor(member(email))


@pytest.mark.parametrize("outsider", Outsider)
async def test_an_agents_address_helps_no_outsider(desk: Desk, outsider: Outsider) -> None:
    with pytest.raises(NotAMember):
        await desk.actor(member("ann@acme.example", outsider))


async def test_a_removed_agent_sees_nothing(desk: Desk, standin: LiveAgentStandIn) -> None:
    standin.account.agents = tuple(
        agent for agent in standin.account.agents if agent.email != "ann@acme.example"
    )
    with pytest.raises(NotAnAgent):
        await desk.actor(member("ann@acme.example"))


async def test_the_queue_shows_the_actors_departments_fullest_first(desk: Desk) -> None:
    ann, adam = [await desk.actor(member(f"{who}@acme.example")) for who in ("ann", "adam")]
    assert [line.department.name for line in (await desk.queue(ann)).lines] == ["Support"]
    waiting = (await desk.queue(adam)).lines
    assert {line.department.name for line in waiting} == {"Support", "Sales", "日本サポート"}
    fullness = [line.new + line.customer_replied for line in waiting]
    assert fullness == sorted(fullness, reverse=True)


async def test_look_up_each_returns_only_visible_tickets(desk: Desk) -> None:
    ann = await desk.actor(member("ann@acme.example"))
    again = TicketRef("s4y7t5s7")
    found = await desk.look_up_each([SALES_TICKET, SUPPORT_TICKET, again, TicketRef("no")], ann)
    assert [ticket.code for ticket in found] == ["AX4-B4T-FD8"]


@pytest.mark.parametrize(("part", "calls"), [("messages", "*/messages"), ("tags", "*/tags")])
async def test_a_ticket_is_shown_without_the_part_that_liveagent_withholds(
    desk: Desk, standin: LiveAgentStandIn, part: str, calls: str
) -> None:
    ann = await desk.actor(member("ann@acme.example"))
    standin.faults.set("error", calls)
    view = await desk.look_up(SUPPORT_TICKET, ann)
    assert getattr(view, part) is None
    assert view.ticket.code == "AX4-B4T-FD8"


async def test_an_unknown_ticket_is_not_found(desk: Desk) -> None:
    with pytest.raises(TicketNotFound):
        await desk.look_up(TicketRef("none0000"), await desk.actor(member("ann@acme.example")))
