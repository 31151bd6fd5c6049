"""What a channel may show, given the permissions of the person who sets it up."""

from collections.abc import Mapping
from typing import Protocol

from bot.domain.errors import ShowsTooMuch

Departments = Mapping[str, str]
"""Names by id; none means all."""


class Shows(Protocol):
    """A setting that decides how much of tickets a channel sees."""

    @property
    def statuses(self) -> tuple[str, ...]: ...

    @property
    def shows(self) -> frozenset[str]: ...


def departments_within(
    wanted: Departments,
    own: Departments,
    before: Departments | None,
    *,
    shows_more: bool = False,
) -> Departments:
    """Returns the departments that an agent of the `own` ones may show to a channel.

    The agent's own departments are unrestricted. Other departments that were shown `before` may
    stay unless `shows_more`, that is, the channel would learn more about any department. No
    departments (all) become the `own`, unless it was all before.

    Raises:
        ShowsTooMuch: it shows more than that.

    """
    if not own:
        raise ShowsTooMuch
    was_of_all = before is not None and not before
    departments = wanted if wanted or was_of_all else own
    foreign = {*departments} - {*own}
    shows_foreign = bool(foreign) or not departments
    if shows_foreign and (before is None or shows_more or not foreign <= {*before}):
        raise ShowsTooMuch
    return departments


def shows_more(wanted: Shows, before: Shows | None) -> bool:
    """Whether the channel learns more of each ticket, or of tickets in more statuses."""
    if before is None:
        return False
    return not (wanted.shows <= before.shows and {*wanted.statuses} <= {*before.statuses})


def with_unseen(departments: Departments, before: Departments, shown_up_to: str) -> Departments:
    """Adds departments of `before` that the form could not show, by id."""
    unseen = {each: name for each, name in before.items() if shown_up_to and each > shown_up_to}
    return {**departments, **unseen}
