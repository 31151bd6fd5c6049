"""Somebody goes through tickets, one after the other or several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stop:
    """A ticket of a round. `seen` is how it was when it was chosen, where that was looked at.

    `changed` is its last change as its list had it, in seconds since 1970; 0 where it is unknown.
    It is kept for a day: no subject and no address is in it.
    """

    id: str
    code: str
    seen: Mapping[str, Any] | None = None
    changed: float = 0.0


@dataclass(frozen=True, slots=True)
class Several:
    """What is to be done to several tickets at once: the operation's kind, and what it needs."""

    kind: str
    tickets: tuple[str, ...]
    tags: tuple[str, ...] = ()
    department_id: str = ""
    department_name: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """`position` is the ticket that is next; `done` are rows of the outbox, by the ticket's id.

    `left_out` is how many more tickets the list or the digest had.
    """

    id: str
    stops: Sequence[Stop]
    position: int = 0
    done: Sequence[tuple[str, int]] = ()
    left_out: int = 0

    @property
    def current(self) -> Stop | None:
        """None once all were gone through."""
        return self.stops[self.position] if self.position < len(self.stops) else None

    def done_to(self, ticket_id: str) -> Sequence[int]:
        return [row_id for done_to, row_id in self.done if done_to == ticket_id]
