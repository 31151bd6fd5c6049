"""The author of a reply from Slack is notified if it is returned."""

from datetime import timedelta

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.faults import Fault
from bot.sandbox.slack import Person
from tests.clock import PatientClock
from tests.journeys.acting import CODE, TICKET, calls, direct_messages, message_count, open_form
from tests.journeys.creating import FILLED, made, new_form

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


@pytest.fixture
def undo_seconds() -> float:
    return 0


async def test_the_author_of_a_bounced_reply_is_notified_once(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    form = await open_form(ann, "Reply")
    await ann.submits(await ann.fills(form, {"Message": "It left today."}))
    await ann.wait_until(lambda: message_count(sandbox, "It left today.") == 1)
    await ann.wait_for("Answered")
    asked = len(calls(sandbox, "GET", "/messages"))
    await clock.move(timedelta(minutes=3))
    await ann.wait_until(lambda: len(calls(sandbox, "GET", "/messages")) > asked)
    assert not any("not delivered" in each for each in direct_messages(ann))
    sandbox.liveagent.account.mail_comes_back(TICKET)
    sandbox.liveagent.faults.add(Fault(kind="down", calls="read_messages", times=1))
    await clock.move(timedelta(minutes=14))
    await clock.move(timedelta(minutes=14))
    notice = await ann.wait_for("Your reply was not delivered", channel=ann.direct)
    assert "LiveAgent couldn't deliver it to john@owner.com." in notice
    assert "550 5.1.1 User unknown" in notice
    assert CODE in notice
    await ann.clicks(notice, "Show ticket")
    card = await ann.wait_for_form("[Reply]")
    assert "Not delivered" in card
    assert "LiveAgent replied" not in card
    await ann.closes(card)
    await ann.clicks(notice, "Write to another address")
    form = await ann.wait_for_form("get this by e-mail")
    assert not form.values["Customer's e-mail"]
    assert form.values["Subject"]
    assert "It left today." in str(form.values["Message"])
    await ann.closes(form)
    ticket = sandbox.liveagent.account.ticket(TICKET)
    before = ticket.department, ticket.assignee
    ticket.department, ticket.assignee = "dep1s5a4", None
    await clock.move(timedelta(days=2))  # what was read before is shown for seconds
    assert sum("not delivered" in each for each in direct_messages(ann)) == 1
    await ann.clicks(notice, "Write to another address")
    form = await ann.wait_for_form("get this by e-mail")
    assert "It left today." in str(form.values["Message"])
    assert not form.values["Department"]
    await ann.closes(form)
    ticket.department, ticket.assignee = before
    await clock.move(timedelta(minutes=1))
    await ann.clicks(notice, "Send again")
    form = await ann.wait_for_form("To: John Owner")
    assert "It left today." in str(form.values["Message"])
    await ann.submits(form)
    await ann.wait_until(lambda: message_count(sandbox, "It left today.") == 2)


async def test_the_author_of_a_message_to_a_customer_is_notified_too(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    form = await new_form(ann)
    await ann.fills(form, FILLED)
    await ann.chooses(form, "Purpose", "Write to a customer")
    form = await ann.wait_for_form("get this by e-mail")
    await ann.submits(form)
    await ann.wait_for("Created and sent to new@customer.example.")
    (ticket,) = made(sandbox)
    sandbox.liveagent.account.mail_comes_back(ticket.id)
    await clock.move(timedelta(minutes=3))  # once: a second move would end the lease of the check
    notice = await ann.wait_for("Your message was not delivered", channel=ann.direct)
    assert "LiveAgent couldn't deliver it to new@customer.example." in notice
    assert ticket.code in notice
    await ann.clicks(notice, "Write to another address")
    form = await ann.wait_for_form("get this by e-mail")
    assert {name: form.values[name] for name in FILLED} == FILLED | {"Customer's e-mail": ""}
    await ann.closes(form)
    await ann.clicks(notice, "Send again")
    form = await ann.wait_for_form("To: New Customer")
    assert ticket.code in form
    assert form.values["Message"] == FILLED["Message"]
