"""Before every call, authors confirm unseen changes, and former agents send nothing."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from blocks.values.tickets import Target
from bot.desk.commits import Commits
from bot.desk.submissions import Decision, Submissions
from bot.domain.errors import Outdated, Outsider
from bot.domain.outbox import Row, State
from bot.domain.people import SlackUser
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status
from bot.domain.ticket_system import waiting_since
from bot.operations import ChangeStatus, Reply, Snapshot
from bot.operations.outcome import Conflict, read_outcome
from bot.sandbox.liveagent import Customer, Fault
from bot.storage.outbox import Transition
from bot.storage.tables import outbox
from tests.desk.conftest import (
    TICKET,
    Altered,
    PostOffice,
    note,
    put_deletion,
    reply,
    resolve,
    send_anyway,
)

LOST = Fault(kind="refuse", calls="POST */messages", times=1)


async def ask(office: PostOffice, row: Row) -> Conflict:
    ended = await office.deliver(row)
    assert ended.state is State.ASKS
    outcome = read_outcome(ended.outcome)
    assert isinstance(outcome, Conflict)
    return outcome


def newest_in(asked: Conflict) -> str:
    return asked.newest.body if asked.newest else ""


async def until(office: PostOffice, row: Row, state: State) -> None:
    while (await office.now(row)).state is not state:
        if not await office.attempt():
            await office.turn_to_next()


@pytest.mark.parametrize("fault", [Fault(kind="down", calls="POST */messages"), LOST])
async def test_a_message_while_it_waits_is_noticed(office: PostOffice, fault: Fault) -> None:
    office.standin.faults.add(fault)
    row = await office.put(reply("It left today.", office.standin))
    await office.attempt()
    assert (await office.now(row)).state in {State.WAITING, State.LOOKING}
    office.standin.account.customer_writes(TICKET, "STOP!")
    office.standin.faults.clear()
    asked = await office.deliver(row)
    assert asked.state is State.ASKS
    assert "STOP!" in str(asked.outcome)
    assert office.standin.account.mailbox == []


async def test_a_message_before_another_try_is_noticed(office: PostOffice) -> None:
    office.standin.faults.set("error", "POST */messages", times=1)
    row = await office.put(reply("It left today.", office.standin))
    assert (await office.deliver(row)).state is State.REFUSED
    office.standin.account.customer_writes(TICKET, "STOP!")
    again = Transition(frozenset({State.REFUSED}), State.HELD)
    assert await office.outbox.move(row.id, "U0ANN", again)
    assert (await office.deliver(row)).state is State.ASKS
    assert office.standin.account.mailbox == []


async def test_a_ticket_that_is_deleted_while_it_waits_gets_nothing(office: PostOffice) -> None:
    office.standin.faults.set("down", "POST */messages")
    row = await office.put(reply("It left today.", office.standin))
    await office.attempt()
    office.standin.account.ticket(TICKET).status = Status.DELETED
    office.standin.faults.clear()
    assert (await office.deliver(row)).state is State.REFUSED
    assert office.message_count("It left today.") == 0


async def test_send_anyway_holds_for_what_was_shown(office: PostOffice) -> None:
    form = reply("It left today.", office.standin)
    office.standin.account.customer_writes(TICKET, "first")
    row = await office.put(form)
    assert (await office.deliver(row)).state is State.ASKS
    office.standin.account.customer_writes(TICKET, "SECOND: cancel it")
    await send_anyway(office, row)
    asked = await office.deliver(row)
    assert asked.state is State.ASKS
    assert "SECOND" in str(asked.outcome)
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE
    assert office.message_count("It left today.") == 1


async def test_resolving_from_a_live_message_asks_about_newer_messages(office: PostOffice) -> None:
    """A live message's button knows when the ticket had last changed."""
    drawn = Target.of_ticket(await office.desk.find_unbounded(TicketRef(TICKET)))
    seen = Target.of_value(drawn.to_value()).seen
    await office.clock.advance(60)
    office.standin.account.customer_writes(TICKET, "STOP!")  # its status stays
    row = await office.put(resolve().model_copy(update={"seen": seen}))
    asked = await ask(office, row)
    assert ("STOP!" in newest_in(asked), asked.count) == (True, 1)
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE


