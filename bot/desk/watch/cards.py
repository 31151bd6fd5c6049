"""Lets the messages that show a ticket follow what happens to it in LiveAgent."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.changes import Change
from bot.storage.ticket_messages import TicketMessages


@dataclass(frozen=True, slots=True)
class Cards:
    """Hears for all messages that follow. A person's own card alone starts no watch."""

    messages: TicketMessages
    name: str = "cards"

    async def is_wanted(self) -> bool:
        return await self.messages.are_watched()

    async def hear(self, changes: Sequence[Change]) -> None:
        await self.messages.changed({each.ticket_id for each in changes if each.ticket_id})
