"""Computes when a digest is due: once for each local date and time, also at clock changes.

A time skipped in spring is an hour later; of one repeated in autumn, the first counts.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.domain.digest import Schedule

MAX_MISSED = 1000


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """Returns the first due time later than `after`; both are aware."""
    zone, days = ZoneInfo(schedule.zone), ",".join(schedule.days)
    found = []
    for each in schedule.times:
        trigger = CronTrigger(
            day_of_week=days, hour=each.hour, minute=each.minute, second=0, timezone=zone
        )
        candidate = _fire(trigger, after)
        while candidate.astimezone(zone).fold:
            candidate = _fire(trigger, candidate)
        found.append(candidate)
    return min(found)


def _fire(trigger: CronTrigger, after: datetime) -> datetime:
    """Returns UTC, because arithmetic on a repeated local time is ambiguous."""
    later = after.astimezone(UTC) + timedelta(microseconds=1)
    fire: datetime = trigger.get_next_fire_time(None, later)
    return fire.astimezone(UTC)


def latest_due(schedule: Schedule, due: datetime, now: datetime) -> tuple[datetime, int]:
    """Returns the last due time up to `now`, at least `due`, and how many were missed before it."""
    missed = 0
    while missed < MAX_MISSED and (following := next_due(schedule, due)) <= now:
        due, missed = following, missed + 1
    return due, missed