async def test_another_recipient_is_asked_about(office: PostOffice) -> None:
    row = await office.put(reply("Dear John", office.standin, owner="john@owner.com"))
    account = office.standin.account
    account.ticket(TICKET).owner = Customer("c9", "Somebody Else", "else@where.example")
    asked = await office.deliver(row)
    assert asked.outcome
    assert (asked.state, asked.outcome["owner"]) == (State.ASKS, "else@where.example")
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE
    assert [mail.to for mail in account.mailbox] == ["else@where.example"]


async def test_altered_text_after_a_lost_answer_is_doubtful(office: PostOffice) -> None:
    """LiveAgent may have changed them: nobody is mailed twice."""
    office.standin.faults.add(LOST)
    row = await office.put(reply("\U0001f600 It left today.", office.standin))
    await office.attempt()
    account = office.standin.account
    account.add(account.ticket(TICKET), "M", "agent001", ("M", "<div>? It left today.</div>"))
    assert (await office.deliver(row)).state is State.DOUBTFUL
    assert office.message_count("It left today.") == 1


@pytest.mark.parametrize(("author", "kind"), [("agent001", "X"), ("key-owner", "M")])
async def test_the_same_text_of_another_kind_or_author_is_doubtful(
    office: PostOffice, author: str, kind: str
) -> None:
    """Whatever LiveAgent makes of a reply, nobody is mailed twice."""
    office.standin.faults.add(LOST)
    row = await office.put(reply("It left today.", office.standin))
    await office.attempt()
    account = office.standin.account
    account.add(account.ticket(TICKET), "M", author, (kind, "<div>It left today.</div>"))
    assert (await office.deliver(row)).state is State.DOUBTFUL
    assert office.message_count("It left today.") == 1


async def test_a_note_that_begins_alike_is_not_the_reply(office: PostOffice) -> None:
    office.standin.faults.add(LOST)
    row = await office.put(reply("Thanks", office.standin))
    await office.attempt()
    account = office.standin.account
    account.add(account.ticket(TICKET), "I", "agent001", ("N", "Thanks to Bob: this is fraud"))
    ended = await office.deliver(row)
    assert ended.state is not State.DONE


async def test_a_reply_that_became_the_systems_note_is_reported_as_a_note(
    office: PostOffice,
) -> None:
    """As LiveAgent does with an agent it does not know."""
    office.standin.faults.add(LOST)
    row = await office.put(reply("It left today.", office.standin))
    await office.attempt()
    account = office.standin.account
    account.add(account.ticket(TICKET), "I", "system00", ("N", "<div>It left today.</div>"))
    account.ticket(TICKET).status = "A"
    ended = await office.deliver(row)
    assert ended.outcome
    assert (ended.state, ended.outcome["stored_as"]) == (State.DONE, "N")


async def test_a_removed_agent_writes_nothing_despite_cached_lists(office: PostOffice) -> None:
    """Lists that were read a minute ago still have her."""
    row = await office.put(note("I was here."))
    assert await office.desk.directory.agents()  # cards keep them warm
    office.standin.account.agents = tuple(
        each for each in office.standin.account.agents if each.id != "agent001"
    )
    assert (await office.deliver(row)).state is State.REFUSED
    assert office.message_count("I was here.") == 0


async def test_a_deactivated_author_sends_nothing(office: PostOffice) -> None:
    row = await office.put(note("I was here."))
    office.users["U0ANN"] = SlackUser(
        "U0ANN", "ann@acme.example", "en-US", "UTC", outsider=Outsider.DEACTIVATED
    )
    assert (await office.deliver(row)).state is State.REFUSED
    assert office.message_count("I was here.") == 0


