"""Which changes a live channel shows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.changes import Change, What
from bot.domain.live import LiveChannel

LIVE = LiveChannel("C1", {"d1": "Support"}, ("N", "C"), "en", "U0ANN")
WROTE = Change(
    What.CUSTOMER_WROTE, datetime(2026, 11, 23, tzinfo=UTC), "t1", "AAA", "C", "d1", id=1
)


def test_a_customers_message_brings_a_covered_ticket() -> None:
    assert LIVE.is_for(WROTE, is_shown=False)
    assert replace(LIVE, departments={}).is_for(replace(WROTE, department_id="x"), is_shown=False)


@pytest.mark.parametrize(
    "other",
    [
        replace(WROTE, status="A"),
        replace(WROTE, department_id="d2"),
        replace(WROTE, what=What.NOTED),
        replace(WROTE, what=What.RESOLVED),
        replace(WROTE, what=What.TOUCHED),
        replace(WROTE, what=What.CAUGHT_UP, ticket_id=""),
    ],
)
def test_other_changes_bring_no_ticket(other: Change) -> None:
    assert not LIVE.is_for(other, is_shown=False)


def test_all_changes_of_a_shown_ticket_are_reported_until_it_moves_away() -> None:
    assert LIVE.is_for(replace(WROTE, what=What.NOTED, status="R"), is_shown=True)
    assert not LIVE.is_for(replace(WROTE, what=What.TOUCHED), is_shown=True)
    moved = replace(WROTE, department_id="d2")
    assert LIVE.is_for(replace(moved, what=What.TRANSFERRED), is_shown=True)
    assert not LIVE.is_for(moved, is_shown=True)
