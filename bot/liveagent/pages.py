"""The server's undocumented limit of rows per page."""

from cachetools import TTLCache

from bot.domain.clock import MACHINE, Clock

KNOWN_SECONDS = 3600.0  # an update of the server may change it
_ONLY = ""  # the key of a cache that holds one thing


class LongestPage:
    """The most rows of a recent page: the server did not cut a shorter one."""

    def __init__(self, clock: Clock = MACHINE) -> None:
        self._rows: TTLCache[str, int] = TTLCache(1, KNOWN_SECONDS, clock.monotonic)

    def may_be(self, rows: int) -> bool:
        """Records a page's length; returns whether no recent page was longer."""
        if rows < self._rows.get(_ONLY, 0):
            return False
        self._rows[_ONLY] = rows
        return True