async def test_a_status_that_fails_after_the_reply_is_made_up_for(office: PostOffice) -> None:
    office.standin.faults.set("down", "PUT */status", times=1)
    row = await office.put(reply("Done.", office.standin, then=Status.RESOLVED))
    await office.attempt()
    assert (await office.now(row)).state is State.LOOKING  # which can't be discarded
    assert (await office.deliver(row)).state is State.DONE
    assert office.standin.account.ticket(TICKET).status == Status.RESOLVED
    assert len(office.standin.account.mailbox) == 1


async def test_a_replys_status_survives_a_minute_of_errors(office: PostOffice) -> None:
    office.standin.faults.set("down", "POST */messages", times=3)
    office.standin.faults.set("down", "PUT */status", times=5)
    row = await office.put(reply("Done.", office.standin, then=Status.RESOLVED))
    assert (await office.deliver(row)).state is State.DONE
    assert office.standin.account.ticket(TICKET).status == Status.RESOLVED
    assert len(office.standin.account.mailbox) == 1


async def test_a_reply_that_is_there_is_not_called_unclear(office: PostOffice) -> None:
    office.standin.faults.set("down", "PUT */status")
    row = await office.put(reply("Done.", office.standin, then=Status.RESOLVED))
    done = await office.deliver(row)
    assert done.outcome
    assert (done.state, done.outcome["remark"]) == (State.DONE, {"why": "unfinished"})
    assert len(office.standin.account.mailbox) == 1


async def test_a_second_refusal_is_reported_too(office: PostOffice) -> None:
    office.standin.faults.set("error", "POST */messages", times=2)
    row = await office.put(note("no"))
    await office.deliver(row)
    again = Transition(frozenset({State.REFUSED}), State.HELD)
    assert await office.outbox.move(row.id, "U0ANN", again)
    before = office.listener.notices.count((row.id, State.REFUSED))
    await until(office, row, State.REFUSED)
    assert await office.courier().notify_next()
    assert office.listener.notices.count((row.id, State.REFUSED)) == before + 1


async def test_a_message_with_an_earlier_time_is_noticed(office: PostOffice) -> None:
    """As on the night when clocks are turned back."""
    ticket = office.standin.account.ticket(TICKET)
    row = await office.put(reply("Hm.", office.standin, seen_count=len(ticket.messages)))
    first = ticket.groups[0]
    late = replace(first.messages[0], id="late0001", text="STOP!") if first.messages else None
    assert late
    ticket.groups[0] = replace(first, messages=(*(first.messages or ()), late))
    assert (await office.deliver(row)).state is State.ASKS
    assert office.standin.account.mailbox == []


async def test_a_lasting_fault_ends_with_the_author(office: PostOffice) -> None:
    office.standin.faults.set("refuse", "POST */messages")
    row = await office.put(reply("Again and again.", office.standin))
    assert (await office.deliver(row)).state is State.DOUBTFUL
    tried = [call for call in office.standin.account.journal if call.verb == "POST"]
    assert len(tried) <= 3


KINDS_HEARD = ["M", "N", "F", "L", "X", "V", "Z", "C", "I", "D", "Q", "4", "5", "6", "?", ""]


@pytest.mark.parametrize("kind", KINDS_HEARD)
async def test_every_kind_of_message_asks_first(office: PostOffice, kind: str) -> None:
    account = office.standin.account
    row = await office.put(reply("It left today.", office.standin))
    account.add(account.ticket(TICKET), "M", "cont0001x", (kind, "STOP!"))
    asked = await office.deliver(row)
    assert asked.state is State.ASKS
    assert "STOP!" in str(asked.outcome)
    assert account.mailbox == []


@pytest.mark.parametrize(
    ("group", "kind"),
    [("M", kind) for kind in "THAOUSGREJ"] + [("J", "I"), ("J", "S"), ("G", "G")],
)
async def test_events_about_the_machine_are_ignored(
    office: PostOffice, group: str, kind: str
) -> None:
    account = office.standin.account
    row = await office.put(reply("It left today.", office.standin))
    account.add(account.ticket(TICKET), group, "system00", (kind, "postponed, tagged, ended"))
    assert (await office.deliver(row)).state is State.DONE


