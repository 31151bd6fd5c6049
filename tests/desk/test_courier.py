"""Every write is made once, or its author is asked, whatever LiveAgent does."""

import asyncio
from typing import Any

import pytest

from bot.desk.delivery.courier import Courier
from bot.desk.delivery.deliverer import MAX_CRASHES
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import ACTIVE_STATES, Row, State
from bot.domain.ticket import Status
from bot.liveagent.protocol import MAX_RETRY_AFTER
from bot.sandbox.liveagent import Fault
from bot.sandbox.liveagent.faults import Kind
from bot.storage.notifications import GIVEN_UP_AFTER, MAX_RETRY_SECONDS
from bot.storage.outbox import Transition
from tests.desk.conftest import TICKET, Altered, PostOffice, note, reply, resolve, send_anyway
from tests.waiting import until, until_found


async def test_a_reply_reaches_the_customer_in_the_name_of_its_author(office: PostOffice) -> None:
    row = await office.put(reply("It left today.", office.standin))
    done = await office.deliver(row)
    assert done.state is State.DONE
    assert done.outcome
    assert (done.outcome["status"], done.outcome["stored_as"]) == ("A", "M")
    (mail,) = office.standin.account.mailbox
    assert (mail.to, "It left today." in mail.html) == ("john@owner.com", True)
    ticket = office.standin.account.ticket(TICKET)
    assert ticket.messages[-1].user_id in {"agent001", "cont0001"}


@pytest.mark.parametrize("then", [Status.OPEN, Status.RESOLVED, Status.ANSWERED])
async def test_the_status_afterwards_is_the_one_that_was_chosen(
    office: PostOffice, then: Status
) -> None:
    await office.deliver(await office.put(reply("Done.", office.standin, then=then)))
    assert office.standin.account.ticket(TICKET).status == then


async def test_a_note_is_mailed_to_nobody(office: PostOffice) -> None:
    done = await office.deliver(await office.put(note("a < b & careful")))
    assert done.state is State.DONE
    assert done.outcome
    assert done.outcome["stored_as"] == "N"
    assert office.standin.account.mailbox == []


async def test_a_status_is_set_once_however_often_it_is_clicked(office: PostOffice) -> None:
    first = await office.put(resolve())
    second = await office.put(resolve())
    assert first.id == second.id
    assert (await office.deliver(first)).state is State.DONE
    writes = [call for call in office.standin.account.journal if call.verb == "PUT"]
    assert len(writes) == 1


async def test_a_notifier_learns_which_bot_delivered(office: PostOffice) -> None:
    ours, others = office.deliverer(), office.deliverer()
    rows = [await office.put(note("ours")), await office.put(note("theirs"))]
    for deliverer in (ours, others):
        assert await office.attempt(deliverer)
    courier = Courier(ours, office.outbox.notifications, office.listener, clock=office.clock)
    while await courier.notify_next():
        pass
    assert office.listener.followed == [(rows[0].id, True), (rows[1].id, False)]


@pytest.mark.parametrize("error", [SlackDoesNotAnswer("chat.postMessage", "x"), ValueError()])
async def test_a_notice_that_fails_for_a_day_is_given_up(
    office: PostOffice, error: Exception
) -> None:
    """Whether Slack refuses it or a bug does."""
    office.listener.error, given_up = error, list[str]()
    await office.deliver(await office.put(note("x")))
    courier = Courier(
        office.deliverer(),
        office.outbox.notifications,
        office.listener,
        clock=office.clock,
        observe_given_up=given_up.append,
    )
    assert not await courier.notify_next()
    for _ in range(int(GIVEN_UP_AFTER / MAX_RETRY_SECONDS) + 1):
        await office.clock.advance(MAX_RETRY_SECONDS)
        await courier.notify_next()
    assert given_up == [State.DONE]
    await office.clock.advance(GIVEN_UP_AFTER)
    assert not await courier.notify_next()


ONCE: list[Kind] = ["down", "rate_limited", "refuse", "drop_after", "cut_body", "empty_body"]


@pytest.mark.parametrize("kind", [*ONCE, "html_page"])
async def test_a_failing_write_is_applied_once(office: PostOffice, kind: Kind) -> None:
    office.standin.faults.set(kind, "writes", times=2)
    rows = [await office.put(reply("Only once.", office.standin)), await office.put(note("and I"))]
    for row in rows:
        assert (await office.deliver(row)).state is State.DONE
    assert (office.message_count("Only once."), office.message_count("and I")) == (1, 1)
    assert len(office.standin.account.mailbox) == 1


async def test_a_write_applied_after_the_connection_was_lost_is_waited_for(
    office: PostOffice,
) -> None:
    late = Fault(kind="apply_late", calls="writes", times=1, seconds=0.3)
    office.standin.faults.add(late)
    row = await office.put(reply("Late but once.", office.standin))
    assert (await office.deliver(row)).state is State.DONE
    await office.standin.late_calls()
    assert office.message_count("Late but once.") == 1


