"""Verifies a deletion whose ticket can no longer be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.desk.delivery.execution import Verified
from bot.desk.desk import Desk
from bot.domain.errors import NotApplied, OutcomeUnknown, TicketNotFound, TicketUnavailable
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status
from bot.operations.outcome import Done


@dataclass(frozen=True, slots=True)
class GoneTicket:
    """The execution for a ticket that can't be read while its deletion is verified.

    It counts as deleted if the last check can't read it either, while LiveAgent is available.
    """

    row: Row
    actor: Agent
    desk: Desk

    @property
    def baseline(self) -> Mapping[str, Any]:
        return self.row.baseline or {}

    async def conflict(self) -> None:
        return None

    def is_applied(self) -> bool:
        return False

    def has_begun(self) -> bool:
        return False

    def candidates(self) -> Sequence[str]:
        return ()

    async def apply(self, _attachments: Sequence[str]) -> None:
        try:
            ticket = await self.desk.find_unbounded(TicketRef(self.row.ticket_id))
        except TicketUnavailable as error:
            raise OutcomeUnknown("DELETE conversations/{id}", "LiveAgent is in trouble") from error
        except TicketNotFound:
            return
        if ticket.status != Status.DELETED:
            raise NotApplied("DELETE conversations/{id}", "the ticket can be read again")

    async def verify(self) -> Verified:
        return Verified(self.row.ticket_id, Done(status=Status.DELETED))