async def test_a_note_with_a_postponement_is_noticed(office: PostOffice) -> None:
    account = office.standin.account
    row = await office.put(reply("It left today.", office.standin))
    account.add(account.ticket(TICKET), "J", "agent003", ("N", "They are away until Monday"))
    asked = await office.deliver(row)
    assert asked.outcome
    newest = asked.outcome["newest"]
    assert (asked.state, newest["name"], newest["kind"]) == (State.ASKS, "Sam Sales", "N")


async def test_the_newest_message_is_shown_without_its_quote(office: PostOffice) -> None:
    account = office.standin.account
    row = await office.put(reply("It left today.", office.standin))
    account.add(account.ticket(TICKET), "M", "cont0001x", ("M", "STOP!"), ("Q", "You wrote"))
    asked = await office.deliver(row)
    assert asked.outcome
    newest = asked.outcome["newest"]
    assert (newest["name"], newest["body"]) == ("John Owner", "STOP!")
    assert asked.outcome["count"] == 1


@pytest.mark.parametrize(
    ("then", "fault"),
    [
        (Status.ANSWERED, Fault(kind="drop_after", calls="POST */messages", times=1)),
        (Status.RESOLVED, Fault(kind="down", calls="PUT */status", times=1)),
    ],
)
async def test_a_late_status_is_skipped_after_a_newer_message(
    office: PostOffice, then: Status, fault: Fault
) -> None:
    office.standin.faults.add(fault)
    row = await office.put(reply("Done.", office.standin, then=then))
    await office.attempt()
    office.standin.account.customer_writes(TICKET, "It broke again!")
    done = await office.deliver(row)
    assert done.outcome
    assert (done.state, done.outcome["remark"]) == (State.DONE, {"why": "news"})
    assert office.standin.account.ticket(TICKET).status == Status.OPEN
    assert len(office.standin.account.mailbox) == 1


async def test_a_late_status_does_not_undo_what_somebody_decided(office: PostOffice) -> None:
    office.standin.faults.set("down", "PUT */status", times=1)
    row = await office.put(reply("Done.", office.standin, then=Status.OPEN))
    await office.attempt()
    assert (await office.now(row)).state is State.LOOKING
    office.standin.account.ticket(TICKET).status = Status.SPAM
    done = await office.deliver(row)
    assert done.outcome
    assert (done.state, done.outcome["remark"]) == (State.DONE, {"why": "changed"})
    assert office.standin.account.ticket(TICKET).status == Status.SPAM


@pytest.mark.parametrize("after", ["reply", "find"])
async def test_a_message_between_reply_and_status_keeps_the_status(
    office: PostOffice, after: str
) -> None:
    account, is_sent = office.standin.account, asyncio.Event()

    class CustomerIsQuick(Altered):
        """LiveAgent, where somebody answers at once, or once the ticket was read again."""

        async def reply(self, *given: Any, **named: Any) -> None:
            await office.liveagent.reply(*given, **named)
            is_sent.set()
            self._customer_writes("reply")

        async def find(self, ref: TicketRef) -> Any:
            found = await office.liveagent.find(ref)
            self._customer_writes("find")
            return found

        def _customer_writes(self, call: str) -> None:
            if is_sent.is_set() and call == after:
                account.customer_writes(TICKET, "Wait!")

    row = await office.put(reply("Done.", office.standin, then=Status.RESOLVED))
    await office.attempt(office.deliverer(system=CustomerIsQuick(office.liveagent)))
    done = await office.now(row)
    assert done.outcome
    assert done.outcome["remark"] == {"why": "news"}
    assert account.ticket(TICKET).status == Status.OPEN


