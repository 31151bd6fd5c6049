"""Every operation is made once, whatever LiveAgent does and whenever the bot dies."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

import pytest

from bot.domain.outbox import Row, State
from bot.domain.ticket import Status
from bot.operations import (
    AssignToMe,
    ChangeStatus,
    ChangeTags,
    Create,
    Delete,
    MarkSpam,
    Note,
    Operation,
    Postpone,
    Reply,
    Snapshot,
    Transfer,
)
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import Account, Ticket
from bot.sandbox.liveagent.faults import Fault, Kind
from bot.storage.outbox import Transition
from tests.desk.conftest import TICKET, PostOffice, reply
from tests.desk.mortal import READS, Killed, Lives, Mortal

UNTIL = datetime(2027, 1, 4, 8, tzinfo=UTC)
ADDRESS = "new@customer.example"
RESOLVED = Snapshot(status="R", department="default", assignee="agent001")


@dataclass(frozen=True)
class Case:
    """`done` counts how often it stands in LiveAgent."""

    operation: Operation
    done: Callable[[Account], int]


def ticket(account: Account) -> Ticket:
    return account.tickets[TICKET]


def tags(account: Account) -> list[str]:
    return sorted(account.tags[tag].name for tag in ticket(account).tags)


def transfers(account: Account) -> int:
    return sum(message.kind == "R" for message in ticket(account).messages)


def says(text: str) -> Callable[[Account], int]:
    return lambda account: sum(text in message.text for message in ticket(account).messages)


WORDS = of_plain("Do you have it in green?")
CASES = {
    "reply": Case(
        Reply(ticket_id=TICKET, rich_text=of_plain("It left."), last_seen=None), says("It left.")
    ),
    "reply with tags": Case(
        Reply(ticket_id=TICKET, rich_text=of_plain("It left."), tags=("lamp", "vip")),
        lambda account: says("It left.")(account) * tags(account).count("lamp"),
    ),
    "note": Case(Note(ticket_id=TICKET, text="Remember."), says("Remember.")),
    "resolve": Case(
        ChangeStatus(kind="resolve", ticket_id=TICKET),
        lambda account: sum(m.kind == "S" for m in ticket(account).messages),
    ),
    "tags": Case(
        ChangeTags(ticket_id=TICKET, add=("lamp",), remove=("vip",)),
        lambda account: int(tags(account) == ["Bug", "lamp"]),
    ),
    "transfer": Case(
        Transfer(ticket_id=TICKET, department_id="dep1s5a4", agent_id="agent003"), transfers
    ),
    "assign": Case(AssignToMe(ticket_id=TICKET), transfers),
    "create": Case(
        Create(
            is_by_customer=False,
            recipient=ADDRESS,
            department_id="default",
            subject="A lamp",
            rich_text=WORDS,
            email_customer=True,
        ),
        lambda account: sum(each.owner.email == ADDRESS for each in account.tickets.values()),
    ),
    "create for a customer": Case(
        Create(
            is_by_customer=True,
            recipient=ADDRESS,
            department_id="default",
            subject="A lamp",
            rich_text=WORDS,
        ),
        lambda account: sum(each.owner.email == ADDRESS for each in account.tickets.values()),
    ),
    "postpone": Case(
        Postpone(ticket_id=TICKET, until=UNTIL, zone="UTC", note="Until next year."),
        lambda account: (
            says("Until next year.")(account) if ticket(account).postponed_until == UNTIL else 0
        ),
    ),
    "wake": Case(
        ChangeStatus(kind="wake", ticket_id=TICKET, note="Look again."), says("Look again.")
    ),
    "spam": Case(MarkSpam(ticket_id=TICKET, note="It is spam."), says("It is spam.")),
    "delete": Case(Delete(ticket_id=TICKET, reason="gone for good"), says("gone for good")),
}
ALIKE = {"assign", "create for a customer"}  # in what they do, to others
FAULTS: list[Kind] = ["down", "drop_after", "apply_late"]  # not done, done unheard, done later
OTHER_FAULTS: list[Kind] = ["rate_limited", "refuse", "cut_body", "empty_body", "html_page"]


@pytest.fixture
def case(request: pytest.FixtureRequest, office: PostOffice) -> Case:
    prepare(office.standin.account, request.param)
    return CASES[request.param]


def prepare(account: Account, case: str) -> None:
    ticket(account).tags.append("bg4u")
    if case == "wake":
        ticket(account).status, ticket(account).postponed_until = "W", UNTIL


async def confirm(office: PostOffice, row: Row) -> bool:
    """Answers the author's questions, such as about a recipient that nobody saw."""
    anyway = Transition(frozenset({State.ASKS}), State.HELD, confirms=True)
    lease_token = (await office.now(row)).lease_token
    moved = await office.outbox.move(row.id, "U0ADAM", anyway, lease_token=lease_token)
    return moved is not None


