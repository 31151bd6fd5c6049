"""Computes when a digest is due: once for each local date and time.

When clocks change, a time that is skipped comes as much later as was skipped, mostly an hour; of a
repeated one, the first counts.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from bot.domain.calendar import zone_info
from bot.domain.digest import Schedule

_DAY, _WEEK = timedelta(days=1), timedelta(days=8)  # and what clock changes add


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """Returns the first due time later than `after`, which is aware; an unknown zone counts as UTC.

    Yesterday counts too, because a skipped time may come after midnight.
    """
    zone, days = zone_info(schedule.zone), ",".join(schedule.days)
    yesterday = after.astimezone(zone).replace(tzinfo=UTC) - _DAY
    found = []
    for each in schedule.times:
        trigger = CronTrigger(
            day_of_week=days, hour=each.hour, minute=each.minute, second=0, timezone=UTC
        )
        moments = (
            local.replace(tzinfo=zone).astimezone(UTC) for local in _fire_times(trigger, yesterday)
        )
        found.append(next(moment for moment in moments if moment > after))
    return min(found)


def _fire_times(trigger: CronTrigger, after: datetime) -> Iterator[datetime]:
    """Yields local times that the trigger takes for UTC.

    In a zone of its own it would leave out or repeat times when clocks change.
    """
    while True:
        after = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
        yield after


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