@pytest.mark.parametrize("slow", ["find", "messages"])
async def test_changes_during_a_slow_read_are_noticed(office: PostOffice, slow: str) -> None:
    """Another customer gets nothing, and new messages are noticed."""
    account, other_is_read = office.standin.account, asyncio.Event()

    class Slow(Altered):
        """LiveAgent, which answers for a part of the ticket long before it does for the rest."""

        async def find(self, ref: TicketRef) -> Any:
            return await self._read("find", ref)

        async def messages(self, ref: TicketRef) -> Any:
            return await self._read("messages", ref)

        async def _read(self, part: str, ref: TicketRef) -> Any:
            if part == slow and not other_is_read.is_set():
                await other_is_read.wait()
                account.customer_writes(TICKET, "Wait!")
                account.ticket(TICKET).owner = Customer("c9", "Somebody", "else@where.example")
                await office.clock.advance(6)
            found = await getattr(office.liveagent, part)(ref)
            other_is_read.set()
            return found

    row = await office.put(reply("Done.", office.standin, owner="john@owner.com"))
    await office.attempt(office.deliverer(system=Slow(office.liveagent)))
    now = await office.now(row)
    assert now.outcome
    assert (now.state, now.outcome["owner"]) == (State.ASKS, "else@where.example")
    assert now.outcome["why"] == "unseen"
    assert now.outcome["count"] == 1


async def test_a_write_does_not_wait_behind_clicks_after_its_checks(office: PostOffice) -> None:
    """Where calls are short, clicks go before a delivery, but not between its look and its call."""
    asked: dict[str, float] = {}

    class Noting(Altered):
        async def note(self, *given: Any, **named: Any) -> None:
            asked["note"] = waiting_since.get()
            await office.liveagent.note(*given, **named)

        async def find(self, ref: TicketRef) -> Any:
            asked["find"] = waiting_since.get()
            return await office.liveagent.find(ref)

    await office.put(note("Remember."))
    await office.attempt(office.deliverer(system=Noting(office.liveagent)))
    assert asked["note"] < 0 < time.monotonic() < asked["find"]


async def test_a_message_that_crosses_the_call_is_not_passed_over(office: PostOffice) -> None:
    account = office.standin.account

    class CustomerIsQuicker(Altered):
        """LiveAgent, where somebody writes right before the call."""

        async def set_status(self, *given: Any, **named: Any) -> None:
            account.customer_writes(TICKET, "Wait!")
            await office.liveagent.set_status(*given, **named)

    messages = account.ticket(TICKET).messages
    seen = Snapshot(
        status=account.ticket(TICKET).status,
        department="default",
        assignee="",
        newest=messages[-1].id,
        count=len(messages),
    )
    row = await office.put(ChangeStatus(kind="resolve", ticket_id=TICKET, seen=seen))
    await office.attempt(office.deliverer(system=CustomerIsQuicker(office.liveagent)))
    done = await office.now(row)
    assert done.outcome
    assert (done.state, done.outcome["status"]) == (State.DONE, Status.RESOLVED)
    assert done.outcome["remark"] == {"why": "crossed"}


async def test_an_address_that_was_not_there_when_it_was_written_asks(office: PostOffice) -> None:
    row = await office.put(reply("Dear visitor", office.standin, owner=""))
    asked = await office.deliver(row)
    assert asked.outcome
    assert (asked.state, asked.outcome["owner"]) == (State.ASKS, "john@owner.com")


async def test_a_reply_stored_before_the_address_was_kept_leaves(office: PostOffice) -> None:
    stored = reply("Dear John", office.standin).model_dump(mode="json")
    del stored["owner"]
    row = await office.put(Reply.model_validate(stored))
    assert (await office.deliver(row)).state is State.DONE


async def test_a_reply_in_doubt_leaves_where_its_author_wants_it(office: PostOffice) -> None:
    office.standin.faults.add(LOST)
    row = await office.put(reply("It left today.", office.standin))
    await office.attempt()
    account = office.standin.account
    account.add(account.ticket(TICKET), "M", "agent001", ("M", "Something else"))
    assert (await office.deliver(row)).state is State.DOUBTFUL
    again = Transition(frozenset({State.DOUBTFUL}), State.HELD)
    assert await office.outbox.move(row.id, "U0ANN", again)
    assert (await office.deliver(row)).state is State.DONE
    assert office.message_count("It left today.") == 1


