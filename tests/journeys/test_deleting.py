"""LiveAgent can't undo a deletion, so the bot asks first and then waits."""

from dataclasses import replace

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, NotSeen, Person
from tests.journeys.acting import CODE, TICKET, calls, open_card, open_form


async def delete(person: Person, reason: str = "Spam.") -> Form | None:
    """What the form says, if it stays."""
    return await fill_in(person, await open_form(person, "Delete", "for good."), reason)


async def fill_in(person: Person, form: Form, reason: str) -> Form | None:
    filled: dict[str, str | list[str]] = {"Reason": reason, "Confirm": [f"Yes, delete {CODE}"]}
    return await person.submits(await person.fills(form, {**filled}))


async def test_a_deletion_wants_a_reason_a_tick_and_an_admin(
    adam: Person, sandbox: Sandbox
) -> None:
    form = await open_form(adam, "Delete", "for good.")
    for words in (CODE, "Where is my order?", "John Owner <john@owner.com>", "10 minutes to undo"):
        assert words in form
    assert form.title == f"Delete · {CODE}"
    again = await adam.submits(form)
    assert again is not None
    await adam.submits(
        await adam.fills(form, {"Reason": "A test.", "Confirm": [f"Yes, delete {CODE}"]})
    )
    held = await adam.wait_for("will be deleted at ")
    assert "John Owner" in held
    assert "A test." in held
    assert calls(sandbox, "DELETE") == []
    await adam.clicks(held, "Delete now")
    await adam.wait_for("Deleted.")
    (call,) = calls(sandbox, "DELETE")
    assert call.parameters == {"useridentifier": "admin001", "note": "A test."}


async def test_a_deletion_is_taken_back(adam: Person, sandbox: Sandbox) -> None:
    await adam.types("#support", f"/ticket delete {CODE} Tom & Ann asked twice")
    form = await adam.wait_for_form("for good.")
    assert form.values["Reason"] == "Tom & Ann asked twice"
    await adam.submits(await adam.fills(form, {"Confirm": [f"Yes, delete {CODE}"]}))
    await adam.clicks(await adam.wait_for("will be deleted at"), "Undo")
    await adam.wait_for("Undone. The ticket was not deleted.")
    assert calls(sandbox, "DELETE") == []


async def test_others_work_on_while_a_deletion_waits(adam: Person, sandbox: Sandbox) -> None:
    form = await open_form(adam, "Delete", "for good.")
    await adam.submits(
        await adam.fills(form, {"Reason": "Spam?", "Confirm": [f"Yes, delete {CODE}"]})
    )
    held = await adam.wait_for("will be deleted at")
    sandbox.liveagent.account.customer_writes(TICKET, "Please answer.")
    await adam.types("#support", f"/ticket tag {CODE} +Refund")
    await adam.wait_for("The ticket is tagged VIP and Refund")
    await adam.clicks(held, "Delete now")
    asked = await adam.wait_for("There is a new message in the ticket.")
    assert "Please answer." in asked
    assert calls(sandbox, "DELETE", "conversations/s4y7t5s7") == []


async def test_only_admins_and_owners_delete(ann: Person, sandbox: Sandbox) -> None:
    with pytest.raises(NotSeen):
        await ann.clicks(await open_card(ann), "Delete")
    await ann.types("#support", f"/ticket delete {CODE}")
    await ann.wait_for_form("Only LiveAgent admins and owners can do this.")
    assert calls(sandbox, "DELETE") == []


@pytest.fixture
def ann_as_admin(ann: Person, sandbox: Sandbox) -> Person:
    account = sandbox.liveagent.account
    account.agents = tuple(
        replace(agent, role="D") if agent.email == "ann@acme.example" else agent
        for agent in account.agents
    )
    return ann


async def test_one_deletion_of_a_ticket_waits_at_a_time(adam: Person, ann_as_admin: Person) -> None:
    """Else the other would go on after an Undo."""
    await delete(adam)
    held = await adam.wait_for("will be deleted at")
    for person in (adam, ann_as_admin):
        await person.types("#support", f"/ticket delete {CODE}")  # his card offers it no more
        again = await fill_in(person, await person.wait_for_form("for good."), "The same.")
        assert again
        assert "Someone is already deleting this ticket" in str(again.errors)
        await person.closes(again)
    await adam.clicks(held, "Undo")
    await adam.wait_for("Undone. The ticket was not deleted.")
    assert await delete(adam, "After all.") is None


async def test_messages_unread_at_opening_are_shown_before_deleting(
    adam: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.faults.set("error", "*/messages")
    await delete(adam)
    sandbox.liveagent.faults.clear()
    sandbox.liveagent.account.customer_writes(TICKET, "Please do not close it!")
    await adam.clicks(await adam.wait_for("will be deleted at"), "Delete now")
    asked = await adam.wait_for("couldn't be loaded when you opened the form")
    assert "Please do not close it!" in asked
    assert calls(sandbox, "DELETE") == []
    await adam.clicks(asked, "Delete anyway")
    await adam.wait_for("Deleted.")
