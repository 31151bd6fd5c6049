"""Working hours: days, times, time zone and holidays."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from math import inf
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.digest import WEEKDAYS

MAX_COUNTED = timedelta(days=60)
"""The longest time that is counted; no limit is that long."""
_DAYS_AHEAD = 8  # hours without holidays begin within a week, if there are any
_HOLIDAYS_AHEAD = 400


class Span(NamedTuple):
    """The hours that began on the local `day`. Both moments are in UTC."""

    begin: datetime
    end: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Hours:
    """Local working hours; if `end` is not later than `begin`, they go past midnight."""

    days: tuple[str, ...] = WEEKDAYS[:5]
    begin: time = time(9)
    end: time = time(18)

    @property
    def end_next_day(self) -> bool:
        """Whether they go past midnight."""
        return time.min < self.end <= self.begin

    def wait(self, now: datetime, zone: str) -> float:
        """Returns the seconds until the hours begin, 0 within them, infinity if they never do.

        `now` is aware. An unknown zone counts as UTC.
        """
        return Calendar(self, zone).wait(now)

    def to_json(self) -> dict[str, object]:
        begin, end = self.begin.isoformat(), self.end.isoformat()
        return {"days": list(self.days), "begin": begin, "end": end}

    @classmethod
    def of_json(cls, given: Mapping[str, Any]) -> "Hours":
        begin, end = (time.fromisoformat(given[name]) for name in ("begin", "end"))
        return cls(tuple(given["days"]), begin, end)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours in a zone.

    `holidays` are days as `2026-12-24`, or `12-25` for every year. Moments are aware. An unknown
    zone counts as UTC.
    """

    hours: Hours = field(default_factory=Hours)
    zone: str = "UTC"
    holidays: tuple[str, ...] = ()

    def wait(self, now: datetime) -> float:
        """Returns the seconds until the hours begin, 0 within them, infinity if they never do."""
        today = self.local(now).date()
        ahead = _HOLIDAYS_AHEAD if self.holidays else _DAYS_AHEAD
        last = today + timedelta(days=ahead)
        spans = self._spans(today - timedelta(days=1), last)
        waits = ((each.begin - now).total_seconds() for each in spans if now < each.end)
        return max(next(waits, inf), 0.0)

    def worked_until(self, until: datetime) -> Callable[[datetime], float]:
        """Returns a function from a moment to the working seconds between it and `until`.

        It counts at most `MAX_COUNTED`, and is fast enough for thousands of tickets.
        """
        first = self.local(until - MAX_COUNTED).date() - timedelta(days=1)
        spans = [
            each._replace(end=min(each.end, until))
            for each in self._spans(first, self.local(until).date())
            if each.begin < until
        ]
        begins = [each.begin for each in spans]
        lengths = ((each.end - each.begin).total_seconds() for each in reversed(spans))
        from_span_on = [*accumulate(lengths, initial=0.0)][::-1]

        def worked(since: datetime) -> float:
            since = max(since, until - MAX_COUNTED)
            begun = bisect_right(begins, since)
            rest = (spans[begun - 1].end - since).total_seconds() if begun else 0.0
            return max(rest, 0.0) + from_span_on[begun]

        return worked

    def shift(self, now: datetime) -> Span | None:
        """Returns the hours that contain `now`, None outside them."""
        today = self.local(now).date()
        spans = self._spans(today - timedelta(days=1), today)
        return next((each for each in spans if each.begin <= now < each.end), None)

    def closed(self, before: Span) -> datetime:
        """Returns the end of the last hours before these."""
        first = before.day - timedelta(days=_DAYS_AHEAD)
        ends = (each.end for each in self._spans(first, before.day) if each.end <= before.begin)
        return max(ends, default=before.begin - timedelta(days=_DAYS_AHEAD))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(zone_info(self.zone))

    def _spans(self, first: date, last: date) -> Iterator[Span]:
        """Yields the hours that begin on these days, in order, without overlaps."""
        end = datetime.min.replace(tzinfo=UTC)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if WEEKDAYS[day.weekday()] in self.hours.days and not self._is_holiday(day):
                span = _span(self.hours, self.zone, day)
                span = span._replace(begin=max(span.begin, end))
                if span.begin < span.end:  # unless clocks skipped it
                    yield span
                    end = span.end

    def _is_holiday(self, day: date) -> bool:
        return day.isoformat() in self.holidays or f"{day:%m-%d}" in self.holidays


def zone_info(zone: str) -> ZoneInfo:
    """Returns UTC for a zone that this machine does not know."""
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # Slack may know more zones
        return ZoneInfo("UTC")


@lru_cache(maxsize=4096)
def _span(hours: Hours, zone: str, day: date) -> Span:
    info = zone_info(zone)
    last = day if hours.end > hours.begin else day + timedelta(days=1)
    begin = datetime.combine(day, hours.begin, info).astimezone(UTC)
    return Span(begin, datetime.combine(last, hours.end, info).astimezone(UTC), day)
