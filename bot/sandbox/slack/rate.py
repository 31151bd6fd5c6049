"""How often a channel may be posted to."""

import math
from collections.abc import Callable

MESSAGES_A_SECOND = 1.0
BURST = 5


class Rates:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._free_at: dict[str, float] = {}
        self.is_on = True

    def seconds_to_wait(self, channel_id: str) -> int:
        """0 when one more message may be posted now, which then counts."""
        now = self._clock()
        free_at = max(self._free_at.get(channel_id, now), now)
        excess = free_at - now - (BURST - 1) / MESSAGES_A_SECOND
        if excess > 0 and self.is_on:
            return math.ceil(excess)
        self._free_at[channel_id] = free_at + 1 / MESSAGES_A_SECOND
        return 0
