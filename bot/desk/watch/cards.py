"""The subscriber that keeps messages about tickets up to date."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement

from bot.domain.changes import Change
from bot.storage.ticket_messages import TicketMessages, are_watched


@dataclass(frozen=True, slots=True)
class Cards:
    """Marks all messages of changed tickets to be redrawn, whatever happened."""

    messages: TicketMessages
    name: str = "cards"
    is_wanted: ColumnElement[bool] = field(default_factory=are_watched)
    needs_events: bool = False

    async def handle(self, changes: Sequence[Change]) -> None:
        await self.messages.changed({each.ticket_id for each in changes if each.ticket_id})
