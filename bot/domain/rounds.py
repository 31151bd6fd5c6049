"""Somebody goes through tickets, one after the other or several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stop:
    """A ticket of a round. `seen` is how it was then, where that was looked at."""

    id: str
    code: str
    seen: Mapping[str, Any] | None = None
    subject: str = ""


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
    """`position` is the ticket that is next; `done` are rows of the outbox, by the ticket's id."""

    id: str
    stops: Sequence[Stop]
    position: int = 0
    done: Sequence[tuple[str, int]] = ()

    @property
    def current(self) -> Stop | None:
        """None once all were gone through."""
        return self.stops[self.position] if self.position < len(self.stops) else None

    def done_to(self, ticket_id: str) -> Sequence[int]:
        return [row_id for done_to, row_id in self.done if done_to == ticket_id]
