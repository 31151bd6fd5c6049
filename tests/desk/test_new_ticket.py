"""A new ticket after a lost answer is found by its text, or its author is asked."""

from typing import Any

import pytest

from bot.domain.outbox import Row, State
from bot.operations import Create
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import Fault, Ticket
from bot.sandbox.liveagent.asking import Letter
from bot.sandbox.liveagent.calls import create, new_ticket
from bot.storage.outbox import Transition
from tests.desk.conftest import PostOffice

ADDRESS = "new@customer.example"
LOST = Fault(kind="refuse", calls="POST *", times=1)
APPLIED = Fault(kind="drop_after", calls="POST *", times=1)


def lamp(**more: Any) -> Create:
    return Create.model_validate(
        {
            "is_by_customer": False,
            "recipient": ADDRESS,
            "department_id": "default",
            "subject": "\U0001f4a1 A lamp",
            "rich_text": of_plain("Do you have it in green?"),
            "email_customer": True,
            **more,
        }
    )


def created_tickets(office: PostOffice) -> list[Ticket]:
    tickets = office.standin.account.tickets.values()
    return [each for each in tickets if each.owner.email == ADDRESS]


def add_ticket_of_customer(office: PostOffice, text: str, author: str = "agent003") -> Ticket:
    account = office.standin.account
    ticket = new_ticket(account, account.customer(ADDRESS), "default", "Something", "C")
    create(account, ticket, Letter(text, html=False, emailed=False), account.agent(author))
    return ticket


async def deliver_with_fault(
    office: PostOffice, fault: Fault, operation: Create | None = None
) -> Row:
    office.standin.faults.add(fault)
    row = await office.put(operation or lamp(), by="U0ADAM")
    await office.attempt()
    assert (await office.now(row)).state is State.LOOKING
    return row


async def try_again(office: PostOffice, row: Row) -> None:
    again = Transition(frozenset({State.DOUBTFUL}), State.HELD)
    assert await office.outbox.move(row.id, "U0ADAM", again)


async def test_a_ticket_with_an_altered_subject_is_recognised(office: PostOffice) -> None:
    row = await deliver_with_fault(office, APPLIED)
    created_tickets(office)[0].subject = "? A lamp"
    assert (await office.deliver(row)).state is State.DONE
    assert (len(created_tickets(office)), len(office.standin.account.mailbox)) == (1, 1)


@pytest.mark.parametrize("text", ["? Do you have it in green?", "Where is my order?"])
async def test_another_new_ticket_of_the_customer_is_doubtful(
    office: PostOffice, text: str
) -> None:
    add_ticket_of_customer(office, "An older matter")
    row = await deliver_with_fault(office, LOST)
    add_ticket_of_customer(office, text)
    assert (await office.deliver(row)).state is State.DOUBTFUL
    assert office.standin.account.mailbox == []


async def test_an_older_ticket_is_not_doubtful(office: PostOffice) -> None:
    add_ticket_of_customer(office, "An older matter")
    row = await deliver_with_fault(office, LOST)
    assert (await office.deliver(row)).state is State.DONE
    assert len(created_tickets(office)) == 2


async def test_try_again_creates_the_ticket_despite_another(
    office: PostOffice,
) -> None:
    row = await deliver_with_fault(office, LOST)
    add_ticket_of_customer(office, "Where is my order?")
    assert (await office.deliver(row)).state is State.DOUBTFUL
    await try_again(office, row)
    assert (await office.deliver(row)).state is State.DONE
    assert len(created_tickets(office)) == 2


async def test_a_later_ticket_of_the_customer_is_doubtful_again(office: PostOffice) -> None:
    row = await deliver_with_fault(office, LOST)
    add_ticket_of_customer(office, "Where is my order?")
    assert (await office.deliver(row)).state is State.DOUBTFUL
    add_ticket_of_customer(office, "Where is my invoice?")
    await try_again(office, row)
    assert (await office.deliver(row)).state is State.DOUBTFUL
    await try_again(office, row)
    assert (await office.deliver(row)).state is State.DONE


async def test_the_created_ticket_is_found_on_a_later_page(office: PostOffice) -> None:
    account = office.standin.account
    account.switches.longest_page = 2
    older = [add_ticket_of_customer(office, f"Matter {number}") for number in range(5)]
    row = await deliver_with_fault(office, APPLIED)
    for ticket in older:
        account.customer_writes(ticket.id, "Well?")
    assert (await office.deliver(row)).state is State.DONE
    assert (len(created_tickets(office)), len(account.mailbox)) == (6, 1)


async def test_a_list_that_is_refused_now_is_not_an_empty_one(office: PostOffice) -> None:
    add_ticket_of_customer(office, "An older matter")
    row = await deliver_with_fault(office, APPLIED)
    office.standin.faults.set("error", "GET */conversations", times=4)
    assert (await office.deliver(row)).state is State.DONE
    assert (len(created_tickets(office)), len(office.standin.account.mailbox)) == (2, 1)


async def test_a_ticket_that_no_list_shows_is_not_made_twice(office: PostOffice) -> None:
    """Some servers refuse to list the tickets of an address."""
    office.standin.faults.set("error", "GET */conversations")
    row = await deliver_with_fault(office, APPLIED)
    assert (await office.deliver(row)).state is State.DOUBTFUL
    assert (len(created_tickets(office)), len(office.standin.account.mailbox)) == (1, 1)
    await try_again(office, row)
    assert (await office.deliver(row)).state is State.DONE
    assert len(created_tickets(office)) == 2


async def test_a_customer_whom_liveagent_does_not_know_can_not_ask(office: PostOffice) -> None:
    office.standin.switches.known_customers_only = True
    asks = lamp(is_by_customer=True, email_customer=False)
    refused = await office.deliver(await office.put(asks, by="U0ADAM"))
    assert refused.outcome
    assert (refused.state, refused.outcome["error"]) == (State.REFUSED, "CustomerUnknown")
    assert refused.outcome["reason"]


async def test_another_refusal_is_none_of_the_customers(office: PostOffice) -> None:
    add_ticket_of_customer(office, "An older matter")
    office.standin.faults.set("error", "POST *", times=1)
    asks = lamp(is_by_customer=True, email_customer=False)
    refused = await office.deliver(await office.put(asks, by="U0ADAM"))
    assert (refused.state, refused.outcome and refused.outcome["error"]) == (
        State.REFUSED,
        "Refused",
    )
