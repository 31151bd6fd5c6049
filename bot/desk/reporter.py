"""Who tells the author of an operation what became of it."""

from typing import Protocol

from bot.domain.outbox import Row


class Reporter(Protocol):
    async def tell(self, row: Row) -> tuple[str, str]:
        """The channel and time stamp of the notice; `SlackDoesNotAnswer` means later again."""
