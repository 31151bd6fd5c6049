"""Who tells the author of an operation what came of it."""

from typing import Protocol

from bot.domain.outbox import Row


class Notifier(Protocol):
    async def notify(self, row: Row) -> tuple[str, str]:
        """Returns the notice's channel and timestamp.

        Raises `SlackDoesNotAnswer`: then it is tried again later.
        """

    async def follow(self, row: Row) -> None:
        """Once the author knows: what else shows the ticket shows it as it is now."""
