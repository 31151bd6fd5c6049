"""The ticket that each open form of a list shows."""

import asyncio
from dataclasses import dataclass, field

from blocks.values.tickets import TicketInList
from bot.desk import records
from handlers.notify.locks import KeyedLocks


@dataclass(frozen=True, slots=True)
class TicketForms:
    """The tickets that forms show, which Slack does not tell: for late updates by any bot."""

    stored: records.ListForms
    _locks: KeyedLocks = field(default_factory=KeyedLocks)

    async def show(self, view_id: str, place: TicketInList) -> None:
        """Records which ticket the form is about to show."""
        await self.stored.show(view_id, place.ticket_id, place.others)

    async def shows(self, view_id: str, place: TicketInList) -> bool:
        """Whether the form still shows this ticket."""
        return await self.stored.shows(view_id, place.ticket_id)

    async def of(self, view_id: str) -> TicketInList | None:
        """Returns None for a form that shows no ticket of a list."""
        found = await self.stored.of(view_id)
        return TicketInList(found[0], tuple(found[1])) if found else None

    def lock(self, view_id: str) -> asyncio.Lock:
        """Returns the lock to hold while checking what the form shows and updating it."""
        return self._locks.of(view_id)
