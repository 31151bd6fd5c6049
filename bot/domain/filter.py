"""Which tickets a list shows, and in which order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.domain.people import Department
from bot.domain.ticket import WAITING, Status, Ticket

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
"""The bounds of a ticket's date; time zones and servers fail beyond them."""


class Order(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"
    UNCHANGED = "unchanged"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Filter:
    """Criteria that must all hold; no statuses means any status.

    `words` are searched in subject, messages and customer if LiveAgent can; `subject` in the
    subject alone. `since` and `until` bound the creation of the ticket, inclusive, as dates in the
    user's time zone. `is_mine` selects tickets assigned to the user, `is_to_do` those and
    unassigned ones.
    """

    statuses: tuple[str, ...] = ()
    department: Department | None = None
    owner: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    order: Order = Order.OLDEST
    is_mine: bool = False
    is_to_do: bool = False
    words: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it restricts more than statuses and department."""
        return bool(self.owner or self.subject or self.words or self.since or self.until)


EVERYTHING_OPEN = Filter(WAITING)
WAITING_LONGEST = Filter((Status.NEW, Status.OPEN), order=Order.UNCHANGED)
TO_DO = replace(WAITING_LONGEST, is_to_do=True)
MINE = Filter(
    (*WAITING, Status.ANSWERED, Status.CHATTING, Status.CALLING),
    order=Order.UNCHANGED,
    is_mine=True,
)


def only(departments: Mapping[str, str]) -> Department | None:
    """Returns the department if there is exactly one: a filter has room for no more."""
    return Department(*next(iter(departments.items()))) if len(departments) == 1 else None


def sort(tickets: Iterable[Ticket], order: Order) -> Sequence[Ticket]:
    """Returns the tickets by age or last change; tickets without that time come last."""
    is_by_age = order in {Order.OLDEST, Order.NEWEST}
    is_falling = order in {Order.NEWEST, Order.CHANGED}

    def place(ticket: Ticket) -> tuple[bool, float]:
        moment = ticket.created if is_by_age else ticket.changed
        seconds = moment.timestamp() if moment else 0
        return moment is None, -seconds if is_falling else seconds

    return sorted(tickets, key=place)
