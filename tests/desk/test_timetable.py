"""Digests are due once for each local date and time, also when clocks change."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.timetable import latest_due, next_due
from bot.domain.digest import WEEKDAYS, Schedule

NEW_YORK = ZoneInfo("America/New_York")


def due_times(schedule: Schedule, start: datetime, count: int) -> list[datetime]:
    found = []
    for _ in range(count):
        start = next_due(schedule, start)
        found.append(start)
    return found


def test_weekdays_by_name() -> None:
    schedule = Schedule(("mon", "wed"), (time(9), time(14, 30)), "Asia/Tokyo")
    monday = datetime(2026, 11, 23, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    found = due_times(schedule, monday, 5)
    assert [f"{each.astimezone(ZoneInfo(schedule.zone)):%a %H:%M}" for each in found] == [
        "Mon 09:00",
        "Mon 14:30",
        "Wed 09:00",
        "Wed 14:30",
        "Mon 09:00",
    ]


def test_a_time_that_spring_leaves_out_is_an_hour_later() -> None:
    schedule = Schedule(WEEKDAYS, (time(2, 30),), "America/New_York")
    found = due_times(schedule, datetime(2026, 3, 7, 12, tzinfo=NEW_YORK), 2)
    local = [each.astimezone(NEW_YORK) for each in found]
    assert [f"{each:%d %H:%M}" for each in local] == ["08 03:30", "09 02:30"]


def test_a_time_that_autumn_has_twice_is_due_once() -> None:
    schedule = Schedule(WEEKDAYS, (time(1, 30),), "America/New_York")
    found = due_times(schedule, datetime(2026, 10, 31, 12, tzinfo=NEW_YORK), 2)
    assert [f"{each.astimezone(NEW_YORK):%d %H:%M}" for each in found] == ["01 01:30", "02 01:30"]
    between = found[0] + timedelta(minutes=10)  # posted, and the clock will show 01:30 again
    assert next_due(schedule, between) == found[1]


def test_an_hour_after_midnight_is_due_on_the_days_after_clocks_change() -> None:
    schedule = Schedule(("mon",), (time(0),), "America/New_York")
    found = due_times(schedule, datetime(2026, 3, 3, 12, tzinfo=NEW_YORK), 2)  # changes on the 8th
    assert [f"{each.astimezone(NEW_YORK):%d %H:%M}" for each in found] == ["09 00:00", "16 00:00"]


def test_a_time_that_spring_leaves_out_is_due_although_another_is_before_it() -> None:
    schedule = Schedule(WEEKDAYS, (time(1, 45), time(2, 30)), "Europe/London")
    found = due_times(schedule, datetime(2026, 3, 29, 0, tzinfo=UTC), 2)  # 01:45 does not exist
    assert [f"{each:%H:%M}" for each in found] == ["01:30", "01:45"]


def test_missed_times_are_made_up_for_once() -> None:
    schedule = Schedule(WEEKDAYS, (time(9),), "UTC")
    due = datetime(2026, 11, 20, 9, tzinfo=UTC)
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert latest_due(schedule, due, now) == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert latest_due(schedule, due, due) == due


def test_the_latest_due_time_is_found_quickly_after_years() -> None:
    """The event loop waits for it."""
    schedule = Schedule(("tue",), tuple(time(hour) for hour in range(0, 24, 2)), "Asia/Tokyo")
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    found = latest_due(schedule, now - timedelta(days=3650), now)
    assert found == datetime(2026, 11, 17, 13, tzinfo=UTC)


zones = st.sampled_from(
    ["UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Nuuk"]
)
schedules = st.builds(
    Schedule,
    st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True).map(tuple),
    st.lists(
        st.times().map(lambda each: each.replace(second=0, microsecond=0)),
        min_size=1,
        max_size=4,
        unique=True,
    ).map(tuple),
    zones,
)


def existing(schedule: Schedule, first: datetime, last: datetime) -> set[datetime]:
    """Returns the schedule's times between two moments, without those that clocks skip."""
    zone, days = ZoneInfo(schedule.zone), (last - first).days + 1
    found = set()
    for number in range(days + 1):
        day = first.astimezone(zone).date() + timedelta(days=number)
        for each in schedule.times if WEEKDAYS[day.weekday()] in schedule.days else ():
            moment = datetime.combine(day, each, zone).astimezone(UTC)
            if moment.astimezone(zone).time() == each and first <= moment <= last:
                found.add(moment)
    return found


@pytest.mark.filterwarnings("ignore")
@given(schedules, st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001
def test_times_go_forward_and_none_is_twice_or_missed(schedule: Schedule, naive: datetime) -> None:
    start = naive.replace(tzinfo=UTC)
    found = due_times(schedule, start, 10)
    assert all(earlier < later for earlier, later in zip([start, *found], found, strict=False))
    local = [f"{each.astimezone(ZoneInfo(schedule.zone)):%F %H:%M}" for each in found]
    assert len(set(local)) == len(local)
    missed = existing(schedule, found[0], found[-1]) - {*found}
    assert not missed
    for last, following in pairwise(found):
        assert latest_due(schedule, found[0], following) == following
        assert latest_due(schedule, found[0], following - timedelta(seconds=1)) == last
