"""An unreadable ticket counts as deleted only if it was to be deleted and reads agree."""

from typing import Any

import pytest

from bot.domain.outbox import State
from bot.domain.ticket import Status
from bot.sandbox.liveagent import Fault
from tests.desk.conftest import TICKET, Altered, PostOffice, note, put_deletion, reply

ONE_ERROR = Fault(kind="error", calls="GET */s4y7t5s7", times=1)


def deletions(office: PostOffice) -> int:
    return sum(call.verb == "DELETE" for call in office.standin.account.journal)


@pytest.mark.parametrize("kind", ["rate_limited", "down", "refuse"])
async def test_an_error_after_a_deletion_that_was_not_made(office: PostOffice, kind: Any) -> None:
    office.standin.faults.set(kind, "DELETE *", times=1)
    row = await put_deletion(office)
    await office.attempt()
    office.standin.faults.add(ONE_ERROR)
    done = await office.deliver(row)
    assert done.outcome
    assert (done.state, done.outcome["status"]) == (State.DONE, Status.DELETED)
    assert office.standin.account.ticket(TICKET).status == Status.DELETED
    assert deletions(office) == 2


async def test_errors_that_last_after_a_deletion_that_was_not_made(office: PostOffice) -> None:
    office.standin.faults.set("rate_limited", "DELETE *", times=1)
    row = await put_deletion(office)
    await office.attempt()
    office.standin.faults.set("error", "GET */s4y7t5s7")
    refused = await office.deliver(row)
    assert refused.outcome
    assert (refused.state, refused.outcome["error"]) == (State.REFUSED, "TicketUnavailable")
    assert office.standin.account.ticket(TICKET).status != Status.DELETED


async def test_a_liveagent_in_trouble_deletes_nothing(office: PostOffice) -> None:
    """It answers 500 for every call, as it does for a ticket that is gone."""
    office.standin.faults.set("refuse", "DELETE *", times=1)
    row = await put_deletion(office)
    await office.attempt()
    office.standin.faults.set("error", "GET */s4y7t5s7")
    office.standin.faults.set("error", "*onlinestatus/departments")
    doubtful = await office.deliver(row)
    assert doubtful.state is State.DOUBTFUL
    assert office.standin.account.ticket(TICKET).status != Status.DELETED


@pytest.mark.parametrize("is_404", [True, False])
async def test_a_lost_answer_and_a_ticket_that_is_gone(office: PostOffice, *, is_404: bool) -> None:
    office.standin.switches.unknown_ticket_is_404 = is_404
    office.standin.faults.set("drop_after", "DELETE *", times=1)
    row = await put_deletion(office)
    await office.attempt()
    del office.standin.account.tickets[TICKET]
    done = await office.deliver(row)
    assert (done.state, done.outcome and done.outcome["status"]) == (State.DONE, Status.DELETED)
    assert deletions(office) == 1


async def test_a_ticket_that_is_back_at_the_last_check_is_deleted(
    office: PostOffice,
) -> None:
    office.standin.faults.set("refuse", "DELETE *", times=1)
    row = await put_deletion(office)
    await office.attempt()
    for _ in range(3):
        await office.turn_to_next()
        await office.attempt()
    assert (await office.now(row)).verify_count == 3
    office.standin.faults.add(ONE_ERROR)
    assert (await office.deliver(row)).state is State.DONE
    assert office.standin.account.ticket(TICKET).status == Status.DELETED


@pytest.mark.parametrize("times", [1, 2])
async def test_a_deletion_confirmed_but_not_made_is_verified(
    office: PostOffice, times: int
) -> None:
    account = office.standin.account

    class SaysSo(Altered):
        """A server that says OK, and does nothing."""

        async def delete(self, *_: object, **__: object) -> None:
            office.standin.faults.set("error", "GET */s4y7t5s7", times=times)

    row = await put_deletion(office)
    await office.attempt(office.deliverer(system=SaysSo(office.liveagent)))
    done = await office.now(row)
    assert done.outcome
    says = account.ticket(TICKET).status if times == 1 else Status.DELETED
    assert (done.state, done.outcome["status"]) == (State.DONE, says)


async def test_a_note_in_a_ticket_that_can_not_be_read_again_deletes_nothing(
    office: PostOffice,
) -> None:
    class ThenTrouble(Altered):
        async def note(self, *given: Any, **named: Any) -> None:
            await office.liveagent.note(*given, **named)
            office.standin.faults.set("error", "GET */s4y7t5s7")

    row = await office.put(note("Remember."))
    await office.attempt(office.deliverer(system=ThenTrouble(office.liveagent)))
    done = await office.now(row)
    assert done.outcome
    assert (done.state, done.outcome.get("status")) == (State.DONE, None)


@pytest.mark.parametrize("call", ["GET */s4y7t5s7", "GET */messages"])
async def test_an_error_during_verification_does_not_end_it(office: PostOffice, call: str) -> None:
    office.standin.faults.set("drop_after", "POST */messages", times=1)
    row = await office.put(reply("It left today.", office.standin))
    await office.attempt()
    office.standin.faults.set("error", call, times=1)
    assert (await office.deliver(row)).state is State.DONE
    assert len(office.standin.account.mailbox) == 1


async def test_a_missing_ticket_is_refused(office: PostOffice) -> None:
    office.standin.switches.unknown_ticket_is_404 = True
    refused = await office.deliver(await office.put(note("x", "never000")))
    assert (refused.state, refused.outcome and refused.outcome["error"]) == (
        State.REFUSED,
        "TicketNotFound",
    )
