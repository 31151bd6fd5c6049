"""A week's counts are those that digests saw; unseen ones are unknown, never 0."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from blocks.forms.digest import fresh_week
from bot.domain.digest import Day, DepartmentDay, Digest
from bot.domain.ticket import WAITING, Status
from bot.domain.week import Figures, Seen, WeekDay, WeekDepartment, days_before
from bot.i18n import Translator

MONDAY = date(2026, 11, 23)
DATES = days_before(MONDAY)
TUESDAY = DATES[1]


def week(*departments: str) -> Digest:
    proposed = fresh_week("C1", "U0ANN", "UTC", Translator("en"))
    return replace(proposed, departments={each: each.upper() for each in departments})


def support(waiting: int, came: int | None = 1, left: int | None = 2) -> DepartmentDay:
    return DepartmentDay("Support", waiting, came, left, 60, 30)


def seen(*departments: str, days: dict[date, Day], statuses: tuple[str, ...] = WAITING) -> Seen:
    return Seen(departments, statuses, {each.isoformat(): day for each, day in days.items()})


def known(figures: Figures) -> list[WeekDay]:
    return [each for each in figures.days() if each.waiting is not None]


def test_the_week_is_the_previous_seven_days() -> None:
    assert (DATES[0], DATES[-1], len(DATES)) == (date(2026, 11, 16), date(2026, 11, 22), 7)


def test_days_without_a_run_are_unknown() -> None:
    days = {TUESDAY: Day(5, 1, 2, {"d1": support(5)}), MONDAY: Day(9, 9, 9, {"d1": support(9)})}
    figures = Figures.gather(week("d1"), DATES, [seen("d1", days=days)])
    assert known(figures) == [WeekDay(TUESDAY, 1, 2, 5)]
    assert figures.departments() == [WeekDepartment("Support", TUESDAY, 5, 60, 30)]
    assert figures.unknown == []


def test_without_any_digest_nothing_is_known() -> None:
    for wanted in (week("d1"), week()):
        figures = Figures.gather(wanted, DATES, [])
        assert known(figures) == []
        assert figures.departments() == []


@pytest.mark.parametrize("statuses", [("N", "W"), (*WAITING, Status.ANSWERED)])
def test_digests_of_other_statuses_are_not_counted(statuses: tuple[str, ...]) -> None:
    days = {TUESDAY: Day(5, 1, 2, {"d1": support(5)})}
    assert not known(Figures.gather(week("d1"), DATES, [seen(days=days, statuses=statuses)]))


def test_a_department_in_which_nobody_waited_counts_none() -> None:
    days = {TUESDAY: Day(0, 0, 0, {}), DATES[2]: Day(0, None, None, {})}
    figures = Figures.gather(week("d1"), DATES, [seen("d1", days=days)])
    assert known(figures) == [WeekDay(TUESDAY, 0, 0, 0), WeekDay(DATES[2], None, None, 0)]
    assert figures.departments() == [WeekDepartment("D1", DATES[2], 0, None, None)]


def test_several_digests_add_up_and_none_counts_twice() -> None:
    apart = {TUESDAY: Day(5, 1, 2, {"d1": support(5)})}
    both = {TUESDAY: Day(7, 4, 4, {"d1": support(4), "d2": support(3, 2, 0)})}
    sources = [seen("d1", days=apart), seen(days=both), seen("d1", days=apart)]
    figures = Figures.gather(week("d1", "d2"), DATES, sources)
    assert known(figures) == [WeekDay(TUESDAY, 3, 2, 8)]
    assert not figures.is_partial


def test_a_day_is_known_only_with_all_departments() -> None:
    one = seen("d1", days={TUESDAY: Day(5, 1, 2, {"d1": support(5)})})
    other = seen("d2", days={DATES[2]: Day(5, 1, 2, {"d2": support(5)})})
    assert known(Figures.gather(week("d1", "d2"), DATES, [one, other])) == []
    figures = Figures.gather(week("d1", "d3"), DATES, [one, other])
    assert known(figures) == [WeekDay(TUESDAY, 1, 2, 5)]
    assert figures.unknown == ["D3"]


def test_all_departments_needs_a_digest_that_covers_them() -> None:
    one = seen("d1", days={TUESDAY: Day(5, 1, 2, {"d1": support(5)})})
    assert Figures.gather(week(), DATES, [one]).is_partial
    every = seen(days={TUESDAY: Day(5, 1, 2, {"d1": support(5), "d2": support(1)})})
    figures = Figures.gather(week(), DATES, [one, every])
    assert not figures.is_partial
    assert known(figures) == [WeekDay(TUESDAY, 2, 4, 6)]


def test_days_stored_without_departments_are_unknown() -> None:
    days = {TUESDAY: Day(5, 0, 0)}
    assert not known(Figures.gather(week("d1"), DATES, [seen("d1", days=days)]))


def test_the_week_spans_months_and_clock_changes() -> None:
    autumn = days_before(date(2026, 11, 2))
    assert autumn[0] + timedelta(days=6) == autumn[-1] == date(2026, 11, 1)
