"""Times to postpone until, typed in two languages, in every zone and when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain.errors import BadInput, NotATime, PastTime, TooFarAhead
from bot.domain.when import MAX_AHEAD, days_to_monday, morning_in, read_when

LONDON, NEW_YORK, TOKYO = map(ZoneInfo, ("Europe/London", "America/New_York", "Asia/Tokyo"))
WEDNESDAY = datetime(2026, 11, 25, 10, 17, tzinfo=UTC)

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
_SECONDS = [int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2020, 2035)]
MOMENTS = st.integers(*_SECONDS).map(lambda each: datetime.fromtimestamp(each, UTC))
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


def local(typed: str, now: datetime = WEDNESDAY, zone: ZoneInfo = LONDON) -> str:
    return f"{read_when(typed, now, zone).astimezone(zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorrow", "2026-11-26 08:00"),
        ("Tomorrow 9:30", "2026-11-26 09:30"),
        ("tomorrow, 3pm", "2026-11-26 15:00"),
        ("tomorrow at 12 am", "2026-11-26 00:00"),
        ("tomorrow noon", "2026-11-26 12:00"),
        ("today 17:00", "2026-11-25 17:00"),
        ("17:00", "2026-11-25 17:00"),
        ("8am", "2026-11-26 08:00"),
        ("9.05", "2026-11-26 09:05"),
        ("monday", "2026-11-30 08:00"),
        ("mon 8", "2026-11-30 08:00"),
        ("monday 8:45", "2026-11-30 08:45"),
        ("wednesday 23:00", "2026-12-02 23:00"),
        ("next friday", "2026-12-04 08:00"),
        ("this friday", "2026-11-27 08:00"),
        ("next week", "2026-11-30 08:00"),
        ("3d", "2026-11-28 10:17"),
        ("in 2 hours", "2026-11-25 12:17"),
        ("1d 2h", "2026-11-26 12:17"),
        ("90 min", "2026-11-25 11:47"),
        ("1w", "2026-12-02 10:17"),
        ("2026-12-01", "2026-12-01 08:00"),
        ("2026-12-01 17:30", "2026-12-01 17:30"),
        ("1 dec", "2026-12-01 08:00"),
        ("December 1st, 2026 17:30", "2026-12-01 17:30"),
        ("jan 7", "2027-01-07 08:00"),
        ("明日", "2026-11-26 08:00"),
        ("明日 ９時", "2026-11-26 09:00"),
        ("明日の9時半", "2026-11-26 09:30"),
        ("あさって 午後3時", "2026-11-27 15:00"),
        ("今日17時15分", "2026-11-25 17:15"),
        ("月曜日 8:00", "2026-11-30 08:00"),
        ("来週の金曜", "2026-12-04 08:00"),
        ("今週金曜日10時", "2026-11-27 10:00"),
        ("来週", "2026-11-30 08:00"),
        ("3日後", "2026-11-28 10:17"),
        ("2時間後", "2026-11-25 12:17"),
        ("３０分後", "2026-11-25 10:47"),
        ("1週間後", "2026-12-02 10:17"),
        ("12月1日", "2026-12-01 08:00"),
        ("1月7日の午前9時", "2027-01-07 09:00"),
        ("午後3時", "2026-11-25 15:00"),
    ],
)
def test_typed_times_are_read(typed: str, meant: str) -> None:
    assert local(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "soon", "8", "3日", "x" * 10_000, "monday monday", "dec 18:00"),
        *("25:00", "8:77", "13pm", "2026-13-01", "feb 30", "来月", "tomorrow x", "-1d", "1"),
    ],
)
def test_other_text_is_no_time(typed: str) -> None:
    with pytest.raises(NotATime):
        read_when(typed, WEDNESDAY, LONDON)


@pytest.mark.parametrize("typed", ["today", "today 9:00", "2026-11-24", "this monday", "0d", "0分"])
def test_past_times_are_refused(typed: str) -> None:
    with pytest.raises(PastTime):
        read_when(typed, WEDNESDAY, LONDON)


@pytest.mark.parametrize("typed", ["2028-01-01", "400d", "60w"])
def test_times_too_far_ahead_are_refused(typed: str) -> None:
    with pytest.raises(TooFarAhead):
        read_when(typed, WEDNESDAY, LONDON)


def test_a_time_that_clocks_skip_is_moved_on() -> None:
    before = datetime(2027, 3, 13, 12, tzinfo=UTC)
    assert local("tomorrow 2:30", before, NEW_YORK) == "2027-03-14 03:30"


def test_an_ambiguous_time_means_the_next_occurrence() -> None:
    before = datetime(2026, 10, 31, 12, tzinfo=UTC)
    first = read_when("tomorrow 1:30", before, NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read_when("1:30", first, NEW_YORK) == first + timedelta(hours=1)


def test_a_day_is_the_same_time_and_hours_are_elapsed_time() -> None:
    before = datetime(2026, 10, 31, 16, tzinfo=UTC)  # noon in New York
    assert local("1d", before, NEW_YORK) == "2026-11-01 12:00"
    assert local("24h", before, NEW_YORK) == "2026-11-01 11:00"


@given(st.text(max_size=80), MOMENTS, ZONES)
def test_any_input_is_a_future_time_or_an_error(typed: str, now: datetime, zone: ZoneInfo) -> None:
    check_is_to_come_or_told(typed, now, zone)


WORDS = (
    *"tomorrow today monday next this week 3 8 30 dec : h d".split(),
    *"明日 来週 月曜 時 半 後 日 12月 午後 の".split(),
)


@given(st.lists(st.sampled_from([*WORDS, " "]), max_size=6).map("".join), MOMENTS, ZONES)
def test_any_input(typed: str, now: datetime, zone: ZoneInfo) -> None:
    check_is_to_come_or_told(typed, now, zone)


@given(MOMENTS, ZONES, st.integers(1, 365), TIMES)
def test_a_date_and_a_time_are_what_the_clock_there_shows(
    now: datetime, zone: ZoneInfo, days: int, at: time
) -> None:
    day = now.astimezone(zone).date() + timedelta(days=days)
    wanted = datetime.combine(day, at)
    assume(_exists(wanted, zone) and days < 364)
    assert read_when(f"{wanted:%Y-%m-%d %H:%M}", now, zone).astimezone(zone) == _first(
        wanted, zone, now
    )


@given(MOMENTS, ZONES, st.integers(1, 364))
@example(datetime(2027, 12, 1, tzinfo=UTC), LONDON, 90)  # 29 February
def test_a_day_without_a_year_is_the_next_of_its_name(
    now: datetime, zone: ZoneInfo, days: int
) -> None:
    day = now.astimezone(zone).date() + timedelta(days=days)
    assume(_exists(datetime.combine(day, time(8)), zone))
    for typed in (f"{day:%d %b}", f"{day:%B} {day.day}", f"{day.month}月{day.day}日"):
        assert read_when(typed, now, zone).astimezone(zone).date() == day


@given(MOMENTS, ZONES, TIMES)
def test_a_time_alone_comes_within_a_day_or_two(now: datetime, zone: ZoneInfo, at: time) -> None:
    found = read_when(f"{at:%H:%M}", now, zone)
    assert now < found <= now + timedelta(hours=49)
    there = found.astimezone(zone)
    assert there.time() == at or not _exists(datetime.combine(there.date(), at), zone)


@given(MOMENTS, ZONES, st.integers(0, 6))
def test_a_weekday_is_within_a_week_and_never_today(
    now: datetime, zone: ZoneInfo, number: int
) -> None:
    english, japanese = f"{date(2024, 1, 1 + number):%A}", f"{'月火水木金土日'[number]}曜日"
    found = read_when(english, now, zone)
    assert found == read_when(japanese, now, zone)
    ahead = (found.astimezone(zone).date() - now.astimezone(zone).date()).days
    assert found.astimezone(zone).weekday() == number
    assert 1 <= ahead <= 7


@given(MOMENTS, ZONES, st.integers(1, 300))
def test_spans_in_both_languages(now: datetime, zone: ZoneInfo, number: int) -> None:
    for english, japanese in (("m", "分"), ("h", "時間"), ("d", "日")):
        found = read_when(f"{number}{english}", now, zone)
        assert found == read_when(f"{number}{japanese}後", now, zone)
        assert found.second == found.microsecond == 0
    elapsed = read_when(f"{number}h", now, zone) - now
    assert timedelta() <= elapsed - timedelta(hours=number) < timedelta(minutes=1)


@given(MOMENTS, ZONES)
def test_offered_mornings_are_in_the_future(now: datetime, zone: ZoneInfo) -> None:
    monday = days_to_monday(now, zone)
    assert morning_in(monday, now, zone).astimezone(zone).weekday() == 0
    assert now < morning_in(1, now, zone) <= morning_in(monday, now, zone)
    assert morning_in(1, now, zone) == read_when("tomorrow", now, zone)
    assert morning_in(monday, now, zone) == read_when("next week", now, zone)


def check_is_to_come_or_told(typed: str, now: datetime, zone: ZoneInfo) -> None:
    try:
        found = read_when(typed, now, zone)
    except BadInput:
        return
    assert now < found <= now + MAX_AHEAD


def _exists(wanted: datetime, zone: ZoneInfo) -> bool:
    aware = wanted.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted


def _first(wanted: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    both = [wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(each for each in both if each > now)
