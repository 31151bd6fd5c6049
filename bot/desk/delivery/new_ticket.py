"""Creates a ticket, or finds the one that an earlier call created."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.delivery.execution import Claim, Execution, Verified, done_with
from bot.desk.delivery.files import are_kept
from bot.desk.desk import Desk
from bot.domain.errors import BotError, CustomerUnknown, Refused
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket_system import AT_ONCE, PAGE, Search, waiting_since
from bot.operations import Create
from bot.operations.outcome import Done

log = structlog.get_logger()

MAX_PAGES = 50
UNLISTED = "?"
"""Marks that LiveAgent does not list all tickets, so the new one may be among the others."""


async def begin_new_ticket(claim: Claim, operation: Create) -> Execution:
    """Searches for the ticket if an earlier call may have created it.

    Raises `NotAllowed` and LiveAgent's errors.
    """
    row, desk, baseline = claim.row, claim.desk, claim.row.baseline
    tickets = await _tickets_of(operation.recipient, desk, were_listed=_were_listed(baseline))
    waiting_since.set(AT_ONCE)
    actor = await claim.author.in_department(operation.department_id)
    if operation.is_by_customer:
        await policy.check_is_customer(operation.recipient, desk.directory)
    if baseline is None:
        baseline = {"tickets": list(tickets or ()), "were_listed": tickets is not None}
    execution = _NewTicket(row, operation, actor, desk, baseline)
    if row.is_uncertain and tickets is None:
        execution.others = [UNLISTED]
    elif row.is_uncertain:
        known = {*baseline["tickets"], *await claim.remote_ids(row.ticket_id)}
        await execution.search([each for each in tickets or () if each not in known])
    return execution


def _were_listed(baseline: Mapping[str, Any] | None) -> bool:
    """Whether LiveAgent listed the customer's tickets before the first call."""
    return bool(baseline and baseline.get("were_listed", baseline["tickets"]))


async def _tickets_of(owner: str, desk: Desk, *, were_listed: bool) -> Sequence[str] | None:
    """Returns the ids of the customer's tickets; None if LiveAgent does not know the customer.

    Raises `Refused` if LiveAgent knew the customer before, so the refusal is temporary.
    """
    found: dict[str, None] = {}
    try:
        for _ in range(MAX_PAGES):  # servers may return shorter pages than requested
            page = await desk.system.search(
                Search(owner_email=owner), limit=PAGE, offset=len(found)
            )
            if all(ticket.id in found for ticket in page):
                break
            found |= dict.fromkeys(ticket.id for ticket in page)
    except Refused:
        if found or were_listed:
            raise
        return None
    return list(found)


@dataclass(slots=True)
class _NewTicket:
    """Creates the ticket unless an earlier call, whose answer was lost, has: then it is `found`.

    `others` are the customer's new tickets with other text or by another author, or `UNLISTED`.
    """

    row: Row
    operation: Create
    actor: Agent
    desk: Desk
    baseline: Mapping[str, Any]
    found: str = ""
    others: Sequence[str] = ()

    async def search(self, tickets: Sequence[str]) -> None:
        """Compares texts, not subjects, which LiveAgent may store differently."""
        for ticket in tickets:
            messages = await self.desk.system.messages(TicketRef(ticket))
            if self.operation.is_in(messages, self.actor):
                self.found = ticket
                return
        self.others = tickets

    async def conflict(self) -> None:
        return None

    def is_applied(self) -> bool:
        return bool(self.found)

    def has_begun(self) -> bool:
        return bool(self.found)

    def candidates(self) -> Sequence[str]:
        return self.others

    async def apply(self, attachments: Sequence[str]) -> None:
        if self.found:
            return
        try:
            self.found = await self.operation.apply(self.desk.system, self.actor, attachments)
        except Refused as error:
            if self.operation.is_by_customer and not self.baseline["tickets"]:
                raise CustomerUnknown(error.call, error.status, error.reason) from error
            raise

    async def verify(self) -> Verified:
        try:
            ticket = await self.desk.system.find(TicketRef(self.found))
        except BotError as error:
            log.warning("ticket not reread", why=str(error))
            return Verified(self.found, Done(ticket_id=self.found), self.found)
        kept = await self._are_files_kept()
        done = await done_with(ticket, self.desk)
        done = done.model_copy(update={"ticket_id": ticket.id, "lacks_files": kept is False})
        return Verified(ticket.id, done, self.found, kept)

    async def _are_files_kept(self) -> bool | None:
        if not self.operation.files:
            return None
        try:
            messages = await self.desk.system.messages(TicketRef(self.found))
        except BotError as error:
            log.warning("files not verified", why=str(error))
            return None
        return are_kept(self.operation.files, (), messages)
