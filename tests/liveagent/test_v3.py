"""Version 3: what its answers prove, and what each failure means."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.domain.activity import Active, Doing
from bot.domain.errors import (
    KeyRefused,
    LiveAgentError,
    NotApplied,
    NotPrivileged,
    OutcomeUnknown,
    Refused,
    Unreadable,
)
from bot.liveagent import protocol_v3, wire_v3
from bot.liveagent.client import LiveAgent
from bot.liveagent.client_v3 import (
    PRESENCE_SECONDS,
    PRESENCE_TURN_SECONDS,
    REFUSAL_SECONDS,
    SHOWN_SECONDS,
    Privileges,
)
from bot.liveagent.pace import Pace
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.liveagent.faults import Kind
from tests.clock import ManualClock, PatientClock
from tests.liveagent.json_v3 import FRIDAY, JSON
from tests.liveagent.outcomes import OUTCOMES
from tests.liveagent.samples import sample

ID = "s4y7t5s7"
READ = protocol_v3.get_postponed("grid/tickets")
WRITE = protocol_v3.put_postpone(ID, FRIDAY, ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def with_key(liveagent: LiveAgent, standin: LiveAgentStandIn) -> LiveAgent:
    return liveagent.with_v3(standin.api_v3_key)


def tomorrow() -> datetime:
    return (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)


def test_a_time_is_written_in_the_zone_of_the_account() -> None:
    assert WRITE.body == {"date_time": "2026-11-27 17:00:00"}
    assert (str(WRITE), WRITE.path) == ("PUT v3/tickets/{id}/postpone", f"tickets/{ID}/postpone")
    assert ID not in repr(WRITE)


def test_when_a_ticket_wakes_is_believed_only_where_it_is_certain() -> None:
    """A time without a zone could be any, and a row of another status is not postponed."""
    rows = protocol_v3.read_answer(READ, 200, sample("v3_rows.json"))
    unknown = ("local001", "zero0001", "none0001", "miss0001")
    known = ("post0001", "text0001", "zone0001")
    assert wire_v3.read_wakes(READ, rows) == {
        **dict.fromkeys(known, FRIDAY),
        **dict.fromkeys(unknown),
    }


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_calendar_has_is_unknown(at: str) -> None:
    rows = [{"conversationid": ID, "status": "W", "datereopen": at}]
    assert wire_v3.read_wakes(READ, rows) == {ID: None}


def test_activity_is_read() -> None:
    request = protocol_v3.get_activity()
    answer = protocol_v3.read_answer(request, 200, sample("v3_activity.json"))
    assert wire_v3.read_activity(request, answer) == [
        Active("agent001", ID, Doing.REPLYING),
        Active("agent001", "plain001", Doing.VIEWING, FRIDAY),
        Active("agent001", "call0001", Doing.CALLING),
        Active("agent001", "odd00001", Doing.VIEWING),
        Active("4711", "815", Doing.RINGING),
    ]


@given(JSON)
def test_no_answer_ends_in_another_error(answer: object) -> None:
    for read in (wire_v3.read_wakes, wire_v3.read_activity):
        with suppress(Unreadable):
            read(READ, answer)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b'{"message": "Unauthorized"}', KeyRefused),
        (403, sample("v3_error.json"), NotPrivileged),
        (403, b'{"message": "ApiKey not found"}', KeyRefused),
        (403, sample("error_403.json"), KeyRefused),
        (400, b'{"message": "Date can not be in the past"}', Refused),
        (404, b'{"message": "Not found"}', Refused),
        (500, b'{"message": "common processing error"}', Refused),
        (200, sample("error_500.json"), Refused),
        (503, b'{"message": "being updated"}', NotApplied),
        (429, b"", NotApplied),
        (502, sample("proxy.html"), OutcomeUnknown),
        (200, sample("proxy.html"), Unreadable),
        (200, b"", Unreadable),
        (200, b'[{"conv', Unreadable),
        (200, b'"OK"', Unreadable),
    ],
)
def test_each_failure_means_what_it_means_for_a_write(
    status: int, body: bytes, error: type[LiveAgentError]
) -> None:
    with pytest.raises(error) as raised:
        protocol_v3.read_answer(WRITE, status, body)
    assert type(raised.value) is error


def test_a_list_is_no_answer_to_a_write() -> None:
    with pytest.raises(Unreadable):
        protocol_v3.accept_write(WRITE, [])


@pytest.mark.parametrize("reopen", ["epoch", "text", "iso"])
@pytest.mark.parametrize("is_old", [True, False])
@pytest.mark.parametrize("ignores_filters", [True, False])
async def test_the_wake_time_is_read_back(
    with_key: LiveAgent,
    standin: LiveAgentStandIn,
    reopen: Literal["epoch", "text", "iso"],
    *,
    is_old: bool,
    ignores_filters: bool,
) -> None:
    switches = standin.switches
    switches.v3_reopen = reopen
    switches.v3_old_grid, switches.v3_ignores_filters = is_old, ignores_filters
    until = tomorrow()
    await with_key.postpone(ID, until)
    assert await with_key.wakes_at(ID) == until
    assert standin.account.ticket(ID).status == "W"
    assert await with_key.wakes_at("plain001") is None


async def test_another_zone_shows_when_it_is_read_back(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.v3_zone = ZoneInfo("America/Phoenix")
    until = tomorrow()
    await with_key.postpone(ID, until)
    assert await with_key.wakes_at(ID) == until + timedelta(hours=7)


async def test_the_key_is_in_the_header_alone(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    await with_key.postpone(ID, tomorrow())
    (call,) = standin.account.journal
    assert list(call.parameters) == ["date_time"]
    assert standin.api_v3_key not in repr(with_key.v3)


async def test_nobody_waits_for_a_turn_of_work_in_the_background(
    standin: LiveAgentStandIn, liveagent: LiveAgent
) -> None:
    clock = ManualClock()
    pace = Pace(2, clock=clock)
    await pace.turn(background=False)
    with_key = replace(liveagent, clock=clock).with_v3(standin.api_v3_key, pace=pace)
    behind = asyncio.create_task(with_key.in_background().recent_activity())
    await clock.advance(0.1)
    card = asyncio.create_task(with_key.recent_activity())
    await clock.advance(PRESENCE_SECONDS + PRESENCE_TURN_SECONDS)
    assert card.done()
    assert card.result() is None
    behind.cancel()


async def test_a_card_is_drawn_without_what_takes_long(
    standin: LiveAgentStandIn, liveagent: LiveAgent
) -> None:
    """It is not asked for again for a while."""
    clock = PatientClock()
    with_key = replace(liveagent, clock=clock).with_v3(standin.api_v3_key)
    standin.faults.set("hang", "list_ticket_rows")
    assert await clock.too_late_for(with_key.recent_wake_time(ID), SHOWN_SECONDS) is None
    asked = len(standin.account.journal)
    assert await with_key.recent_wake_time(ID) is None
    assert await with_key.assignees([ID]) == {}
    assert len(standin.account.journal) == asked
    standin.faults.clear()


async def test_presence_that_takes_long_is_unknown(
    standin: LiveAgentStandIn, liveagent: LiveAgent
) -> None:
    """It is not read again for a while. How long it takes is the clock's to say."""
    clock = PatientClock()
    with_key = replace(liveagent, clock=clock).with_v3(standin.api_v3_key)
    assert with_key.v3
    standin.faults.set("hang", "list_activity")
    assert await clock.too_late_for(with_key.v3.recent_activity(), PRESENCE_SECONDS) is None
    asked = len(standin.account.journal)
    assert await with_key.v3.recent_activity() is None
    assert len(standin.account.journal) == asked
    standin.faults.clear()