async def deliver(office: PostOffice, row: Row) -> None:
    done = await office.deliver(row)
    if await confirm(office, row):
        done = await office.deliver(row)
    assert done.state is State.DONE, done.outcome


@pytest.mark.parametrize(
    ("case", "fault"),
    [*product(CASES, FAULTS), *product(["reply", "create", "postpone"], OTHER_FAULTS)],
    indirect=["case"],
)
async def test_each_operation_is_done_once_despite_failures(
    office: PostOffice, case: Case, fault: Kind
) -> None:
    office.standin.faults.add(Fault(kind=fault, calls="writes", times=2, seconds=0.3))
    await deliver(office, await office.put(case.operation, by="U0ADAM"))
    await office.standin.late_calls()
    assert case.done(office.standin.account) == 1
    assert not office.standin.account.bare_tag_deletion_seen


@pytest.mark.parametrize("case", sorted({*CASES} - ALIKE), indirect=True)
async def test_each_operation_is_done_once_wherever_the_bot_is_killed(
    office: PostOffice, case: Case
) -> None:
    step, survived = 0, False
    while not survived:
        step += 1
        await office.start_anew()
        prepare(office.standin.account, case.operation.kind)
        row = await office.put(case.operation, by="U0ADAM")
        lives = Lives(step, reads=READS)
        mortal = office.deliverer(
            outbox=Mortal(lives, office.outbox), system=Mortal(lives, office.liveagent)
        )
        with suppress(Killed):
            await office.attempt(mortal)
            if await confirm(office, row):
                await office.attempt(mortal)
        survived = lives.left > 0
        await deliver(office, row)
        assert case.done(office.standin.account) == 1
    assert step > 4


async def test_tags_that_vanish_are_put_back_also_after_a_death(office: PostOffice) -> None:
    step, survived = 0, False
    while not survived:
        step += 1
        await office.start_anew()
        office.standin.switches.tag_deletion_ignores_name = True
        office.standin.account.tickets[TICKET].tags.append("bg4u")
        row = await office.put(CASES["tags"].operation, by="U0ADAM")
        lives = Lives(step, reads=READS)
        mortal = office.deliverer(
            outbox=Mortal(lives, office.outbox), system=Mortal(lives, office.liveagent)
        )
        with suppress(Killed):
            await office.attempt(mortal)
        survived = lives.left > 0
        await office.deliver(row)
        assert tags(office.standin.account) == ["Bug", "lamp"]
    assert step > 4


async def test_a_tag_removed_by_others_meanwhile_stays_removed(office: PostOffice) -> None:
    account = office.standin.account
    account.tickets[TICKET].tags.append("bg4u")
    row = await office.put(ChangeTags(ticket_id=TICKET, remove=("VIP",)), by="U0ADAM")
    office.standin.faults.add(Fault(kind="down", calls="writes", times=1))
    assert await office.attempt()
    assert (await office.now(row)).state is State.WAITING
    account.tickets[TICKET].tags.remove("bg4u")
    await office.deliver(row)
    assert tags(account) == []


async def test_tags_of_which_some_are_refused_are_not_called_unchanged(office: PostOffice) -> None:
    office.standin.faults.add(Fault(kind="error", calls="POST */tags", message="No tags today"))
    change = ChangeTags(ticket_id=TICKET, add=("lamp",), remove=("vip",))
    done = await office.deliver(await office.put(change, by="U0ADAM"))
    assert done.outcome
    assert (done.state, done.outcome["tags"]) == (State.DONE, [])
    assert done.outcome["remark"] == {"why": "unfinished", "reason": "No tags today"}


