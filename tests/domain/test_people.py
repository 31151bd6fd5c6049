"""Agents, and the departments that are theirs."""

from bot.domain.people import Department, OwnDepartments


def test_department_ids_are_computed_once() -> None:
    own = OwnDepartments([Department("d1", "Support"), Department("d2", "Sales")])
    assert own.ids == {"d1", "d2"}
    assert own.ids is own.ids
