"""What else a customer asked, at a glance: on cards and in forms, and never in a channel."""

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.acting import CARD, CODE, open_card
from tests.journeys.transports import in_socket_mode

PASSWORD, QUOTE = "PWD-3H7-LM2", "CLD-RGFWJ-358"
"""Tickets of Support, assigned to Ann, and of Sales."""


def give(sandbox: Sandbox, owner_of: str, *codes: str, status: str = "C") -> None:
    """Makes these the tickets of the same customer."""
    account = sandbox.liveagent.account
    for code in codes:
        account.ticket(code).owner = account.ticket(owner_of).owner
        account.ticket(code).status = status


@in_socket_mode
async def test_a_card_tells_of_the_customers_other_tickets(ann: Person, sandbox: Sandbox) -> None:
    give(sandbox, CODE, PASSWORD, QUOTE)
    card = await open_card(ann)
    told = await ann.wait_for("John Owner · 1 other ticket: 1 open (PWD-3H7-LM2")
    assert told.is_private
    assert "other ticket" not in card
    await ann.clicks(told, "Show them")
    found = await ann.wait_for("2 tickets")
    assert PASSWORD in found
    assert QUOTE not in found
    await ann.clicks(card, "Refresh")
    await ann.wait_until(lambda: "1 other ticket: 1 open" in ann.now(card))
    await ann.types(ann.direct, CODE)
    await ann.wait_for(lambda seen: CARD in seen and "1 other" in seen, channel=ann.direct)
