"""Spam is marked with one click, by admins, with a key of version 3."""

from dataclasses import replace

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import CODE, TICKET, calls, message_count, open_card

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


@pytest.fixture
def has_v3_key() -> bool:
    return True


async def test_an_admin_marks_spam_and_takes_it_back(adam: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.switches.v3_needs_assignee = True
    ticket = sandbox.liveagent.account.ticket(TICKET)
    ticket.assignee = "agent001"
    await adam.clicks(await open_card(adam), "Mark as spam")
    await adam.clicks(await adam.wait_for("[Mark now]"), "Undo")
    await adam.wait_for("Undone")
    assert not calls(sandbox, "PUT")
    await adam.types("#support", f"/ticket spam {CODE}")
    await adam.clicks(await adam.wait_for("[Mark now]"), "Mark now")
    card = await adam.wait_for(lambda seen: "Spam" in seen and "[Reopen]" in seen)
    assert (ticket.status, ticket.assignee) == ("B", "agent001")
    assert message_count(sandbox, "Marked as spam.") == 1
    await adam.clicks(card, "Reopen")
    await adam.clicks(await adam.wait_for("[Reopen now]"), "Reopen now")
    await adam.wait_until(lambda: ticket.status == "C")


async def test_a_second_admin_is_told_that_it_is_in_progress(
    adam: Person, ann: Person, sandbox: Sandbox
) -> None:
    account = sandbox.liveagent.account
    account.agents = tuple(replace(agent, role="D") for agent in account.agents)
    card = await open_card(ann)
    await adam.clicks(await open_card(adam), "Mark as spam")
    held = await adam.wait_for("[Mark now]")
    await ann.clicks(card, "Mark as spam")
    await ann.wait_for("Someone is already doing this to the ticket.")
    account.customer_writes(TICKET, "I am no robot!")
    await adam.clicks(held, "Mark now")
    asked = await adam.wait_for("Do it anyway?")
    assert "I am no robot!" in asked
    assert "Your text" not in asked
    assert not calls(sandbox, "PUT")


async def test_only_admins_can_mark_spam(ann: Person) -> None:
    card = await open_card(ann)
    with pytest.raises(Exception, match="no 'Mark as spam'"):
        await ann.clicks(card, "Mark as spam")
    await ann.types("#support", f"/ticket spam {CODE}")
    await ann.wait_for("Only LiveAgent admins and owners can do this.")
