"""A process that dies between two steps."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from bot.domain.ticket_system import BeforeWrite

# calls that change nothing
READS = frozenset(
    {
        "recent_activity",
        "find",
        "messages",
        "of",
        "remote_ids",
        "search",
        "tags_of",
        "wakes_at",
        "were_recently_kept",
    }
)


class Killed(BaseException):
    """The process dies here."""


class Mortal:
    """Passes calls on until the last one, before or after which the process dies."""

    def __init__(self, lives: "Lives", inner: Any) -> None:
        self._lives = lives
        self._inner = inner

    def guarded(self, before_write: BeforeWrite) -> "Mortal":
        return Mortal(self._lives, self._inner.guarded(before_write))

    def recent_reading(self, *named: Any) -> Any:
        """No call: cached data needs none."""
        return self._inner.recent_reading(*named)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        is_step = callable(found) and name not in self._lives.reads
        return self._lives.counted(found) if is_step else found


class Lives:
    """Shared by all that one process does.

    Dying before a call leaves what dying after the one before it leaves, and dying after one of
    `reads` nothing new either: whoever dies at one step after the other need not count them.
    """

    def __init__(
        self, calls: int, *, dies_before: bool = False, reads: Collection[str] = ()
    ) -> None:
        self.left = calls
        self.reads = reads
        self._dies_before = dies_before

    def counted(self, call: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def once(*arguments: object, **named: object) -> object:
            self.left -= 1
            if self.left == 0 and self._dies_before:
                raise Killed
            result = await call(*arguments, **named)
            if self.left <= 0:
                raise Killed
            return result

        return once
