"""The interface for notifying an operation's author of the result."""

from typing import Protocol

from bot.domain.outbox import Row


class Notifier(Protocol):
    """Notifies authors."""

    async def notify(self, row: Row, *, delivered_here: bool) -> tuple[str, str]:
        """Returns the notice's channel and timestamp, both "" without a direct message.

        Unless `delivered_here`, another bot made the write, so this bot's cached readings may lack
        it. Raises `SlackDoesNotAnswer`; the notice is then retried later.
        """

    async def remind(self, row: Row) -> tuple[str, str]:
        """Reminds the author of a pending decision. Returns and raises as `notify` does."""

    async def follow(self, row: Row) -> None:
        """Updates other views of the ticket, after the author was notified."""
