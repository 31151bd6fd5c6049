"""Computes when a digest is due: once for each local date and time.

When clocks change, a time that is skipped comes as much later as was skipped, mostly an hour; of a
repeated one, the first counts.
"""

from datetime import UTC, datetime, timedelta

from bot.domain.calendar import zone_info
from bot.domain.digest import WEEKDAYS, Schedule

_DAY, _WEEK = timedelta(days=1), timedelta(days=8)  # and what clock changes add


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """Returns the first due time later than `after`, which is aware; an unknown zone counts as UTC.

    Yesterday counts too, because a skipped time may come after midnight.
    """
    zone, after = zone_info(schedule.zone), after.astimezone(UTC)
    today = after.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in range(-1, _WEEK.days + 1))
    moments = (
        datetime.combine(day, each, zone).astimezone(UTC)
        for day in days
        if WEEKDAYS[day.weekday()] in schedule.days
        for each in schedule.times
    )
    return min(each for each in moments if each > after)


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
