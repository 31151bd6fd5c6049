"""What the scheduled runs of a digest saw, by day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from bot.domain.digest import Contents, Day, DepartmentDay, Digest, Standing

KEPT_DAYS = 14
MAX_DEPARTMENTS = 100
"""With more, figures are not stored by department."""


def days_with(digest: Digest, contents: Contents) -> Mapping[str, Day]:
    """Returns the digest's days including a run, by local date, without old ones.

    A run that saw only a part adds no figures.
    """
    if contents.is_cut:
        return digest.days
    today = digest.local_date(contents.seen).isoformat()
    now = _day(contents)
    if today in digest.days:
        now = _together(digest.days[today], now)
    days = {**digest.days, today: now}
    return {each: days[each] for each in sorted(days)[-KEPT_DAYS:]}


def _day(contents: Contents) -> Day:
    came, left = contents.moves or (None, None)
    return Day(len(contents.tickets), came, left, _departments(contents))


def _departments(contents: Contents) -> Mapping[str, DepartmentDay] | None:
    """Returns None if it is unknown where a ticket left from, or there are too many."""
    groups: dict[str, list[Standing]] = {}
    for ticket in contents.tickets:
        groups.setdefault(ticket.department.id, []).append(ticket)
    came, left = _moves(contents)
    found = {*groups, *left}
    if "" in left or len(found) > MAX_DEPARTMENTS:
        return None
    apart = {}
    for each in found:
        seen = _waits(contents, groups.get(each, ()))
        if contents.before is not None:
            seen = seen._replace(came=came[each], left=left[each])
        apart[each] = seen
    return apart


def _moves(contents: Contents) -> tuple[Counter[str], Counter[str]]:
    """Returns how many tickets came and left by department; moves within the digest don't count."""
    before = contents.before or {}
    now = {ticket.id for ticket in contents.tickets}
    came = Counter(each.department.id for each in contents.tickets if each.id not in before)
    left = Counter(mark.department for each, mark in before.items() if each not in now)
    return came, left


def _waits(contents: Contents, tickets: Sequence[Standing]) -> DepartmentDay:
    name = tickets[0].department.name if tickets else ""
    opened = sorted(filter(None, map(attrgetter("created"), tickets)))
    if not opened:
        return DepartmentDay(name, len(tickets))
    oldest, middle = (_wait(contents, each) for each in (opened[0], opened[len(opened) // 2]))
    return DepartmentDay(name, len(tickets), oldest=oldest, median=middle)


def _wait(contents: Contents, since: datetime) -> int:
    return max(0, int((contents.seen - since).total_seconds()))


def _together(earlier: Day, later: Day) -> Day:
    """Adds what came and left; waiting tickets are those of the later run."""
    departments = None
    if earlier.departments is not None and later.departments is not None:
        none = DepartmentDay("", 0, 0, 0)
        departments = {
            each: _of_both(earlier.departments.get(each, none), later.departments.get(each, none))
            for each in {*earlier.departments, *later.departments}
        }
    came, left = _add_known(earlier.came, later.came), _add_known(earlier.left, later.left)
    return Day(later.waiting, came, left, departments)


def _of_both(earlier: DepartmentDay, later: DepartmentDay) -> DepartmentDay:
    came, left = _add_known(earlier.came, later.came), _add_known(earlier.left, later.left)
    return later._replace(name=later.name or earlier.name, came=came, left=left)


def _add_known(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
