"""What an attempt is, and what it tells in the end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.desk.desk import Desk
from bot.domain.outbox import Row
from bot.domain.ticket import Ticket
from bot.operations import Remark

OTHERS = "others"

Settled = Callable[[str], Awaitable[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Result:
    """What LiveAgent has afterwards; `settled` is the message or ticket that the row became."""

    ticket_id: str
    outcome: Mapping[str, Any]
    settled: str = ""


class Attempt(Protocol):
    @property
    def row(self) -> Row: ...

    @property
    def baseline(self) -> Mapping[str, Any]:
        """What there was before the first call."""

    async def objection(self) -> Mapping[str, Any] | None:
        """Why the author is asked first, before each call. Raises what refuses it for good."""

    def is_there(self) -> bool: ...

    def has_begun(self) -> bool:
        """Whether its words are there, if not all of it."""

    def doubt(self) -> Mapping[str, Any]:
        """What is there that it may have become in other words, to be told; {} for nothing.

        Not what its author knows of already: they have decided about that.
        """

    async def apply(self) -> Remark:
        """Does what is missing; a remark if a lesser part was refused."""

    async def verify(self) -> Result:
        """What LiveAgent has now, not what we asked for."""


def doubt_of(row: Row, others: Sequence[str]) -> Mapping[str, Any]:
    """Ids of what may be it, those that its author was told of before kept."""
    known = (row.outcome or {}).get(OTHERS, ())
    return {OTHERS: [*known, *others]} if set(others) - set(known) else {}


async def told(ticket: Ticket, desk: Desk) -> dict[str, Any]:
    return {
        "status": ticket.status,
        "code": ticket.code,
        "owner": ticket.owner_email,
        "department": ticket.department.name,
        "assignee": await desk.name_of(ticket.assignee_id),
    }