CALLS: dict[str, Callable[[LiveAgent], Awaitable[object]]] = {
    "postpone": lambda la: la.postpone(ID, tomorrow()),
    "list_ticket_rows": lambda la: la.wakes_at(ID),
}


@pytest.mark.parametrize("call", CALLS)
async def test_a_key_that_may_not_is_asked_again_later(
    standin: LiveAgentStandIn, liveagent: LiveAgent, call: str
) -> None:
    clock = ManualClock()
    with_key = replace(liveagent, clock=clock).with_v3(standin.api_v3_key)
    standin.switches.v3_may_not = frozenset([call])
    assert with_key.can_postpone
    with pytest.raises(NotPrivileged):
        await CALLS[call](with_key)
    assert with_key.can_postpone is (call != "postpone")
    await clock.advance(REFUSAL_SECONDS + 1)
    assert with_key.can_postpone


def test_a_restored_privilege_is_noticed() -> None:
    privileges = Privileges(ManualClock())
    privileges.note("GET x", NotPrivileged("GET x", 403))
    assert not privileges.allows("GET x")
    assert privileges.allows("GET y")
    privileges.note("GET x", None)
    assert privileges.allows("GET x")


async def test_without_a_key_nothing_is_sent(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    assert not liveagent.can_postpone
    with pytest.raises(NotApplied):
        await liveagent.postpone(ID, tomorrow())
    assert standin.account.journal == []


@pytest.mark.parametrize("key", ["", "v3-another"])
async def test_another_key_is_refused(
    liveagent: LiveAgent, standin: LiveAgentStandIn, key: str
) -> None:
    with pytest.raises(KeyRefused):
        await liveagent.with_v3(key or standin.api_key).postpone(ID, tomorrow())


@pytest.mark.parametrize(("kind", "outcome"), OUTCOMES)
@pytest.mark.parametrize("call", CALLS)
async def test_every_call_is_sent_once_despite_any_failures(
    with_key: LiveAgent,
    standin: LiveAgentStandIn,
    call: str,
    kind: Kind,
    outcome: type[LiveAgentError],
) -> None:
    await with_key.tags()  # the connection stands, as it does in real life
    before = len(standin.account.journal)
    standin.faults.set(kind, call if call == "list_ticket_rows" else "postpone")
    with pytest.raises(outcome):
        await CALLS[call](with_key)
    assert len(standin.account.journal) == before + 1


@pytest.mark.parametrize("is_apart", [True, False])
async def test_both_keys_share_one_pace_unless_counted_apart(
    standin: LiveAgentStandIn, liveagent: LiveAgent, *, is_apart: bool
) -> None:
    with_key = liveagent.with_v3(standin.api_v3_key, pace=Pace(9) if is_apart else None)
    assert with_key.v3
    assert (with_key.v3.exchange.pace is with_key.pace) is not is_apart
    standin.switches.keys_counted_apart = is_apart
    standin.switches.calls_per_minute = 1
    await with_key.queue()
    if is_apart:
        await with_key.v3.activity()
    else:
        with pytest.raises(NotApplied):
            await with_key.v3.activity()
