"""Somebody goes through tickets, one after the other or several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReviewTicket:
    """A ticket of a review, or one that is offered for a bulk action.

    `seen` is how it was when it was chosen, where that was looked at;
    `changed` is its last change as its list had it, in seconds since 1970; 0 where it is unknown.
    It is kept for a day: no subject and no address is in it.
    """

    id: str
    code: str
    seen: Mapping[str, Any] | None = None
    changed: float = 0.0


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """What is to be done to several tickets at once: the operation's kind, and what it needs."""

    kind: str
    tickets: tuple[str, ...]
    tags: tuple[str, ...] = ()
    department_id: str = ""
    department_name: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """`position` is the ticket that is next; `done` are rows of the outbox, by the ticket's id.

    `left_out` is how many more tickets the list or the digest had.
    """

    id: str
    tickets: Sequence[ReviewTicket]
    position: int = 0
    done: Sequence[tuple[str, int]] = ()
    left_out: int = 0

    @property
    def next_ticket(self) -> ReviewTicket | None:
        """None once all were gone through."""
        return self.tickets[self.position] if self.position < len(self.tickets) else None

    def done_to(self, ticket_id: str) -> Sequence[int]:
        return [row_id for done_to, row_id in self.done if done_to == ticket_id]
