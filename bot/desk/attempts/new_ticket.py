"""An attempt to make a ticket: whether it was made is found among those of its customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.attempts.attempt import Attempt, Result, Settled, told
from bot.desk.desk import Desk
from bot.domain.errors import BotError, KeyRefused, Refused
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Search
from bot.operations import DONE_IN_FULL, Create, Remark

log = structlog.get_logger()

MOST_OF_ONE_OWNER = 1000


async def begin_new_ticket(
    row: Row, operation: Create, actor: Agent, desk: Desk, settled: Settled
) -> Attempt:
    """Looks for it where it may have been made. Raises `NotAllowed` and LiveAgent's errors."""
    await policy.check_may_work_in(actor, operation.department_id, desk.directory)
    if operation.is_by_customer:
        await policy.check_is_customer(operation.recipient, desk.directory)
    tickets = await _tickets_of(operation.recipient, desk)
    baseline = row.baseline or {"tickets": [ticket.id for ticket in tickets]}
    found, looks_alike = "", False
    if row.is_doubtful:
        others = {*baseline["tickets"], *await settled(row.ticket_id)}
        for ticket in tickets:
            if ticket.id not in others and operation.may_be(ticket):
                looks_alike = True
                messages = await desk.system.messages(TicketRef(ticket.id))
                if operation.is_in(messages, actor):
                    found = ticket.id
    return _New(row, operation, actor, desk, baseline, found, looks_alike=looks_alike)


async def _tickets_of(owner: str, desk: Desk) -> Sequence[Ticket]:
    """None where LiveAgent does not know such a customer yet."""
    try:
        return await desk.system.search(Search(owner_email=owner), limit=MOST_OF_ONE_OWNER)
    except KeyRefused:
        raise
    except Refused:
        return ()


@dataclass(slots=True)
class _New:
    """`found` is the ticket that a lost answer told of, or that LiveAgent has just made.

    One `looks_alike` if it is new and has the subject, but not the words.
    """

    row: Row
    operation: Create
    actor: Agent
    desk: Desk
    baseline: Mapping[str, Any]
    found: str
    looks_alike: bool = False

    async def objection(self) -> None:
        return None

    def is_there(self) -> bool:
        return bool(self.found)

    def has_begun(self) -> bool:
        return bool(self.found)

    def may_be_there(self) -> bool:
        return self.looks_alike

    async def apply(self) -> Remark:
        self.found = self.found or await self.operation.apply(self.desk.system, self.actor)
        return DONE_IN_FULL

    async def verify(self) -> Result:
        try:
            ticket = await self.desk.system.find(TicketRef(self.found))
        except BotError as error:
            log.warning("not read again", why=str(error))
            return Result(self.found, {"ticket_id": self.found}, self.found)
        outcome = {"ticket_id": ticket.id, **await told(ticket, self.desk)}
        return Result(ticket.id, outcome, self.found)
