"""Who draws a person's card of a ticket next."""

import asyncio
from dataclasses import dataclass, field
from weakref import WeakValueDictionary


@dataclass(frozen=True, slots=True)
class Turns:
    """Locks, one for each person and ticket, so that no older state covers a newer one."""

    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def of(self, user_id: str, ticket_id: str) -> asyncio.Lock:
        """Returns the lock to hold from reading what the card shows until it is drawn."""
        return self._locks.setdefault(f"{user_id} {ticket_id}", asyncio.Lock())
