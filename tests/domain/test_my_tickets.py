"""Who gets which messages about their tickets, and when."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Hours
from bot.domain.changes import Change, What
from bot.domain.digest import WEEKDAYS
from bot.domain.my_tickets import (
    PING_SECONDS,
    Effect,
    Mode,
    MyTicketsChoice,
    News,
    effect_of,
)
from bot.domain.people import Agent

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
ANN = Agent("a1", "ann@acme.example", "Ann", contact_id="c1")
WROTE = Change(What.CUSTOMER_WROTE, AT, "t1", "AAA", "C", "d1", assignee_id="a1", who="x", id=1)
ASSIGNED = replace(WROTE, what=What.ASSIGNED, who="", before="a2", after="a1", id=2)
LATE = replace(WROTE, what=What.STATUS_CHANGED, who="", after="C", is_late=True)


@pytest.mark.parametrize(
    ("change", "effect"),
    [
        (WROTE, Effect.ANSWER),
        (replace(WROTE, assignee_id="c1"), Effect.ANSWER),
        (replace(WROTE, assignee_id="a2"), None),
        (replace(WROTE, assignee_id=None), None),
        (ASSIGNED, Effect.ASSIGNED),
        (replace(ASSIGNED, who="a2"), Effect.ASSIGNED),
        (replace(ASSIGNED, who="c1"), None),
        (replace(ASSIGNED, by="U0ANN"), None),
        (replace(ASSIGNED, who="a1", by="U0BEN"), Effect.ASSIGNED),
        (replace(ASSIGNED, assignee_id="a2", before="a1", after="a2"), Effect.OVER),
        (replace(WROTE, what=What.AGENT_REPLIED, who="a1"), Effect.OVER),
        (replace(WROTE, what=What.AGENT_REPLIED, who="a2"), None),
        (replace(WROTE, what=What.RESOLVED, who="a2"), Effect.OVER),
        (replace(WROTE, what=What.TOUCHED, by="U0ANN"), None),
        (LATE, Effect.LATE),
        (replace(LATE, after="A"), None),
        (replace(LATE, assignee_id="a2"), None),
    ],
)
def test_the_effect_of_a_change_depends_on_the_assignee(
    change: Change, effect: Effect | None
) -> None:
    assert effect_of(change, ANN, "U0ANN") == effect


def test_unread_changes_add_up_and_count_once() -> None:
    news = News("t1").after(WROTE, Effect.ANSWER).after(WROTE, Effect.ANSWER)
    assert (news.answers, news.is_assigned, news.is_ping) == (1, False, True)
    news = news.after(ASSIGNED, Effect.ASSIGNED)
    assert (news.answers, news.is_assigned, news.change_id) == (1, True, 2)
    news = news.after(replace(WROTE, id=3), Effect.OVER)
    assert not news.is_unread
    assert not news.is_ping


def test_further_news_is_no_ping_within_a_quarter_of_an_hour() -> None:
    told = News("t1", answers=1, change_id=1, ts="1.0", since_ping=PING_SECONDS - 1)
    assert not told.after(replace(WROTE, id=2), Effect.ANSWER).is_ping
    assert replace(told, since_ping=PING_SECONDS).after(replace(WROTE, id=2), Effect.ANSWER).is_ping
    assert told.read().after(replace(WROTE, id=2), Effect.ANSWER).is_ping  # once there may be one
    assert not told.may_ping


@pytest.mark.parametrize(
    ("day", "hour", "wait"),
    [(23, 9, 0), (23, 17, 0), (23, 8, 3600), (23, 18, 15 * 3600), (27, 18, 63 * 3600)],
)
def test_hours_are_the_persons_own(day: int, hour: int, wait: float) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    now = datetime(2026, 11, day, hour, tzinfo=zone)
    person = MyTicketsChoice("U", mode=Mode.HOURS)
    assert person.wait(now.astimezone(UTC), "Asia/Tokyo") == wait
    assert replace(person, mode=Mode.ALWAYS).wait(now, "Asia/Tokyo") == 0


def test_a_night_shift_lasts_past_midnight() -> None:
    night = Hours(("mon",), time(22), time(6))
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert night.wait(monday + timedelta(hours=23), "UTC") == 0
    assert night.wait(monday + timedelta(hours=29), "UTC") == 0
    assert night.wait(monday + timedelta(hours=30), "UTC") == (7 * 24 - 8) * 3600


def test_an_unknown_zone_is_utc() -> None:
    assert Hours().wait(AT, "Mars/Olympus") == Hours().wait(AT, "UTC") == 0


@given(
    moment=st.integers(1_735_689_600, 1_830_000_000),
    zone=st.sampled_from(sorted(available_timezones())),
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    begin=st.times(),
    end=st.times(),
)
def test_the_wait_ends_when_hours_begin_in_every_zone(
    moment: int, zone: str, days: set[str], begin: time, end: time
) -> None:
    hours, now = Hours(tuple(days), begin, end), datetime.fromtimestamp(moment, UTC)
    wait = hours.wait(now, zone)
    assert 0 <= wait <= 8 * 24 * 3600
    began = now + timedelta(seconds=wait)
    assert hours.wait(began, zone) == 0
    if wait:
        assert hours.wait(began - timedelta(seconds=min(wait, 1)), zone) > 0
