"""Agents, and the departments that are theirs."""

from bot.domain.people import Department, OwnDepartments


def test_the_ids_are_gathered_once_for_the_thousands_of_tickets_that_are_compared() -> None:
    own = OwnDepartments([Department("d1", "Support"), Department("d2", "Sales")])
    assert own.ids == {"d1", "d2"}
    assert own.ids is own.ids