async def test_liveagent_changing_the_words_a_little_does_not_hide_them(office: PostOffice) -> None:
    office.standin.switches.appends_signature = True
    office.standin.switches.tidies_html = True
    office.standin.faults.set("drop_after", "writes", times=1)
    row = await office.put(reply("Said & <done>\nindeed", office.standin))
    assert (await office.deliver(row)).state is State.DONE
    assert len(office.standin.account.mailbox) == 1


async def test_equal_texts_on_purpose_stand_twice(office: PostOffice) -> None:
    office.standin.faults.set("drop_after", "writes", times=2)
    rows = [await office.put(note("ping")), await office.put(note("ping"))]
    for row in rows:
        assert (await office.deliver(row)).state is State.DONE
    assert office.message_count("ping") == 2


async def test_rows_of_one_ticket_arrive_in_their_order(office: PostOffice) -> None:
    rows = [await office.put(note(f"number {n}")) for n in range(8)]
    await office.deliver(rows[-1])
    said = [each.text for each in office.standin.account.ticket(TICKET).messages]
    numbers = [text for text in said if "number" in text]
    assert numbers == sorted(numbers)
    assert len(numbers) == 8


async def test_an_edited_resubmit_leaves_the_edited_text_alone(office: PostOffice) -> None:
    held = await office.put(note("first words"), key="V", hold=60)
    again = await office.put(note("better words"), key="V", hold=0)
    assert held.id == again.id
    await office.deliver(again)
    assert (office.message_count("first words"), office.message_count("better words")) == (0, 1)


async def test_the_same_submission_twice_is_one(office: PostOffice) -> None:
    first = await office.put(note("pressed twice"), key="V")
    await office.deliver(first)
    assert (await office.put(note("pressed twice"), key="V")).state is State.DONE
    assert office.message_count("pressed twice") == 1


async def test_an_undone_operation_is_never_sent(office: PostOffice) -> None:
    row = await office.put(reply("Oh no.", office.standin), hold=60)
    undo = Transition(frozenset({State.HELD}), State.UNDONE)
    assert not await office.outbox.move(row.id, "U0ADAM", undo)
    undone = await office.outbox.move(row.id, "U0ANN", undo)
    assert undone
    await office.deliver(undone)
    assert office.message_count("Oh no.") == 0


async def test_somebody_who_wrote_meanwhile_makes_it_ask(office: PostOffice) -> None:
    typed = reply("It is on its way.", office.standin)
    office.standin.account.customer_writes(TICKET, "Forget it, I have it!")
    row = await office.deliver(await office.put(typed))
    assert row.state is State.ASKS
    assert row.outcome
    assert "Forget it" in row.outcome["newest"]["body"]
    assert office.standin.account.mailbox == []
    await send_anyway(office, row)
    assert (await office.deliver(row)).state is State.DONE
    assert office.message_count("It is on its way.") == 1


async def test_ones_own_note_asks_no_question(office: PostOffice) -> None:
    typed = reply("And another thing.", office.standin)
    await office.deliver(await office.put(note("mine")))
    assert (await office.deliver(await office.put(typed))).state is State.DONE


async def test_a_reply_whose_recipient_nobody_saw_asks(office: PostOffice) -> None:
    row = await office.deliver(await office.put(reply("Hi", office.standin, last_seen=None)))
    assert row.state is State.ASKS
    assert row.outcome
    assert row.outcome["owner"] == "john@owner.com"


async def test_an_agent_who_was_removed_meanwhile_sends_nothing(office: PostOffice) -> None:
    row = await office.put(reply("From beyond.", office.standin))
    office.standin.account.agents = tuple(
        agent for agent in office.standin.account.agents if agent.id != "agent001"
    )
    refused = await office.deliver(row)
    assert refused.state is State.REFUSED
    assert refused.outcome
    assert refused.outcome["error"] == "NotAnAgent"
    assert office.message_count("From beyond.") == 0


async def test_a_ticket_out_of_bounds_is_not_written_to(office: PostOffice) -> None:
    refused = await office.deliver(await office.put(note("peek", "5h7t58d9")))
    assert refused.state is State.REFUSED
    assert office.message_count("peek", "5h7t58d9") == 0


async def test_a_refusal_keeps_its_reason(office: PostOffice) -> None:
    office.standin.faults.add(Fault(kind="error", calls="writes", message="No mail today"))
    refused = await office.deliver(await office.put(note("x")))
    assert refused.state is State.REFUSED
    assert refused.outcome
    assert refused.outcome["reason"] == "No mail today"


async def test_a_killed_bots_write_is_found_in_the_ticket(office: PostOffice) -> None:
    """Killed while the call is on its way: it was applied, and its answer was lost."""
    office.standin.faults.set("hang", "writes", times=1)
    row = await office.put(note("survives"))
    killed = asyncio.create_task(office.attempt())
    while not any(call.verb == "POST" for call in office.standin.account.journal):
        await asyncio.sleep(0.005)
    killed.cancel()
    await asyncio.wait([killed])
    assert (await office.now(row)).state is State.SENDING
    office.standin.account.add(
        office.standin.account.ticket(TICKET), "I", "agent001", ("N", "survives")
    )
    assert (await office.deliver(row)).state is State.DONE
    assert office.message_count("survives") == 1


