"""An operation that had to wait for LiveAgent asks its author if they never saw the ticket."""

from dataclasses import replace

import pytest

from bot.domain.outbox import Row, State
from bot.domain.ticket import Status
from bot.operations import AssignToMe, ChangeStatus, Operation, Transfer
from bot.sandbox.liveagent import Fault
from tests.desk.conftest import TICKET, PostOffice, resolve, send_anyway

UNSEEN: list[Operation] = [
    resolve(),
    ChangeStatus(kind="mark_answered", ticket_id=TICKET),
    AssignToMe(ticket_id=TICKET),
    Transfer(ticket_id=TICKET, department_id="dep1s5a4"),
]


async def wait_once(office: PostOffice, row: Row, fault: Fault) -> None:
    office.standin.faults.add(fault)
    while (await office.now(row)).state is State.HELD:
        await office.attempt()
    office.standin.faults.clear()
    assert (await office.now(row)).state in {State.WAITING, State.LOOKING}


@pytest.mark.parametrize("operation", UNSEEN, ids=lambda each: each.kind)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="down"),
        Fault(kind="rate_limited", calls="writes"),
        Fault(kind="refuse", calls="writes"),
    ],
    ids=lambda each: each.kind,
)
async def test_a_command_that_had_to_wait_asks_after_the_outage(
    office: PostOffice, operation: Operation, fault: Fault
) -> None:
    account = office.standin.account
    row = await office.put(operation)
    await wait_once(office, row, fault)
    account.customer_writes(TICKET, "It broke again!")
    before = replace(account.ticket(TICKET))
    asked = await office.deliver(row)
    assert asked.outcome
    assert (asked.state, asked.outcome["why"]) == (State.ASKS, "waited")
    assert "It broke again!" in str(asked.outcome["newest"])
    now = account.ticket(TICKET)
    assert (now.status, now.assignee, now.department) == (
        before.status,
        before.assignee,
        before.department,
    )
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE


async def test_reopening_by_command_asks_after_an_outage(office: PostOffice) -> None:
    office.standin.account.ticket(TICKET).status = Status.RESOLVED
    row = await office.put(ChangeStatus(kind="reopen", ticket_id=TICKET))
    await wait_once(office, row, Fault(kind="down"))
    assert (await office.deliver(row)).state is State.ASKS


async def test_a_command_that_did_not_wait_does_not_ask(office: PostOffice) -> None:
    assert (await office.deliver(await office.put(resolve()))).state is State.DONE


async def test_a_command_already_in_effect_does_not_ask(office: PostOffice) -> None:
    row = await office.put(resolve())
    await wait_once(office, row, Fault(kind="drop_after", calls="writes"))
    assert (await office.deliver(row)).state is State.DONE


async def test_a_statuss_note_is_added_once(office: PostOffice) -> None:
    """It was resolved, the customer wrote before that was found, and it is resolved anyway."""
    account = office.standin.account
    operation = ChangeStatus(kind="resolve", ticket_id=TICKET, note="All is well")
    row = await office.put(operation)
    await wait_once(office, row, Fault(kind="drop_after", calls="writes"))
    account.customer_writes(TICKET, "It broke again!")
    assert (await office.deliver(row)).state is State.ASKS
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE
    assert account.ticket(TICKET).status == Status.RESOLVED
    assert office.message_count("All is well") == 1


async def test_a_transfer_out_of_ones_own_departments_is_found(office: PostOffice) -> None:
    row = await office.put(Transfer(ticket_id=TICKET, department_id="dep1s5a4"))
    await wait_once(office, row, Fault(kind="drop_after", calls="writes"))
    assert (await office.deliver(row)).state is State.DONE
