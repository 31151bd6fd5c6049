"""Postponing and waking tickets, with a key of version 3."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.slack import Form, Person
from tests.clock import PatientClock
from tests.journeys.acting import (
    CODE,
    TICKET,
    calls,
    direct_messages,
    message_count,
    open_card,
    open_form,
    type_and_see,
)
from tests.waiting import until_found

LONDON = ZoneInfo("Europe/London")
DONE = "✅ Postpone"


@pytest.fixture
def has_v3_key() -> bool:
    return True


def morning(clock: PatientClock, days: int = 1) -> datetime:
    day = clock.now().astimezone(LONDON).date() + timedelta(days=days)
    return datetime.combine(day, datetime.min.time(), LONDON).replace(hour=8).astimezone(UTC)


def until(sandbox: Sandbox) -> datetime | None:
    return sandbox.liveagent.account.ticket(TICKET).postponed_until


async def put_off(ann: Person, typed: str = "", reason: str = "") -> Form | None:
    form = await open_form(ann, "Postpone", "Another time")
    given = {"Another time": typed, "Reason": reason}
    filled = await ann.fills(form, {name: text for name, text in given.items() if text})
    return await ann.submits(filled)


async def do_it_now(ann: Person, label: str = "Postpone now") -> None:
    await ann.clicks(await ann.wait_for(label), label)


async def test_a_ticket_is_postponed_until_tomorrow(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    form = await open_form(ann, "Postpone", "Another time")
    await ann.submits(await ann.fills(form, {"Reason": "The carrier searches the parcel."}))
    assert calls(sandbox, "PUT") == []
    await do_it_now(ann)
    card = await ann.wait_for(lambda seen: "Wakes:" in seen and "[Wake now]" in seen)
    assert "(as New)" in card
    assert DONE in card
    assert "Postponed until" in card
    assert until(sandbox) == morning(clock)
    (note,) = calls(sandbox, "POST", "/messages")
    assert note.parameters["useridentifier"] == "agent001"
    assert note.parameters["type"] == "N"
    assert "The carrier searches the parcel." in note.parameters["message"]
    assert "8:00 (London)" in note.parameters["message"]


async def test_postpone_by_command_takes_a_time(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    await ann.types("#support", f"/ticket postpone {CODE} tomorrow 9:30")
    form = await ann.wait_for_form("Another time")
    assert "Until" in form
    assert "9:30" in form
    await ann.submits(form)
    await do_it_now(ann)
    await ann.wait_for(DONE)
    assert until(sandbox) == morning(clock) + timedelta(hours=1, minutes=30)


async def test_in_japanese(hanako: Person, sandbox: Sandbox, clock: PatientClock) -> None:
    await hanako.types("#サポート", "/ticket 延期 JPN-7K2-QX9 明日 ９時半")
    form = await hanako.wait_for_form("別の日時")
    await hanako.submits(await hanako.fills(form, {"理由": "倉庫を確認中"}))
    await do_it_now(hanako, "今すぐ延期する")
    await hanako.wait_for("まで延期しました。")
    ticket = sandbox.liveagent.account.ticket("jp0000a1")
    there = ticket.postponed_until and ticket.postponed_until.astimezone(ZoneInfo("Asia/Tokyo"))
    assert there
    assert f"{there:%H:%M}" == "09:30"
    assert there.date() == clock.now().astimezone(ZoneInfo("Asia/Tokyo")).date() + timedelta(days=1)
    assert any("倉庫を確認中" in message.text for message in ticket.messages)


async def test_a_time_that_cannot_be(ann: Person, sandbox: Sandbox) -> None:
    for typed in ("soon", "yesterday", "2020-01-01", "3 years"):
        again = await put_off(ann, typed)
        assert again
        assert again.errors
        await ann.closes(again)
    assert calls(sandbox, "PUT") == []


async def test_a_held_postponement_can_be_undone(ann: Person, sandbox: Sandbox) -> None:
    await put_off(ann, reason="Later.")
    await ann.clicks(await ann.wait_for("Postpone now"), "Undo")
    await ann.wait_for("Undone. Nothing was changed.")
    assert calls(sandbox, "PUT") == calls(sandbox, "POST") == []


async def test_a_customer_who_writes_before_is_noticed(ann: Person, sandbox: Sandbox) -> None:
    await put_off(ann, reason="Later.")
    held = await ann.wait_for("Postpone now")
    sandbox.liveagent.account.customer_writes(TICKET, "It is urgent!")
    await ann.clicks(held, "Postpone now")
    asked = await ann.wait_for("There is a new message in the ticket.")
    assert until(sandbox) is None
    await ann.clicks(asked, "Postpone anyway")
    await ann.wait_for(DONE)
    assert message_count(sandbox, "Later.") == 1


async def test_wake_now_reopens_a_postponed_ticket(ann: Person, sandbox: Sandbox) -> None:
    await put_off(ann)
    await do_it_now(ann)
    card = await ann.wait_for(lambda seen: "[Wake now]" in seen and "[Reply]" in seen)
    await ann.clicks(card, "Wake now")
    await do_it_now(ann, "Wake it now")
    await ann.wait_for("The ticket is Open.")
    (call,) = calls(sandbox, "PUT", "/status")
    assert call.parameters["useridentifier"] == "agent001"


async def test_the_person_who_postponed_it_is_notified_when_it_wakes(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    await put_off(ann, "2h", "Call the carrier.")
    await do_it_now(ann)
    await ann.wait_for(DONE)
    assert not any("Woke up" in each for each in direct_messages(ann))
    await clock.move(timedelta(hours=2, minutes=1))
    notice = await ann.wait_for("Woke up", channel=ann.direct)
    assert "Call the carrier." in notice
    assert "The ticket is New." in notice
    assert sandbox.liveagent.account.ticket(TICKET).status == "N"
    await ann.clicks(notice, "Show ticket")
    await ann.wait_for(lambda seen: "[Reply]" in seen, channel=ann.direct)
    await clock.move(timedelta(days=1))
    assert sum("Woke up" in each for each in direct_messages(ann)) <= 1


async def test_a_ticket_that_does_not_wake_is_reported(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    sandbox.liveagent.switches.oversleeps = True
    await put_off(ann, "2h", "Call the carrier.")
    await do_it_now(ann)
    await ann.wait_for(DONE)
    await clock.move(timedelta(hours=2, minutes=1))
    await clock.move(timedelta(hours=1))
    await ann.wait_for("Still postponed", channel=ann.direct)


async def test_an_unknown_wake_time_is_not_reported_as_late(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    await put_off(ann, "2h")
    await do_it_now(ann)
    await ann.wait_for(DONE)
    ticket = sandbox.liveagent.account.ticket(TICKET)
    ticket.postponed_until = clock.now() + timedelta(hours=5)
    sandbox.liveagent.faults.set("error", "list_ticket_rows")
    asked = len(calls(sandbox, "GET", "/grid"))
    await clock.move(timedelta(hours=2, minutes=11))

    async def is_read() -> bool:
        await clock.move(timedelta(seconds=5))
        return len(calls(sandbox, "GET", "/grid")) > asked

    async def is_told() -> bool:
        await clock.move(timedelta(minutes=10))
        return bool(direct_messages(ann))

    await until_found(is_read)
    sandbox.liveagent.faults.clear()
    await until_found(is_told)
    assert "Woke up" in direct_messages(ann)[0]


async def test_after_a_refusal_postpone_is_not_offered(ann: Person, sandbox: Sandbox) -> None:
    """It is told once, and then no longer offered."""
    sandbox.liveagent.switches.v3_may_not = frozenset(["postpone"])
    await put_off(ann)
    await do_it_now(ann)
    await ann.wait_for("The bot's LiveAgent API key may not do this.")
    assert calls(sandbox, "POST") == []
    card = await open_card(ann)
    with pytest.raises(Exception, match="no 'Postpone'"):
        await ann.clicks(card, "Postpone")


async def test_another_zone_of_the_account_is_reported(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.switches.v3_zone = ZoneInfo("America/Phoenix")
    await put_off(ann)
    await do_it_now(ann)
    await ann.wait_for("which isn't the time you chose")


async def test_a_card_does_not_need_version_3(ann: Person, sandbox: Sandbox) -> None:
    sandbox.liveagent.account.ticket(TICKET).status = "W"
    for kind in ("refuse", "down", "html_page", "error"):
        sandbox.liveagent.faults.clear()
        sandbox.liveagent.faults.add(Fault(kind=kind, calls="list_ticket_rows"))
        card = await type_and_see(ann, f"/ticket {CODE}", "Postponed")
        assert "Wakes:" not in card
        await sandbox.clock.move(timedelta(minutes=1))  # the bot forgets what it has read


async def test_a_ticket_postponed_in_liveagent_shows_when_it_wakes(
    ann: Person, sandbox: Sandbox, clock: PatientClock
) -> None:
    ticket = sandbox.liveagent.account.ticket(TICKET)
    ticket.status, ticket.postponed_until = "W", clock.now() + timedelta(days=2)
    card = await open_card(ann)
    assert "Wakes:" in card
    assert "(as" not in card


class TestWithoutAKey:
    @pytest.fixture
    def has_v3_key(self) -> bool:
        return False

    async def test_without_a_v3_key_postpone_is_not_offered(
        self, ann: Person, sandbox: Sandbox
    ) -> None:
        sandbox.liveagent.account.ticket(TICKET).status = "W"
        card = await open_card(ann)
        assert "Wake now" not in card
        with pytest.raises(Exception, match="no 'Postpone'"):
            await ann.clicks(card, "Postpone")
        await ann.types("#support", "/ticket help")
        shown = await ann.wait_for("/ticket resolve")
        assert "postpone" not in shown
        await ann.types("#support", f"/ticket postpone {CODE}")
        await ann.wait_until(lambda: ann.sees("This isn't set up"))
        assert not [call for call in sandbox.liveagent.account.journal if "v3" in call.path]
