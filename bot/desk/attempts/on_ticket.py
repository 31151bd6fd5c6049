"""An attempt to do something to a ticket that there is."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.attempts.attempt import Attempt, Result, Settled, told
from bot.desk.desk import Desk
from bot.desk.veil import veil
from bot.domain.errors import BotError, TicketNotFound
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, MessageKind, Status, Ticket
from bot.operations import (
    DONE_IN_FULL,
    Baseline,
    ChangeTags,
    Delete,
    Note,
    OnTicket,
    Remark,
    Reply,
    Seen,
    Situation,
    check_offered,
)

log = structlog.get_logger()

NEWS_CHARACTERS = 4000

_WORDS: Mapping[str, Sequence[MessageKind]] = {
    "reply": (MessageKind.MESSAGE, MessageKind.NOTE),
    "note": (MessageKind.NOTE,),
}


async def begin_on_ticket(
    row: Row, operation: OnTicket, actor: Agent, desk: Desk, settled: Settled
) -> Attempt:
    """Reads the ticket once. Raises `NotAllowed`, `TicketNotFound` and LiveAgent's errors."""
    try:
        ticket, messages, tags = await _read(desk, row.ticket_id, operation)
    except TicketNotFound:
        if isinstance(operation, Delete) and row.baseline:
            return _Gone(row)
        raise
    await policy.check_may_read(actor, ticket, desk.directory)
    if row.baseline:
        before = Baseline.model_validate(row.baseline)
    else:
        before = Baseline.of(ticket, messages, tags)
    return _WithTicket(
        row=replace(row, ticket_id=ticket.id),  # a command may have named it by its code
        operation=_as_shown(operation, row).model_copy(update={"ticket_id": ticket.id}),
        actor=actor,
        desk=desk,
        now=Situation(
            ticket,
            messages,
            before,
            await settled(ticket.id),
            tags,
            await desk.tag_names() if isinstance(operation, ChangeTags) else (),
            is_doubtful=row.is_doubtful,
        ),
    )


@dataclass(frozen=True, slots=True)
class _WithTicket:
    row: Row
    operation: OnTicket
    actor: Agent
    desk: Desk
    now: Situation

    @property
    def baseline(self) -> Mapping[str, Any]:
        return self.now.before.model_dump(mode="json")

    async def objection(self) -> Mapping[str, Any] | None:
        ticket = self.now.ticket
        if not self.has_begun():
            check_offered(self.row.kind, ticket, self.actor)
        found = self.operation.objection(self.now, self.actor)
        if found is None:
            return None
        shown = Seen.now(ticket, self.now.messages).model_dump()
        objection = {**found, "code": ticket.code, "owner": ticket.owner_email, "shown": shown}
        if newest := objection.get("newest"):
            body = veil(newest["body"][:NEWS_CHARACTERS], ticket.public_code, self.desk.account)
            objection["newest"] = {**newest, "body": body}
        if "assignee" in objection:
            objection["assignee"] = await self.desk.name_of(objection["assignee"])
        return objection

    def is_there(self) -> bool:
        return self.operation.is_there(self.now, self.actor)

    def has_begun(self) -> bool:
        return bool(self.operation.message_in(self.now, self.actor))

    def may_be_there(self) -> bool:
        kinds = _WORDS.get(self.operation.kind, ())
        return not self.has_begun() and self.now.said_otherwise(self.actor, kinds)

    async def apply(self) -> Remark:
        return await self.operation.apply(self.desk.system, self.actor, self.now)

    async def verify(self) -> Result:
        before = self.now
        try:
            ticket, messages, tags = await _read(self.desk, self.row.ticket_id, self.operation)
        except TicketNotFound:
            return await _Gone(self.row).verify()
        except BotError as error:
            log.warning("not read again", why=str(error))
            return Result(self.row.ticket_id, {})
        now = Situation(ticket, messages, before.before, before.settled, tags)
        settled = self.operation.message_in(now, self.actor)
        became = next((message for message in messages if message.id == settled), None)
        changed = became.created if became else ticket.changed
        outcome = {
            **await told(ticket, self.desk),
            "stored_as": became.kind if became else "",
            "at": changed.timestamp() if changed else None,
            "tags": list(tags),
        }
        return Result(ticket.id, outcome, settled)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A ticket that is no longer there, after it was to be deleted."""

    row: Row

    @property
    def baseline(self) -> Mapping[str, Any]:
        return self.row.baseline or {}

    async def objection(self) -> None:
        return None

    def is_there(self) -> bool:
        return True

    def has_begun(self) -> bool:
        return True

    def may_be_there(self) -> bool:
        return False

    async def apply(self) -> Remark:
        return DONE_IN_FULL

    async def verify(self) -> Result:
        return Result(self.row.ticket_id, {"status": Status.DELETED})


def _as_shown(operation: OnTicket, row: Row) -> OnTicket:
    """*Send anyway* holds for what its author was shown, and for nothing newer."""
    shown = (row.outcome or {}).get("shown")
    if not row.is_confirmed or not shown:
        return operation
    seen = Seen.model_validate(shown)
    match operation:
        case Reply():
            known = {"last_seen": seen.newest, "seen_count": seen.count, "owner": seen.owner}
            return operation.model_copy(update=known)
        case Note() | ChangeTags():
            return operation
        case _:
            return operation.model_copy(update={"seen": seen})


async def _read(
    desk: Desk, ticket_id: str, operation: OnTicket
) -> tuple[Ticket, Sequence[Message], Sequence[str]]:
    """Tags are read where they are to be changed."""
    ref = TicketRef(ticket_id)
    ticket, messages = await asyncio.gather(desk.system.find(ref), desk.system.messages(ref))
    if not isinstance(operation, ChangeTags):
        return ticket, messages, ()
    return ticket, messages, [tag.name for tag in await desk.system.tags_of(ref)]
