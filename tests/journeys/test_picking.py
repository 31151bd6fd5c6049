"""Choosing a ticket in a field that searches while somebody types."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import open_card
from tests.journeys.transports import over_both

ORDER = "AX4-B4T-FD8 · New · Where is my order?"
REFUND = "RFD-8K2-QZ1 · Open · Refund for order 88213"


@over_both
async def test_a_keystroke_costs_at_most_one_call(ann: Person, sandbox: Sandbox) -> None:
    await open_card(ann)
    await open_card(ann, "RFD-8K2-QZ1")
    message = await ann.types("#support", "The carrier says: tomorrow.")
    assert message
    await ann.uses_shortcut(message, "Add to ticket as a note")
    form = await ann.wait_for_form("A link to the Slack message")

    def calls() -> int:
        return sum("conversations" in call.path for call in sandbox.liveagent.account.journal)

    assert await ann.options(form, "Ticket", "") == [REFUND, ORDER]
    before = calls()
    assert await ann.options(form, "Ticket", "") == [REFUND, ORDER]
    assert await ann.options(form, "Ticket", "where is") == [ORDER]
    assert await ann.options(form, "Ticket", "ｒｆｄ") == [REFUND]
    assert await ann.options(form, "Ticket", "nothing like it") == []
    assert await ann.options(form, "Ticket", "AX4-B4T-FD8") == [ORDER]
    assert calls() == before
    assert await ann.options(form, "Ticket", "bI5fR3oN40708G65") == [ORDER]
    before = calls()
    assert await ann.options(form, "Ticket", "SPR-90P-XT5") != []
    assert calls() == before + 1
