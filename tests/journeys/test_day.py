"""The most common day: five tickets are answered and resolved, and the clicks counted."""

from dataclasses import dataclass
from datetime import timedelta

from bot.sandbox import Sandbox
from bot.sandbox.liveagent.records import Ticket
from bot.sandbox.slack import Form, Person
from tests.journeys.acting import direct_messages
from tests.waiting import until

A_WHILE = timedelta(minutes=11)  # longer than a reply is held
TICKETS = 5
MAX_CLICKS, MAX_PRIVATE = 14, 3
TITLE = "Ticket {} of"


@dataclass
class Hand:
    """A person whose clicks are counted: a choice in a menu takes two."""

    person: Person
    clicks: int = 0

    async def click(self, form: Form, label: str) -> None:
        self.clicks += 1
        await self.person.clicks(form, label)

    async def choose(self, form: Form, field: str, value: str) -> None:
        self.clicks += 2
        await self.person.chooses(form, field, value)

    async def submit(self, form: Form) -> None:
        self.clicks += 1
        assert await self.person.submits(form) is not None


async def test_five_tickets_are_answered_and_resolved(ann: Person, sandbox: Sandbox) -> None:
    hand = Hand(ann)
    await ann.opens_home()
    await hand.click(await ann.wait_for_home("[Start]"), "Start")
    for number in range(1, TICKETS + 1):
        form = await ann.wait_for_form(TITLE.format(number))
        await hand.click(form, "Reply")
        reply = await ann.wait_for_form("People already copied")
        if number == 1:
            await hand.choose(reply, "After sending", "Resolve")
        await hand.submit(await ann.fills(reply, {"Message": f"Answer {number}."}))
    form = await ann.wait_for_form(TITLE.format(TICKETS + 1))
    assert form.text.count("[Undo]") == TICKETS
    await sandbox.clock.move(A_WHILE)
    await until(lambda: len(sandbox.liveagent.account.mailbox) == TICKETS)
    await ann.wait_until(lambda: "⏳" not in str(ann.form()))
    resolved = [each for each in sandbox.liveagent.account.tickets.values() if _is_answered(each)]
    assert [ticket.status for ticket in resolved] == ["R"] * TICKETS
    assert hand.clicks <= MAX_CLICKS
    assert direct_messages(ann) == []
    assert len([seen for seen in ann.messages() if seen.is_private]) <= MAX_PRIVATE


def _is_answered(ticket: Ticket) -> bool:
    return any("Answer " in message.text for message in ticket.messages)
