"""Computes when a digest is due: once for each local date and time.

When clocks change, a time that is skipped comes an hour later; of a repeated one, the first counts.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.domain.digest import Schedule

_DAY, _WEEK = timedelta(days=1), timedelta(days=8)  # and what clock changes add


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """Returns the first due time later than `after`; both are aware."""
    zone, days = ZoneInfo(schedule.zone), ",".join(schedule.days)
    found = []
    for each in schedule.times:
        trigger = CronTrigger(
            day_of_week=days, hour=each.hour, minute=each.minute, second=0, timezone=zone
        )
        candidate = _next_fire_time(trigger, after)
        while candidate.astimezone(zone).fold:
            candidate = _next_fire_time(trigger, candidate)
        found.append(candidate)
    return min(found)


def _next_fire_time(trigger: CronTrigger, after: datetime) -> datetime:
    """Returns UTC, because arithmetic on a repeated local time is ambiguous."""
    later = after.astimezone(UTC) + timedelta(microseconds=1)
    fire: datetime = trigger.get_next_fire_time(None, later)
    return fire.astimezone(UTC)


def latest_due(schedule: Schedule, due: datetime, now: datetime) -> datetime:
    """Returns the last due time up to `now`, or `due` if there is none later."""
    latest = due
    for back in (_DAY, _WEEK):
        following = next_due(schedule, max(due, now - back))
        while following <= now:
            latest, following = following, next_due(schedule, following)
        if latest != due:
            break
    return latest
