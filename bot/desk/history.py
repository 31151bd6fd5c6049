"""The history of a ticket's changes made in Slack."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.desk import Desk
from bot.domain.clock import MACHINE, Clock
from bot.domain.outbox import AuditEntry
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.storage.audit import Audit
from bot.storage.best_effort import to_show


@dataclass(frozen=True, slots=True)
class History:
    """The audit log, for agents who may see the ticket."""

    _desk: Desk
    _audit: Audit
    _clock: Clock = MACHINE

    async def of_ticket(
        self, ref: TicketRef, actor: Agent, *, limit: int
    ) -> tuple[Ticket, Sequence[AuditEntry]]:
        """Returns the newest entries first. Raises as `Desk.look_up` does."""
        view = await self._desk.look_up(ref, actor)
        reading = self._audit.of_ticket(view.ticket.id, limit=limit)
        return view.ticket, await to_show(reading, self._clock)
