"""Who draws next, so that no older state covers a newer one."""

import asyncio
from dataclasses import dataclass, field
from weakref import WeakValueDictionary


@dataclass(frozen=True, slots=True)
class Turns:
    """Locks, one for each key, which are kept while somebody holds or awaits them."""

    _locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    def of(self, *key: str) -> asyncio.Lock:
        """Returns the lock to hold from reading what is to be shown until it is drawn."""
        return self._locks.setdefault(key, asyncio.Lock())
