"""An attempt to make a ticket: whether it was made is found among those of its customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.attempts.attempt import Attempt, Result, Settled, doubt_of, told
from bot.desk.desk import Desk
from bot.domain.errors import BotError, CustomerUnknown, KeyRefused, Refused
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket_system import Search
from bot.operations import DONE_IN_FULL, Create, Remark

log = structlog.get_logger()

PAGE = 1000
MAX_PAGES = 50


async def begin_new_ticket(
    row: Row, operation: Create, actor: Agent, desk: Desk, settled: Settled
) -> Attempt:
    """Looks for it where it may have been made. Raises `NotAllowed` and LiveAgent's errors."""
    await policy.check_may_work_in(actor, operation.department_id, desk.directory.members_now)
    if operation.is_by_customer:
        await policy.check_is_customer(operation.recipient, desk.directory)
    baseline = row.baseline
    tickets = await _tickets_of(operation.recipient, desk, were_listed=_were_listed(baseline))
    if baseline is None:
        baseline = {"tickets": list(tickets or ()), "were_listed": tickets is not None}
    attempt = _New(row, operation, actor, desk, baseline)
    if row.is_doubtful:
        known = {*baseline["tickets"], *await settled(row.ticket_id)}
        await attempt.look_in([each for each in tickets or () if each not in known])
    return attempt


def _were_listed(baseline: Mapping[str, Any] | None) -> bool:
    """Whether LiveAgent gave the customer's tickets before the first call."""
    return bool(baseline and baseline.get("were_listed", baseline["tickets"]))


async def _tickets_of(owner: str, desk: Desk, *, were_listed: bool) -> Sequence[str] | None:
    """The ids of all of them; None where LiveAgent does not know such a customer yet.

    Raises `Refused` where it did: then it has trouble.
    """
    found: dict[str, None] = {}
    try:
        for _ in range(MAX_PAGES):  # servers may give fewer a page than are asked for
            page = await desk.system.search(
                Search(owner_email=owner), limit=PAGE, offset=len(found)
            )
            if all(ticket.id in found for ticket in page):
                break
            found |= dict.fromkeys(ticket.id for ticket in page)
    except KeyRefused:
        raise
    except Refused:
        if found or were_listed:
            raise
        return None
    return list(found)


@dataclass(slots=True)
class _New:
    """`found` is the ticket that a lost answer told of, or that LiveAgent has just made.

    `others` are new tickets of the customer's in other words, or of somebody else's.
    """

    row: Row
    operation: Create
    actor: Agent
    desk: Desk
    baseline: Mapping[str, Any]
    found: str = ""
    others: Sequence[str] = ()

    async def look_in(self, tickets: Sequence[str]) -> None:
        """Subjects are not compared: LiveAgent may have stored it otherwise."""
        for ticket in tickets:
            messages = await self.desk.system.messages(TicketRef(ticket))
            if self.operation.is_in(messages, self.actor):
                self.found = ticket
                return
        self.others = tickets

    async def objection(self) -> None:
        return None

    def is_there(self) -> bool:
        return bool(self.found)

    def has_begun(self) -> bool:
        return bool(self.found)

    def doubt(self) -> Mapping[str, Any]:
        return doubt_of(self.row, self.others)

    async def apply(self) -> Remark:
        if self.found:
            return DONE_IN_FULL
        try:
            self.found = await self.operation.apply(self.desk.system, self.actor)
        except KeyRefused:
            raise
        except Refused as error:
            if self.operation.is_by_customer and not self.baseline["tickets"]:
                raise CustomerUnknown(error.call, error.status, error.reason) from error
            raise
        return DONE_IN_FULL

    async def verify(self) -> Result:
        try:
            ticket = await self.desk.system.find(TicketRef(self.found))
        except BotError as error:
            log.warning("not read again", why=str(error))
            return Result(self.found, {"ticket_id": self.found}, self.found)
        outcome = {"ticket_id": ticket.id, **await told(ticket, self.desk)}
        return Result(ticket.id, outcome, self.found)
