"""Working hours: when they are, and how many there are between two moments."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import MAX_COUNTED, Calendar, Hours
from bot.domain.digest import WEEKDAYS

LONDON = Calendar(zone="Europe/London")
HOUR = 3600

times = st.times().map(lambda each: each.replace(microsecond=0))
hours = st.builds(
    Hours,
    st.lists(st.sampled_from(WEEKDAYS), unique=True, min_size=1).map(tuple),
    times,
    times,
)
calendars = st.builds(
    Calendar,
    hours,
    st.sampled_from(sorted(available_timezones())),
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(str), max_size=5).map(tuple),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001  made aware
    lambda each: each.replace(tzinfo=UTC)
)


@given(calendars, moments, st.lists(st.integers(0, 20 * 24 * HOUR), min_size=2, max_size=4))
def test_working_time_is_additive_and_at_most_the_elapsed_time(
    calendar: Calendar, begin: datetime, passing: list[int]
) -> None:
    ends = [begin + timedelta(seconds=sum(passing[:n])) for n in range(len(passing) + 1)]
    parts = [_worked(calendar, one, other) for one, other in pairwise(ends)]
    assert all(0 <= part <= gone for part, gone in zip(parts, passing, strict=True))
    if ends[-1] - begin <= MAX_COUNTED:
        assert sum(parts) == pytest.approx(_worked(calendar, begin, ends[-1]))


@given(calendars, moments)
def test_working_time_counts_only_within_hours(calendar: Calendar, now: datetime) -> None:
    shift, wait = calendar.shift(now), calendar.wait(now)
    assert (shift is None) == (wait > 0)
    if shift:
        assert _worked(calendar, now, shift.end) == (shift.end - now).total_seconds()
        closed = calendar.closed(shift)
        assert closed <= shift.begin
        assert _worked(calendar, closed, shift.begin) == 0
    elif wait < MAX_COUNTED.total_seconds():
        opened = now + timedelta(seconds=wait)
        assert _worked(calendar, now, opened) == 0
        assert calendar.shift(opened)


@pytest.mark.parametrize(
    ("begin", "end", "worked"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:30", 2.5),
        ("2026-11-23 17:00", "2026-11-24 10:00", 2),  # over night
        ("2026-11-27 17:00", "2026-11-30 10:00", 2),  # over the weekend
        ("2026-12-24 17:00", "2026-12-29 10:00", 2),  # and a holiday
        ("2026-11-28 03:00", "2026-11-29 22:00", 0),
    ],
)
def test_nights_weekends_and_holidays_do_not_count(begin: str, end: str, worked: float) -> None:
    calendar = replace(LONDON, holidays=("12-25", "2026-12-28"))
    assert _worked(calendar, _at(begin), _at(end)) == worked * HOUR


@pytest.mark.parametrize(("day", "worked"), [("2026-03-29", 7), ("2026-10-25", 9)])
def test_working_time_follows_clock_changes(day: str, worked: float) -> None:
    night = Calendar(Hours(WEEKDAYS, time(0), time(8)), "Europe/London")
    assert _worked(night, _at(f"{day} 00:00"), _at(f"{day} 12:00")) == worked * HOUR


def test_a_night_shift_is_one_day_of_work() -> None:
    night = Calendar(Hours(("mon",), time(22), time(6)), "Asia/Tokyo")
    late = datetime(2026, 11, 24, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
    shift = night.shift(late)
    assert shift
    assert shift.day == date(2026, 11, 23)
    assert _worked(night, late - timedelta(hours=12), late) == 7 * HOUR


def _worked(calendar: Calendar, since: datetime, until: datetime) -> float:
    return calendar.worked_until(until)(since)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))
