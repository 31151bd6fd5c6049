"""What was done to a ticket from Slack."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.desk import Desk
from bot.domain.outbox import AuditEntry
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.storage.audit import Audit


@dataclass(frozen=True, slots=True)
class History:
    _desk: Desk
    _audit: Audit

    async def of_ticket(
        self, ref: TicketRef, actor: Agent, *, limit: int
    ) -> tuple[Ticket, Sequence[AuditEntry]]:
        """The newest first, for who may read the ticket. Raises what `Desk.look_up` raises."""
        view = await self._desk.look_up(ref, actor)
        return view.ticket, await self._audit.of_ticket(view.ticket.id, limit=limit)
