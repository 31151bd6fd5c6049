"""Who tells the author of an operation what became of it."""

from typing import Protocol

from bot.domain.outbox import Row


class Reporter(Protocol):
    async def tell(self, row: Row) -> tuple[str, str]:
        """The channel and time stamp of the notice; `SlackDoesNotAnswer` means later again."""

    async def follow(self, row: Row) -> None:
        """After the author knows: what else shows the ticket shows it as it is now."""
