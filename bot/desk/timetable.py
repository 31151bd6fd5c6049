"""When a digest is due: once for each local date and time, also where clocks are turned.

A time that a spring day leaves out is an hour later; one that an autumn day has twice, the first.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.domain.digest import Schedule

MAX_MISSED = 1000


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first time later than `after`; both aware."""
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
    """In UTC, since a local time that comes twice is not told apart when something is added."""
    later = after.astimezone(UTC) + timedelta(microseconds=1)
    fire: datetime = trigger.get_next_fire_time(None, later)
    return fire.astimezone(UTC)


def latest_due(schedule: Schedule, due: datetime, now: datetime) -> tuple[datetime, int]:
    """The last time that has come since `due`, which has; and how many came before it."""
    missed = 0
    while missed < MAX_MISSED and (following := next_due(schedule, due)) <= now:
        due, missed = following, missed + 1
    return due, missed
