"""A week in figures: what digests saw day by day, and customers' ratings."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.domain.digest import Day, DepartmentDay, Digest
from bot.domain.ticket import WAITING, Status

LENGTH = 7


class Seen(NamedTuple):
    """What the runs of a digest saw by local date. No `departments` means all."""

    departments: Collection[str]
    statuses: Collection[str]
    days: Mapping[str, Day]

    @property
    def counts_all_waiting(self) -> bool:
        """Whether it counts all waiting tickets and no others."""
        return {*WAITING} <= {*self.statuses} and Status.ANSWERED not in self.statuses

    def may_tell_of(self, digest: Digest) -> bool:
        """Whether it counts tickets of any department of the digest as the digest does."""
        is_of_any = not self.departments or not digest.departments
        shared = {*self.departments} & {*digest.departments}
        return self.counts_all_waiting and (is_of_any or bool(shared))

    def covers(self, department_id: str) -> bool:
        return not self.departments or department_id in self.departments

    def of(self, day: date, department_id: str) -> DepartmentDay | None:
        """Returns the figures of a department that it covers; None if unknown."""
        found = self.days.get(day.isoformat())
        if found is None or found.departments is None:
            return None
        none = None if found.came is None else 0
        return found.departments.get(department_id) or DepartmentDay("", 0, none, none)

    def known(self, days: Sequence[date]) -> int:
        found = (self.days.get(each.isoformat()) for each in days)
        return sum(each is not None and each.departments is not None for each in found)


class WeekDay(NamedTuple):
    """The counts of a day; None means unknown."""

    day: date
    came: int | None = None
    left: int | None = None
    waiting: int | None = None


class WeekDepartment(NamedTuple):
    """A department's waiting tickets on the last known day. Waits are in seconds."""

    name: str
    day: date
    waiting: int
    oldest: int | None
    median: int | None


class Comment(NamedTuple):
    """A customer's redacted comment on a rating, and its ticket."""

    is_good: bool | None
    text: str
    ticket_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Rated:
    """Customers' ratings. `by_agent` maps names to counts of good and bad ratings.

    `unclear` ones are of an unknown kind. `left_out` ones may be of other departments: their
    tickets were not read, or are gone.
    """

    good: int = 0
    bad: int = 0
    unclear: int = 0
    left_out: int = 0
    by_agent: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    comments: Sequence[Comment] = ()


class Unrated(NamedTuple):
    """Ratings are unknown: the key may not read them (`is_refused`), or LiveAgent is down."""

    is_refused: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The seven days before a date, gathered at `seen`.

    `unknown` are the names of departments that no digest covered. `is_partial`: it should cover all
    departments, but digests cover only some.
    """

    seen: datetime
    days: Sequence[WeekDay]
    departments: Sequence[WeekDepartment]
    ratings: Rated | Unrated
    unknown: Sequence[str] = ()
    is_partial: bool = False

    @property
    def known(self) -> Sequence[WeekDay]:
        return [each for each in self.days if each.waiting is not None]


def days_before(today: date) -> Sequence[date]:
    return [today - timedelta(days=ago) for ago in range(LENGTH, 0, -1)]


@dataclass(frozen=True, slots=True)
class Figures:
    """What digests saw of the departments of `digest` on these `dates`."""

    digest: Digest
    dates: Sequence[date]
    _sources: Sequence[Seen]
    _source_of: Mapping[str, Seen | None]

    @classmethod
    def gather(cls, digest: Digest, dates: Sequence[date], seen: Sequence[Seen]) -> "Figures":
        sources = [each for each in seen if each.counts_all_waiting and each.known(dates)]
        scope = list(digest.departments) or sorted({*_departments_in(sources, dates)})
        of = {each: _best_source(each, sources, dates) for each in scope}
        return cls(digest, dates, sources, of)

    @property
    def is_partial(self) -> bool:
        return not self.digest.departments and all(each.departments for each in self._sources)

    @property
    def unknown(self) -> Sequence[str]:
        return [self._name(each) for each, source in self._source_of.items() if source is None]

    def days(self) -> Sequence[WeekDay]:
        return [self._day(each) for each in self.dates]

    def departments(self) -> Sequence[WeekDepartment]:
        """Returns them by the number of waiting tickets, highest first."""
        found = [
            self._department(each, source) for each, source in self._source_of.items() if source
        ]
        return sorted(filter(None, found), key=lambda each: (-each.waiting, each.name))

    def _day(self, day: date) -> WeekDay:
        sources = [(each, source) for each, source in self._source_of.items() if source]
        parts = [source.of(day, each) for each, source in sources]
        if not parts or None in parts:
            return WeekDay(day)
        known = [each for each in parts if each]
        came, left = (
            _sum_known(column) for column in ([e.came for e in known], [e.left for e in known])
        )
        return WeekDay(day, came, left, sum(each.waiting for each in known))

    def _department(self, department_id: str, source: Seen) -> WeekDepartment | None:
        for day in reversed(self.dates):
            if found := source.of(day, department_id):
                name = self._name(department_id)
                return WeekDepartment(name, day, found.waiting, found.oldest, found.median)
        return None

    def _name(self, department_id: str) -> str:
        """Returns its last known name; "" if there is none."""
        names = (
            found.name
            for source in self._sources
            for day in reversed(self.dates)
            if (found := source.of(day, department_id)) and found.name
        )
        return next(names, "") or self.digest.departments.get(department_id, "")


def _departments_in(sources: Sequence[Seen], dates: Sequence[date]) -> Iterator[str]:
    """Yields all departments that are named or seen, some more than once."""
    for source in sources:
        yield from source.departments
        for day in dates:
            found = source.days.get(day.isoformat())
            yield from (found and found.departments) or ()


def _best_source(department_id: str, sources: Sequence[Seen], dates: Sequence[date]) -> Seen | None:
    """Returns the source that knows most days of the department."""
    covering = [each for each in sources if each.covers(department_id)]
    return max(covering, key=lambda each: each.known(dates), default=None)


def _sum_known(counts: Sequence[int | None]) -> int | None:
    known = [each for each in counts if each is not None]
    return sum(known) if len(known) == len(counts) else None
