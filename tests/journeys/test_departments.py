"""An agent who left a department can do nothing there; an account with very many departments."""

import asyncio

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.records import Department
from bot.sandbox.slack import Person
from tests.journeys.acting import CODE, TICKET, leave_every_department, open_card, open_form

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

MANY = 1000
NOT_THEIRS = "in a department you don't belong to"


async def test_a_removed_member_can_not_reply(ann: Person, sandbox: Sandbox) -> None:
    form = await open_form(ann, "Reply", "To: John Owner")
    leave_every_department(sandbox, "ann@acme.example")
    await ann.submits(await ann.fills(form, {"Message": "I am not here any more."}))
    await ann.clicks(await ann.wait_for("Send now"), "Send now")
    await ann.wait_for(NOT_THEIRS)
    assert sandbox.liveagent.account.mailbox == []


@pytest.mark.parametrize("operation", ["Resolve", "Assign to me"])
async def test_a_removed_member_can_not_change_tickets(
    ann: Person, sandbox: Sandbox, operation: str
) -> None:
    card = await open_card(ann)
    leave_every_department(sandbox, "ann@acme.example")
    await ann.clicks(card, operation)
    if operation == "Resolve":
        await ann.clicks(await ann.wait_for("Resolve now"), "Resolve now")
    await ann.wait_for(NOT_THEIRS)
    ticket = sandbox.liveagent.account.ticket(TICKET)
    assert (ticket.status, ticket.assignee) == ("N", None)


@pytest.fixture
def large(sandbox: Sandbox) -> Sandbox:
    """Made before the bot is started."""
    account = sandbox.liveagent.account
    more = (Department(f"place{n:04}", f"Place {n}") for n in range(MANY))
    account.departments = (*account.departments, *more)
    return sandbox


def read_in_background(sandbox: Sandbox) -> int:
    paths = {call.path for call in sandbox.liveagent.account.journal}
    return sum(path.endswith("/agents") and "/departments/" in path for path in paths)


@pytest.mark.usefixtures("large", "bot")
async def test_among_a_thousand_departments_an_agent_is_served_at_once(sandbox: Sandbox) -> None:
    ann = sandbox.slack.person("ann")
    await open_card(ann)
    await ann.types("#support", "/ticket list")
    listed = await ann.wait_for(lambda seen: "AX4-B4T-FD8" in seen and "Page" in seen.text)
    assert "still reading" not in listed  # of the departments of these tickets it knows
    await ann.types("#support", "/ticket")
    await ann.wait_for("Your departments are still loading")
    async with asyncio.timeout(60):
        while read_in_background(sandbox) < MANY:
            await asyncio.sleep(0.1)
    await ann.types("#support", "/ticket")
    await ann.wait_for(lambda seen: "Support   " in seen and "still reading" not in seen)
    assert CODE in listed