async def test_confirming_the_recipient_shows_the_new_messages(
    office: PostOffice,
) -> None:
    account = office.standin.account
    account.customer_writes(TICKET, "CANCEL it")
    unseen = await office.put(reply("Dear John", office.standin, last_seen=None))
    asked = await ask(office, unseen)
    assert (asked.why, newest_in(asked), asked.count) == ("unseen", "CANCEL it", 4)
    moved = await office.put(reply("Dear John", office.standin, owner="else@where.example"))
    account.customer_writes(TICKET, "STOP!")
    asked = await ask(office, moved)
    assert (asked.why, newest_in(asked), asked.count) == ("unseen", "STOP!", 1)


async def test_if_the_last_seen_message_is_gone_the_newest_is_shown(office: PostOffice) -> None:
    row = await office.put(reply("It left today.", office.standin, last_seen="gone0001"))
    office.standin.account.customer_writes(TICKET, "STOP!")
    asked = await ask(office, row)
    assert (asked.why, newest_in(asked)) == ("changed", "STOP!")


async def test_a_question_shows_a_message_and_other_changes(office: PostOffice) -> None:
    account = office.standin.account
    row = await put_deletion(office)
    account.customer_writes(TICKET, "STOP!")
    account.ticket(TICKET).assignee = "agent003"
    asked = await ask(office, row)
    assert (asked.why, newest_in(asked)) == ("news", "STOP!")
    assert asked.changed == ("assignee",)


async def test_a_question_of_an_earlier_version_confirms_nothing(office: PostOffice) -> None:
    """Earlier versions asked for the recipient without showing what was written."""
    office.standin.account.customer_writes(TICKET, "STOP!")
    row = await office.put(reply("Dear John", office.standin, last_seen=None))
    await ask(office, row)
    stored = dict((await office.now(row)).outcome or {})
    stored.pop("count", None)
    stored.pop("newest", None)
    async with office.database.begin() as connection:
        await connection.execute(update(outbox).values(outcome=stored))
    await send_anyway(office, row)
    assert newest_in(await ask(office, row)) == "STOP!"
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE


async def test_confirming_a_message_does_not_confirm_who_is_replying(office: PostOffice) -> None:
    account, row = office.standin.account, await office.put(reply("Hm.", office.standin))
    account.customer_writes(TICKET, "first")
    assert (await ask(office, row)).why == "news"
    account.agent_is_in(TICKET, "owner001")
    await office.clock.advance(11)  # activity is read every ten seconds
    await send_anyway(office, row)
    assert (await ask(office, row)).why == "replying"
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE


async def test_a_press_confirms_only_the_question_it_was_drawn_for(office: PostOffice) -> None:
    account, row = office.standin.account, await office.put(reply("Hm.", office.standin))
    submissions = Submissions(office.outbox, Commits(), {}, lambda: None)

    async def press(decision: Decision, lease_token: int) -> Row | None:
        return await submissions.decide(
            row.id, decision, slack_user="U0ANN", lease_token=lease_token
        )

    account.customer_writes(TICKET, "first")
    first = await office.deliver(row)
    for _ in range(2):
        assert await press(Decision.SEND_ANYWAY, first.lease_token)
    account.customer_writes(TICKET, "SECOND: cancel it")
    second = await office.deliver(row)
    assert (second.state, second.is_confirmed) == (State.ASKS, False)
    of_before = 0  # by a button of a version that wrote the row alone
    for decision in (Decision.SEND_ANYWAY, Decision.TRY_AGAIN, Decision.SEND_WITHOUT_FILES):
        for lease_token in (first.lease_token, of_before):
            with pytest.raises(Outdated):
                await press(decision, lease_token)
    assert await office.now(row) == second
    told = office.listener.notices.count((row.id, State.ASKS))
    await office.notify()
    assert office.listener.notices.count((row.id, State.ASKS)) == told + 1
    assert await press(Decision.SEND_ANYWAY, second.lease_token)
    assert (await office.deliver(row)).state is State.DONE
    assert await press(Decision.SEND_ANYWAY, second.lease_token) is None
