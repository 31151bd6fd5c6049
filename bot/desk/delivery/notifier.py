"""The interface for notifying an operation's author of the result."""

from typing import Protocol

from bot.domain.outbox import Row


class Notifier(Protocol):
    async def notify(self, row: Row, *, delivered_here: bool) -> tuple[str, str]:
        """Returns the notice's channel and timestamp, "" if there is no direct message.

        Unless `delivered_here`, another bot wrote, so what this one read before may lack the write.
        Raises `SlackDoesNotAnswer`; the notice is then retried later.
        """

    async def remind(self, row: Row) -> tuple[str, str]:
        """Notifies the author once more of a pending decision, as `notify` does."""

    async def follow(self, row: Row) -> None:
        """Updates other views of the ticket, once the author is notified."""
