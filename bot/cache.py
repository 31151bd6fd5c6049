"""A cache that merges concurrent requests for one key."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from cachetools import LRUCache, TLRUCache

STALE_SECONDS = 20.0
MAX_SECONDS = 900.0

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Keeps results of `load` for `seconds`; concurrent requests for a key share one call.

    When `load` raises one of `outages`, the last good value substitutes for `STALE_SECONDS`,
    repeatedly until it is `MAX_SECONDS` old. Any other error is an answer: it is raised and not
    kept. With `is_behind`, nobody waits for a known key: the last good value, while it may
    substitute, is returned immediately and reloaded in the background.
    """

    def __init__(
        self,
        load: Callable[[K], Awaitable[V]],
        *,
        seconds: float,
        outages: tuple[type[Exception], ...] = (),
        timer: Callable[[], float] = time.monotonic,
        size: int = 1000,
        is_behind: bool = False,
    ) -> None:
        self._load = load
        self._seconds = seconds
        self._outages = outages
        self._fresh: TLRUCache[K, tuple[V, float]] = TLRUCache(
            size, ttu=lambda _key, kept, now: now + kept[1], timer=timer
        )
        self._last_good: LRUCache[K, tuple[V, float]] = LRUCache(size)
        self._timer = timer
        self._is_behind = is_behind
        self._loading: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """Returns the value, loaded if needed. Raises what `load` raises."""
        with suppress(KeyError):
            return self._fresh[key][0]
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.create_task(self._fill(key))
            loading.add_done_callback(partial(self._loaded, key))
        if self._is_behind and (kept := self._standing_in(key)):
            return kept[0]
        return await asyncio.shield(loading)  # a caller's cancellation must not affect others

    def known(self, key: K) -> V | None:
        """Returns the last good value while it may substitute, without a call."""
        kept = self._standing_in(key)
        return kept[0] if kept else None

    def forget(self, key: K) -> None:
        """Makes the next request load the value again, also while an older one is loading."""
        self._loading.pop(key, None)
        self._fresh.pop(key, None)
        self._last_good.pop(key, None)

    def put(self, key: K, value: V) -> None:
        """Stores a value that was loaded elsewhere."""
        self._last_good[key] = (value, self._timer())
        self._fresh[key] = (value, self._seconds)

    def _standing_in(self, key: K) -> tuple[V, float] | None:
        kept = self._last_good.get(key)
        is_good = kept and self._timer() - kept[1] <= max(self._seconds, MAX_SECONDS)
        return kept if is_good else None

    def _loaded(self, key: K, loading: asyncio.Task[V]) -> None:
        """Marks the error as retrieved for asyncio; callers that wait get it anyway."""
        if self._loading.get(key) is loading:
            del self._loading[key]
        if not loading.cancelled():
            loading.exception()

    async def _fill(self, key: K) -> V:
        try:
            value = await self._load(key)
        except self._outages:
            kept = self._standing_in(key)
            if kept is None:
                raise
            self._fresh[key] = (kept[0], STALE_SECONDS)
            return kept[0]
        except Exception:
            self._last_good.pop(key, None)
            raise
        if self._loading.get(key) is asyncio.current_task():  # else it was forgotten meanwhile
            self.put(key, value)
        return value