async def test_two_couriers_share_the_work_and_nothing_is_done_twice(office: PostOffice) -> None:
    rows = [await office.put(note(f"shared {n}", "manymsgs"), by="U0ADAM") for n in range(10)]
    couriers = [office.courier(), office.courier()]
    running = [asyncio.create_task(courier.run()) for courier in couriers]

    async def is_over() -> bool:
        return (await office.now(rows[-1])).state not in ACTIVE_STATES

    await until_found(is_over)
    for courier in couriers:
        courier.stop()
    await asyncio.gather(*running)
    assert [office.message_count(f"shared {n}", "manymsgs") for n in range(10)] == [1] * 10


async def test_a_row_added_during_an_empty_claim_is_delivered_at_once(office: PostOffice) -> None:
    class Claimed:
        """An outbox into which something is put just when its first claim has found nothing."""

        row: Row | None = None

        def __getattr__(self, name: str) -> object:
            return getattr(office.outbox, name)

        async def claim(self, *known: Any) -> Row | None:
            found = await office.outbox.claim(*known)
            if self.row is None:
                self.row = await office.put(note("just now"))
                courier.wake()
            return found

    outbox = Claimed()
    courier = Courier(
        office.deliverer(outbox=outbox),
        office.outbox.notifications,
        office.listener,
        clock=office.clock,
    )
    running = asyncio.create_task(courier.run())
    await until(lambda: office.message_count("just now") == 1)  # the clock stands still
    courier.stop()
    await running


async def test_a_write_that_may_have_arrived_is_doubtful_not_refused(office: PostOffice) -> None:
    office.standin.faults.set("drop_after", "writes", times=1)
    row = await office.put(note("perhaps"))
    await office.attempt()
    assert (await office.now(row)).state is State.LOOKING
    office.standin.account.agents = ()
    assert (await office.deliver(row)).state is State.DOUBTFUL


async def test_an_operation_with_a_bug_ends_with_its_author(office: PostOffice) -> None:
    class Broken(Altered):
        async def messages(self, *_: object) -> None:
            raise RuntimeError

    row = await office.put(note("x"))
    while (now := await office.now(row)).state in ACTIVE_STATES:
        if not await office.attempt(office.deliverer(system=Broken(office.liveagent))):
            await office.turn_to_next()
    assert (now.state, now.lease_token) == (State.REFUSED, MAX_CRASHES + 1)


async def test_a_row_that_kills_bots_is_refused(office: PostOffice) -> None:
    row = await office.put(note("x"))
    assert (await _die_of(office, row)).state is State.REFUSED
    assert office.standin.account.journal == []


async def test_a_row_that_kills_bots_after_a_call_is_doubtful(office: PostOffice) -> None:
    office.standin.faults.set("drop_after", "writes", times=1)
    row = await office.put(note("x"))
    await office.attempt()
    await office.turn_to_next()
    assert (await _die_of(office, row)).state is State.DOUBTFUL


async def _die_of(office: PostOffice, row: Row) -> Row:
    for _ in range(MAX_CRASHES):
        assert await office.deliverer().claim()
        await office.turn_to_next()
    return await office.deliver(row)


async def test_an_outage_does_not_count_as_crashes(office: PostOffice) -> None:
    office.standin.faults.set("down", "writes")
    row = await office.put(note("in the end"))
    for _ in range(2 * MAX_CRASHES):
        assert await office.attempt()
        await office.turn_to_next()
    assert await office.deliverer().claim()
    office.standin.faults.clear()
    assert (await office.deliver(row)).state is State.DONE


async def test_an_unreadable_operation_is_refused_at_once(office: PostOffice) -> None:
    broken = note("x").model_copy(update={"text": None})
    done = await office.deliver(await office.put(broken))
    assert (done.state, done.lease_token) == (State.REFUSED, 1)


@pytest.mark.parametrize("asked", ["86400", "9" * 400])
async def test_a_server_that_asks_for_a_day_is_asked_again_in_minutes(
    office: PostOffice, asked: str
) -> None:
    office.standin.switches.retry_after = asked
    office.standin.faults.set("rate_limited", "writes", times=1)
    row = await office.put(note("soon"))
    began = office.clock.monotonic()
    assert (await office.deliver(row)).state is State.DONE
    assert office.clock.monotonic() - began <= MAX_RETRY_AFTER + 1


@pytest.mark.parametrize("text", ["Use &lt;br&gt;, not <br>", "R&D; &amp is no entity", "&amp"])
async def test_a_note_that_spells_entities_is_found_again(office: PostOffice, text: str) -> None:
    office.standin.faults.set("drop_after", "writes", times=1)
    before = len(office.standin.account.ticket(TICKET).messages)
    assert (await office.deliver(await office.put(note(text)))).state is State.DONE
    assert len(office.standin.account.ticket(TICKET).messages) == before + 1
