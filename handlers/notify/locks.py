"""Locks that keep an older state from overwriting a newer one in Slack."""

import asyncio
from dataclasses import dataclass, field
from weakref import WeakValueDictionary


@dataclass(frozen=True, slots=True)
class KeyedLocks:
    """One lock for each key, kept while somebody holds or awaits it."""

    _locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    def of(self, *key: str) -> asyncio.Lock:
        """Returns the lock to hold from reading a state until it is shown."""
        return self._locks.setdefault(key, asyncio.Lock())
