"""What a run saw is kept by day and department; what it could not know is unknown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from blocks.forms.digest import fresh
from bot.domain.digest import Contents, Day, DepartmentDay, Digest, Mark
from bot.domain.digest_days import MAX_DEPARTMENTS, days_with
from bot.domain.people import Department
from bot.domain.ticket import Status, Ticket
from bot.i18n import Translator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = "2026-11-23"
DAY = 24 * 3600


def daily(**days: Day) -> Digest:
    return replace(fresh("C1", "U0ANN", "UTC", Translator("en")), days=days)


def ticket(ticket_id: str, department: str = "d1", age: int = 0) -> Ticket:
    created = NOW - timedelta(days=age) if age else None
    place = Department(department, department.upper())
    return Ticket(ticket_id, "", Status.NEW, "", place, "", "", created, created)


def test_the_first_run_does_not_know_what_came() -> None:
    days = days_with(daily(), Contents([ticket("t1", age=2), ticket("t2")], NOW))
    known = DepartmentDay("D1", 2, None, None, 2 * DAY, 2 * DAY)
    assert days == {TODAY: Day(2, None, None, {"d1": known})}


def test_arrivals_and_departures_are_counted_by_department() -> None:
    before = {"t1": Mark("N", None, "d1"), "t2": Mark("N", None, "d2"), "t3": Mark("N", None, "d1")}
    found = [ticket("t3", "d2", 1), ticket("t4", "d2", 4), ticket("t5", "d2", 9)]
    days = days_with(daily(), Contents(found, NOW, before))
    assert days[TODAY] == Day(
        3,
        2,
        2,
        {
            "d1": DepartmentDay("", 0, 0, 1),
            "d2": DepartmentDay("D2", 3, 2, 1, 9 * DAY, 4 * DAY),  # t3 only moved
        },
    )


def test_marks_without_a_department_give_no_department_figures() -> None:
    days = days_with(daily(), Contents([ticket("t1")], NOW, {"t1": Mark("N"), "t2": Mark("N")}))
    assert days[TODAY] == Day(1, 0, 1)


def test_several_runs_a_day_add_up() -> None:
    first = Day(3, 2, 1, {"d1": DepartmentDay("D1", 3, 2, 1, 5, 5)})
    before = {"t1": Mark("N", None, "d1")}
    assert days_with(daily(**{TODAY: first}), Contents([], NOW, before))[TODAY] == Day(
        0, 2, 2, {"d1": DepartmentDay("D1", 0, 2, 2)}
    )
    unknown = days_with(daily(**{TODAY: Day(3)}), Contents([], NOW, before))[TODAY]
    assert unknown == Day(0)


def test_a_truncated_list_gives_no_figures() -> None:
    assert days_with(daily(), Contents([ticket("t1")], NOW, is_cut=True)) == {}


def test_too_many_departments_keep_only_the_total() -> None:
    found = [ticket(f"t{number}", f"d{number}") for number in range(MAX_DEPARTMENTS + 1)]
    assert days_with(daily(), Contents(found, NOW))[TODAY] == Day(MAX_DEPARTMENTS + 1)
