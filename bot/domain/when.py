"""Reads times until which a ticket is postponed, as people type them in English or Japanese.

Examples, in the zone of whoever types: `tomorrow`, `monday 8:00`, `3d`, `2026-12-01 17:30`,
`明日 9時`, `来週月曜`, `3日後`. A day without a time means 8:00, a time without a day its
next occurrence, and a weekday never today. A time that clocks skip is read as if they had not been
changed yet; of a repeated one, the first future moment counts.
"""

import re
from calendar import isleap
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.characters import compatible, without_invisible
from bot.domain.errors import NotATime, PastTime, TooFarAhead

MORNING = time(8)
MAX_AHEAD = timedelta(days=366)
MAX_LENGTH = 60
LATE_HOUR = 12
_WEEK = 7
_LEAP_DAY = (2, 29)
_BETWEEN = " ,、"

_DAYS: Mapping[str, int] = {
    **dict.fromkeys(("today", "今日", "本日"), 0),
    **dict.fromkeys(("tomorrow", "tmr", "明日", "あした", "あす"), 1),
    **dict.fromkeys(("day after tomorrow", "明後日", "あさって"), 2),
}
_WEEKDAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon", "月曜日", "月曜"),
            ("tuesday", "tues", "tue", "火曜日", "火曜"),
            ("wednesday", "wed", "水曜日", "水曜"),
            ("thursday", "thurs", "thu", "木曜日", "木曜"),
            ("friday", "fri", "金曜日", "金曜"),
            ("saturday", "sat", "土曜日", "土曜"),
            ("sunday", "sun", "日曜日", "日曜"),
        )
    )
    for name in names
}
_MONTH_NAMES = [
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
]
_UNITS: Mapping[str, timedelta] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours", "時間"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "日"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "週間"), timedelta(weeks=1)),
}
_DATED = {unit for unit, span in _UNITS.items() if span >= timedelta(days=1)}
_NONE = timedelta()


def _alternatives(words: Mapping[str, object]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_PART = rf"(\d{{1,4}}) ?({_alternatives(_UNITS)})"
_SPAN = re.compile(rf"(?:in )?((?:{_PART} ?)+)(後)?")
_PARTS = re.compile(_PART)
_RELATIVE = re.compile(rf"({_alternatives(_DAYS)})(?:の)?")
_WEEKDAY = re.compile(rf"(?:(next|this|来週|今週)(?:の)? ?)?({_alternatives(_WEEKDAYS)})(?:の)?")
_NEXT_WEEK = re.compile(r"next week|来週")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_JAPANESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:の)?")
_MONTH = rf"({'|'.join(_MONTH_NAMES)})[a-z]*\.?"
_MONTH_FIRST = re.compile(rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\.? {_MONTH}(?: (\d{{4}}))?")
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm|a\.m\.|p\.m\.)?")
_KANJI_CLOCK = re.compile(r"(午前|午後)? ?(\d{1,2})(?:時|:)(?:(半)|(\d{1,2})分?)?")
_NAMED: Mapping[str, time] = {
    **dict.fromkeys(("morning", "朝"), MORNING),
    **dict.fromkeys(("noon", "正午"), time(12)),
}


class _Day(NamedTuple):
    date: date
    has_year: bool = True