async def test_tags_are_changed_by_a_server_that_never_says_ok(office: PostOffice) -> None:
    account = office.standin.account
    ticket(account).tags.append("bg4u")
    office.standin.faults.set("empty_body", "writes")
    names = ("lamp", "green", "urgent", "late")
    row = await office.put(ChangeTags(ticket_id=TICKET, add=names, remove=("vip",)), by="U0ADAM")
    assert (await office.deliver(row)).state is State.DONE
    assert {*names, "Bug"} == {*tags(account)}


@pytest.mark.parametrize(
    ("by", "operation", "error"),
    [
        ("U0ANN", Delete(ticket_id=TICKET, reason="?"), "AdminNeeded"),
        ("U0SAM", CASES["tags"].operation, "OutOfBounds"),
        ("U0SAM", CASES["assign"].operation, "OutOfBounds"),
        ("U0SAM", CASES["create"].operation, "DepartmentOutOfBounds"),
        (
            "U0ANN",
            Transfer(ticket_id=TICKET, department_id="default", agent_id="agent003"),
            "Refused",
        ),
        ("U0ANN", AssignToMe(ticket_id="never000"), "TicketUnavailable"),
    ],
)
async def test_a_forbidden_operation_changes_nothing(
    office: PostOffice, by: str, operation: Operation, error: str
) -> None:
    refused = await office.deliver(await office.put(operation, by=by))
    assert refused.state is State.REFUSED
    assert refused.outcome
    assert refused.outcome["error"] == error
    account = office.standin.account
    assert tags(account) == ["VIP"]
    assert (ticket(account).department, ticket(account).assignee) == ("default", None)
    assert CASES["create"].done(account) == 0
    assert ticket(account).status != Status.DELETED


@pytest.mark.parametrize(
    ("operation", "known"),
    [
        (AssignToMe(ticket_id="rf10a2c4"), {"assignee": "Ann Agent"}),
        (ChangeStatus(kind="resolve", ticket_id="th4nk5yo"), {"status": "R"}),
        (ChangeStatus(kind="reopen", ticket_id="rf10a2c4", seen=RESOLVED), {"status": "C"}),
    ],
)
async def test_an_operation_already_in_effect_is_done_without_a_call(
    office: PostOffice, operation: Operation, known: Mapping[str, str]
) -> None:
    done = await office.deliver(await office.put(operation))
    assert (done.state, {**(done.outcome or {}), **known}) == (State.DONE, done.outcome)
    assert all(call.verb == "GET" for call in office.standin.account.journal)


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        (ChangeStatus(kind="resolve", ticket_id=TICKET, note="Paid back."), State.REFUSED),
        (Transfer(ticket_id=TICKET, department_id="dep1s5a4", reason="Paid back."), State.ASKS),
    ],
)
async def test_a_note_is_kept_if_somebody_else_made_the_change_first(
    office: PostOffice, operation: Operation, state: State
) -> None:
    office.standin.faults.add(Fault(kind="down", calls="writes", times=1))
    row = await office.put(operation, by="U0ADAM")
    await office.attempt()
    account = office.standin.account
    ticket(account).status, ticket(account).department = "R", "dep1s5a4"
    assert (await office.deliver(row)).state is state
    if await confirm(office, row):
        assert (await office.deliver(row)).state is State.DONE
        assert says("Paid back.")(account) == 1


async def test_the_authors_own_changes_ask_no_question(office: PostOffice) -> None:
    seen = Snapshot(
        status="N",
        department="default",
        assignee="",
        newest=office.standin.account.tickets[TICKET].messages[-1].id,
    )
    await deliver(office, await office.put(Note(ticket_id=TICKET, text="mine"), by="U0ADAM"))
    office.standin.account.tickets[TICKET].status = "A"
    row = await office.put(ChangeStatus(kind="resolve", ticket_id=TICKET, seen=seen), by="U0ADAM")
    assert (await office.deliver(row)).state is State.DONE


async def test_a_reply_whose_tag_is_refused_is_sent_and_says_so(office: PostOffice) -> None:
    office.standin.faults.add(Fault(kind="error", calls="add_tag", message="No tags today"))
    sent = reply("It left.", office.standin, tags=("lamp",))
    done = await office.deliver(await office.put(sent))
    assert done.state is State.DONE
    assert done.outcome
    assert done.outcome["remark"] == {"why": "untagged", "reason": "No tags today"}
    account = office.standin.account
    assert (says("It left.")(account), tags(account)) == (1, ["VIP"])
    assert ticket(account).status == Status.ANSWERED
