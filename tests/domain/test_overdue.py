"""How long a customer has waited, as far as lists tell, and which tickets are overdue."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.calendar import Calendar, Hours
from bot.domain.errors import ShowsTooMuch
from bot.domain.overdue import (
    ESCALATED,
    KEPT,
    MAX_GAP,
    OVERDUE,
    AlertState,
    OverdueAlert,
    came_outside_hours,
    overdue_tickets,
)
from bot.domain.people import Department
from bot.domain.ticket import Ticket

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALENDAR = Calendar(Hours(begin=time(9), end=time(17)), "UTC")
ALERT = OverdueAlert("C", {}, {"N": 60, "C": 120}, "en", "U0ANN", CALENDAR, 30, "S0LEADS")


def ticket(number: int, status: str, changed: datetime, created: datetime = MONDAY) -> Ticket:
    place = Department("default", "Support")
    return Ticket(f"t{number}", "AAA", status, "", place, "", "", created, changed)


def since(state: AlertState) -> datetime:
    return datetime.fromtimestamp(state.waits["t1"].since, UTC)


def test_a_new_ticket_waits_since_it_was_opened() -> None:
    changed = ticket(1, "N", MONDAY + 30 * MINUTE)
    assert since(AlertState().seeing(ALERT, [changed], MONDAY + 60 * MINUTE)) == MONDAY


@pytest.mark.parametrize(
    ("gap", "begun"), [(MAX_GAP, MONDAY), (MAX_GAP + MINUTE, MONDAY + 12 * MINUTE)]
)
def test_a_change_restarts_a_wait_only_after_a_long_gap(gap: timedelta, begun: datetime) -> None:
    seen = MONDAY + 5 * MINUTE
    state = AlertState().seeing(ALERT, [ticket(1, "C", MONDAY)], seen)
    changed = ticket(1, "C", MONDAY + 12 * MINUTE)
    assert since(state.seeing(ALERT, [changed], seen + gap)) == begun
    same = ticket(1, "C", MONDAY)
    assert since(state.seeing(ALERT, [same], seen + 10 * gap)) == MONDAY


def test_a_new_ticket_that_becomes_open_waits_on() -> None:
    """Whoever takes it over or transfers it has not answered it."""
    state = AlertState().seeing(ALERT, [ticket(1, "N", MONDAY)], MONDAY + MINUTE)
    opened = ticket(1, "C", MONDAY + 50 * MINUTE)
    assert since(state.seeing(ALERT, [opened], MONDAY + 2 * MINUTE)) == MONDAY
    woken = state.seeing(ALERT, [ticket(1, "W", MONDAY)], MONDAY + 2 * MINUTE)
    assert since(woken.seeing(ALERT, [opened], MONDAY + 51 * MINUTE)) == MONDAY + 50 * MINUTE


def test_an_answer_ends_a_wait_and_its_alerts() -> None:
    open_ = ticket(1, "C", MONDAY)
    state = AlertState().seeing(ALERT, [open_], MONDAY + 3 * 60 * MINUTE)
    overdue = overdue_tickets(ALERT, state, [open_], MONDAY + 3 * 60 * MINUTE)
    state = state.with_notified(overdue, ESCALATED)
    assert state.waits["t1"].notified == ESCALATED
    gone = state.seeing(ALERT, [], MONDAY + 181 * MINUTE)
    again = gone.seeing(ALERT, [open_], MONDAY + 185 * MINUTE)
    assert again.waits["t1"].notified == ESCALATED  # the list had lacked it
    answered = gone.seeing(ALERT, [ticket(1, "C", MONDAY + 184 * MINUTE)], MONDAY + 185 * MINUTE)
    assert answered.waits["t1"].notified == 0
    assert not gone.seeing(ALERT, [], MONDAY + 181 * MINUTE + KEPT).waits


def test_the_most_urgent_comes_first_by_its_own_limit() -> None:
    tickets = [
        ticket(1, "C", MONDAY),
        ticket(2, "N", MONDAY + 20 * MINUTE, MONDAY + 20 * MINUTE),
        ticket(3, "A", MONDAY),
        ticket(4, "N", MONDAY + 80 * MINUTE, MONDAY + 80 * MINUTE),
    ]
    now = MONDAY + 130 * MINUTE
    state = AlertState().seeing(ALERT, tickets, now)
    overdue = overdue_tickets(ALERT, state, tickets, now)
    assert [(each.ticket.id, each.is_escalated) for each in overdue] == [
        ("t2", True),
        ("t1", False),
    ]
    state = state.with_notified(overdue, OVERDUE)
    assert [each.is_to_escalate for each in overdue_tickets(ALERT, state, tickets, now)] == [
        True,
        False,
    ]
    nobody = replace(ALERT, escalates_to="")
    assert not any(each.is_escalated for each in overdue_tickets(nobody, state, tickets, now))


def test_the_morning_counts_what_came_overnight() -> None:
    night = MONDAY - timedelta(hours=60)  # a Friday's evening
    tickets = [ticket(1, "C", night), ticket(2, "C", MONDAY), ticket(3, "C", night - timedelta(1))]
    state = AlertState().seeing(ALERT, tickets, MONDAY)
    assert came_outside_hours(ALERT, state, [], tickets, MONDAY) == 1
    assert came_outside_hours(ALERT, state, [], tickets, MONDAY - MINUTE) == 0


def test_an_agent_shows_their_own_departments() -> None:
    assert ALERT.within({"d1": "One"}).departments == {"d1": "One"}
    with pytest.raises(ShowsTooMuch):
        replace(ALERT, departments={"d2": "Two"}).within({"d1": "One"})


def test_a_clock_that_was_set_back_holds_no_mention_back() -> None:
    state = AlertState(escalated_at=(MONDAY + timedelta(hours=9)).timestamp())
    assert state.may_escalate(MONDAY)
    assert not state.may_escalate(MONDAY + timedelta(hours=9))