def read_when(typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Returns the aware moment, in UTC and whole minutes; `now` is aware.

    Raises:
        NotATime: it can't be understood.
        PastTime: it is not in the future.
        TooFarAhead: it is more than a year ahead.

    """
    text = " ".join(without_invisible(compatible(typed[:MAX_LENGTH])).casefold().split())
    local = now.astimezone(zone).replace(tzinfo=None)
    try:
        found = _span(text, now, zone) or _day_and_time(text, local, now, zone)
        if found is None:
            raise NotATime
    except (ValueError, OverflowError) as error:  # no such day or time
        raise NotATime from error
    if found <= now:
        raise PastTime
    if found - now > MAX_AHEAD:
        raise TooFarAhead
    return found


def morning_in(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """Returns 8:00 of a later day in the zone."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return _to_moment(datetime.combine(day, MORNING), now, zone)


def days_to_monday(now: datetime, zone: ZoneInfo) -> int:
    """Returns the days to next week's Monday, at least one."""
    return _WEEK - now.astimezone(zone).weekday()


def _span(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Reads hours and minutes as elapsed time, days and weeks as the same time on another day."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    parts = [(int(number), unit) for number, unit in _PARTS.findall(found[1])]
    is_dated = any(unit == "日" for _, unit in parts)
    if is_dated and not found[4]:
        return None  # 3日 is a day of the month
    each = [number * _UNITS[unit] for number, unit in parts]
    days = sum((one for (_, unit), one in zip(parts, each, strict=True) if unit in _DATED), _NONE)
    local = now.astimezone(zone).replace(tzinfo=None)
    moment = _to_moment(local + days, now, zone) if days else now
    return _whole_minutes(moment + sum(each, _NONE) - days)


def _day_and_time(text: str, local: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Tries every way to split the text into a day and a time."""
    if (alone := _time(text, is_alone=True)) is not None:
        ahead = (datetime.combine(local.date() + timedelta(days=n), alone) for n in count())
        moments = (_to_moment(each, now, zone) for each in islice(ahead, 3))
        return next(each for each in moments if each > now)
    for end in range(len(text), 0, -1):
        rest = text[end:].lstrip(_BETWEEN)
        is_cut = text[end - 1].isdigit() and text[end : end + 1].isdigit()
        day = None if is_cut else _day(text[:end].rstrip(_BETWEEN), local.date())
        if day and (at := _time(rest) if rest else MORNING):
            return _dated(day, at, now, zone)
    return None


def _dated(day: _Day, at: time, now: datetime, zone: ZoneInfo) -> datetime:
    """Moves a day without a year to the next year if it is over."""
    moment = _to_moment(datetime.combine(day.date, at), now, zone)
    if day.has_year or moment > now:
        return moment
    return _to_moment(datetime.combine(day.date.replace(year=day.date.year + 1), at), now, zone)


def _day(text: str, today: date) -> _Day | None:
    if _RELATIVE.fullmatch(text):
        return _Day(today + timedelta(days=_DAYS[text.removesuffix("の")]))
    if _NEXT_WEEK.fullmatch(text):
        return _Day(today + timedelta(days=_WEEK - today.weekday()))
    if found := _WEEKDAY.fullmatch(text):
        return _Day(_weekday(found[1], _WEEKDAYS[found[2]], today))
    if found := _ISO.fullmatch(text):
        return _Day(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _JAPANESE.fullmatch(text):
        return _named_day(found[1], int(found[2]), found[3], today)
    if found := _MONTH_FIRST.fullmatch(text):
        return _named_day(found[3], _MONTH_NAMES.index(found[1]) + 1, found[2], today)
    if found := _DAY_FIRST.fullmatch(text):
        return _named_day(found[3], _MONTH_NAMES.index(found[2]) + 1, found[1], today)
    return None


def _named_day(year: str | None, month: int, day: str, today: date) -> _Day:
    is_next = not year and (month, int(day)) == _LEAP_DAY and not isleap(today.year)
    return _Day(date(int(year or today.year) + is_next, month, int(day)), has_year=bool(year))


def _weekday(which: str | None, number: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    match which:
        case "next" | "来週":
            return monday + timedelta(days=_WEEK + number)
        case "this" | "今週":
            return monday + timedelta(days=number)
        case _:
            return today + timedelta(days=(number - today.weekday() - 1) % _WEEK + 1)


def _time(text: str, *, is_alone: bool = False) -> time | None:
    """Reads a time of day. Alone, a mere number is not one: it could be anything."""
    if text in _NAMED:
        return None if is_alone and _NAMED[text] == MORNING else _NAMED[text]
    if found := _KANJI_CLOCK.fullmatch(text):
        minutes = 30 if found[3] else int(found[4] or 0)
        return time(_hour(int(found[2]), found[1]), minutes)
    found = _CLOCK.fullmatch(text)
    if found is None or (is_alone and not (found[2] or found[3])):
        return None
    half = (found[3] or "").replace(".", "")
    return time(_hour(int(found[1]), half), int(found[2] or 0))


def _hour(hour: int, half: str | None) -> int:
    if half in {"am", "pm"} and not 1 <= hour <= LATE_HOUR:
        raise ValueError(hour)
    if half in {"am", "午前"} and hour == LATE_HOUR:
        return 0
    return hour + LATE_HOUR if half in {"pm", "午後"} and hour < LATE_HOUR else hour


def _to_moment(local: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """Returns the local time's moment: of two, the first that is in the future."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if first <= now < second else first


def _whole_minutes(moment: datetime) -> datetime:
    """Rounds up."""
    floor = moment.astimezone(UTC).replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)
