"""An attempt to do something to a ticket that there is."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from bot.desk import policy
from bot.desk.attempts.attempt import Attempt, Result, Settled, doubt_of, told
from bot.desk.desk import Desk
from bot.desk.redact import veil_start
from bot.domain.errors import BotError, NotMade, TicketNotFound
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, MessageKind, Status, Ticket
from bot.operations import (
    DONE_IN_FULL,
    Baseline,
    ChangeTags,
    CurrentState,
    Delete,
    Note,
    OnTicket,
    Remark,
    Reply,
    Snapshot,
    Transfer,
    check_offered,
)

log = structlog.get_logger()

T = TypeVar("T")

NEWS_CHARACTERS = 4000

Read = tuple[Ticket, Sequence[Message], Sequence[str]]

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
        if isinstance(operation, Delete) and row.is_doubtful:
            return _Gone(row, desk)
        raise
    if row.baseline:
        before = Baseline.model_validate(row.baseline)
    else:
        before = Baseline.of(ticket, messages, tags)
    now = CurrentState(
        ticket,
        messages,
        before,
        await settled(ticket.id),
        tags,
        await desk.tag_names() if isinstance(operation, ChangeTags) else (),
        is_doubtful=row.is_doubtful,
        had_to_wait=row.failures > 0 or row.baseline is not None,
    )
    if not _has_left_by_it(operation, now, actor):
        await policy.check_may_read(actor, ticket, desk.directory.members_now)
    return _WithTicket(
        row=replace(row, ticket_id=ticket.id),  # a command may have named it by its code
        operation=_as_shown(operation, row).model_copy(update={"ticket_id": ticket.id}),
        actor=actor,
        desk=desk,
        now=now,
    )


def _has_left_by_it(operation: OnTicket, now: CurrentState, actor: Agent) -> bool:
    """Whether a call that may have been made took it out of its author's departments."""
    return isinstance(operation, Transfer) and now.is_doubtful and operation.is_there(now, actor)


@dataclass(frozen=True, slots=True)
class _WithTicket:
    row: Row
    operation: OnTicket
    actor: Agent
    desk: Desk
    now: CurrentState

    @property
    def baseline(self) -> Mapping[str, Any]:
        return self.now.before.model_dump(mode="json")

    async def objection(self) -> Mapping[str, Any] | None:
        ticket = self.now.ticket
        if self.row.batch and self.is_there():
            return None  # by somebody else, for one of several: there is nothing to decide
        if not self.has_begun():
            check_offered(self.row.kind, ticket, self.actor)
        found = self.operation.objection(self.now, self.actor)
        if found is None:
            return None
        shown = Snapshot.now(ticket, self.now.messages).model_dump()
        objection = {**found, "code": ticket.code, "owner": ticket.owner_email, "shown": shown}
        if newest := objection.get("newest"):
            body = veil_start(
                newest["body"], NEWS_CHARACTERS, ticket.public_code, self.desk.account
            )
            objection["newest"] = {**newest, "body": body}
        if "assignee" in objection:
            objection["assignee"] = await self.desk.name_of(objection["assignee"])
        return objection

    def is_there(self) -> bool:
        return self.operation.is_there(self.now, self.actor)

    def has_begun(self) -> bool:
        return bool(self.operation.message_in(self.now, self.actor))

    def doubt(self) -> Mapping[str, Any]:
        kinds = _WORDS.get(self.operation.kind, ())
        return doubt_of(self.row, self.now.said_otherwise(self.actor, kinds))

    async def apply(self) -> Remark:
        return await self.operation.apply(self.desk.system, self.actor, self.now)

    async def verify(self) -> Result:
        before = self.now
        try:
            ticket, messages, tags = await self._read_again()
        except TicketNotFound:
            is_gone = isinstance(self.operation, Delete)
            return Result(self.row.ticket_id, {"status": Status.DELETED} if is_gone else {})
        except BotError as error:
            log.warning("not read again", why=str(error))
            return Result(self.row.ticket_id, {})
        now = CurrentState(ticket, messages, before.before, before.settled, tags)
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

    async def _read_again(self) -> Read:
        """One error of LiveAgent's does not mean that it is gone: a second one must agree."""
        try:
            return await _read(self.desk, self.row.ticket_id, self.operation)
        except TicketNotFound:
            return await _read(self.desk, self.row.ticket_id, self.operation)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A ticket that can't be read, while it is looked for whether it was deleted.

    It counts as gone once it is still so when the last look is over.
    """

    row: Row
    desk: Desk

    @property
    def baseline(self) -> Mapping[str, Any]:
        return self.row.baseline or {}

    async def objection(self) -> None:
        return None

    def is_there(self) -> bool:
        return False

    def has_begun(self) -> bool:
        return False

    def doubt(self) -> Mapping[str, Any]:
        return {}

    async def apply(self) -> Remark:
        try:
            ticket = await self.desk.system.find(TicketRef(self.row.ticket_id))
        except TicketNotFound:
            return DONE_IN_FULL
        if ticket.status != Status.DELETED:
            raise NotMade("DELETE conversations/{id}", "the ticket can be read again")
        return DONE_IN_FULL

    async def verify(self) -> Result:
        return Result(self.row.ticket_id, {"status": Status.DELETED})


def _as_shown(operation: OnTicket, row: Row) -> OnTicket:
    """*Send anyway* holds for what its author was shown, and for nothing newer."""
    shown = (row.outcome or {}).get("shown")
    if not row.is_confirmed or not shown:
        return operation
    seen = Snapshot.model_validate(shown)
    match operation:
        case Reply():
            known = {"last_seen": seen.newest, "seen_count": seen.count, "owner": seen.owner}
            return operation.model_copy(update=known)
        case Note() | ChangeTags():
            return operation
        case _:
            return operation.model_copy(update={"seen": seen})


async def _read(desk: Desk, ticket_id: str, operation: OnTicket) -> Read:
    """Tags are read where they are to be changed. Raises what is wrong with the ticket first."""
    ref = TicketRef(ticket_id)
    found, said = await asyncio.gather(
        desk.system.find(ref), desk.system.messages(ref), return_exceptions=True
    )
    ticket, messages = _given(found), _given(said)
    if not isinstance(operation, ChangeTags):
        return ticket, messages, ()
    return ticket, messages, [tag.name for tag in await desk.system.tags_of(ref)]


def _given(result: T | BaseException) -> T:
    if isinstance(result, BaseException):
        raise result
    return result
