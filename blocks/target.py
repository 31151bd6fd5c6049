"""The ticket that a card's button is about, as the card showed it."""

from dataclasses import dataclass

from bot.domain.ticket import TicketView
from bot.operations import Snapshot

_NONE, _UNKNOWN = "-", "?"
_PARTS = 6
LIMIT = 140  # of an entry in a menu, less the operation's name before it


@dataclass(frozen=True, slots=True)
class Target:
    """`seen` is None on cards that are too old to say."""

    ticket_id: str
    code: str = ""
    seen: Snapshot | None = None

    @classmethod
    def of(cls, view: TicketView) -> "Target":
        return cls(view.ticket.id, view.ticket.code, Snapshot.of(view))

    def to_value(self) -> str:
        """For a button; without what was seen where an id is longer than any that is known."""
        parts = [self.ticket_id, self.code]
        if self.seen:
            newest = _UNKNOWN if self.seen.newest is None else self.seen.newest
            parts += [self.seen.status, self.seen.department, self.seen.assignee, newest]
        value = " ".join(part or _NONE for part in parts)
        return value if len(value) <= LIMIT else self.ticket_id

    @classmethod
    def of_value(cls, value: str) -> "Target":
        ticket_id, *rest = ["" if part == _NONE else part for part in value.split(" ")]
        if len(rest) + 1 < _PARTS:
            return cls(ticket_id, rest[0] if rest else "")
        code, status, department, assignee, newest = rest
        seen = Snapshot(
            status=status,
            department=department,
            assignee=assignee,
            newest=None if newest == _UNKNOWN else newest,
        )
        return cls(ticket_id, code, seen)
