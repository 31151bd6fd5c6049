"""Going through tickets one by one, or several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ReviewTicket:
    """A ticket of a review or a bulk action.

    `seen` is its snapshot when it was chosen, if one was taken; `changed` is its last change
    according to the list, in seconds since 1970, 0 if unknown. It is stored for a day, so it has no
    subject and no address.
    """

    id: str
    code: str
    seen: Mapping[str, Any] | None = None
    changed: float = 0.0


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """An operation to perform on several tickets: its kind and its parameters."""

    kind: str
    tickets: tuple[str, ...]
    tags: tuple[str, ...] = ()
    department_id: str = ""
    department_name: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A review in progress.

    `position` is the index of the next ticket; `done` are pairs of a ticket's id and its row in the
    outbox. `left_out` is the number of further tickets in the list or digest. `order` describes how
    they are sorted: shown when the review starts, and not stored.
    """

    id: str
    tickets: Sequence[ReviewTicket]
    position: int = 0
    done: Sequence[tuple[str, int]] = ()
    left_out: int = 0
    order: str = field(default="", compare=False)

    @property
    def next_ticket(self) -> ReviewTicket | None:
        """The next ticket; None at the end."""
        return self.tickets[self.position] if self.position < len(self.tickets) else None

    def done_to(self, ticket_id: str) -> Sequence[int]:
        return [row_id for done_to, row_id in self.done if done_to == ticket_id]
