"""How many rows a page of the server may have, which no document tells."""

from cachetools import TTLCache

from bot.domain.clock import MACHINE, Clock

KNOWN_SECONDS = 3600.0  # an update of the server may change it
_ONLY = ""  # the key of a cache that holds one thing


class LongestPage:
    """The most rows that a page has had lately: a shorter one was not cut by the server."""

    def __init__(self, clock: Clock = MACHINE) -> None:
        self._rows: TTLCache[str, int] = TTLCache(1, KNOWN_SECONDS, clock.monotonic)

    def may_be(self, rows: int) -> bool:
        """Returns whether no page was longer than this one, of which it takes note."""
        if rows < self._rows.get(_ONLY, 0):
            return False
        self._rows[_ONLY] = rows
        return True
