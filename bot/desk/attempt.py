"""One attempt at one row of the outbox: what there is in LiveAgent, and what is done about it.

The courier says when, and what follows from LiveAgent's answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

from bot.desk import policy
from bot.desk.desk import Desk
from bot.desk.veil import veil
from bot.domain.errors import BotError, KeyRefused, Refused, TicketNotFound
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, MessageKind, Status, Ticket
from bot.domain.ticket_system import Search
from bot.operations import (
    Baseline,
    ChangeTags,
    Create,
    Delete,
    Note,
    OnTicket,
    Reply,
    Seen,
    Situation,
    check_offered,
    read_operation,
)

log = structlog.get_logger()

NEWS_CHARACTERS = 4000
MOST_OF_ONE_OWNER = 1000

_WORDS: Mapping[str, Sequence[MessageKind]] = {
    "reply": (MessageKind.MESSAGE, MessageKind.NOTE),
    "note": (MessageKind.NOTE,),
}

Settled = Callable[[str], Awaitable[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Result:
    """What LiveAgent has afterwards; `settled` is the message or ticket that the row became."""

    ticket_id: str
    outcome: Mapping[str, Any]
    settled: str = ""


class Attempt(Protocol):
    @property
    def row(self) -> Row: ...

    @property
    def baseline(self) -> Mapping[str, Any]:
        """What there was before the first call."""

    async def objection(self) -> Mapping[str, Any] | None:
        """Why the author is asked first, before each call. Raises what refuses it for good."""

    def is_there(self) -> bool: ...

    def has_begun(self) -> bool:
        """Whether its words are there, if not all of it."""

    def may_be_there(self) -> bool:
        """Whether something is there that it may have become, in other words."""

    async def apply(self) -> str:
        """Does what is missing; a remark if a lesser part was refused."""

    async def verify(self) -> Result:
        """What LiveAgent has now, not what we asked for."""


async def begin(row: Row, actor: Agent, desk: Desk, settled: Settled) -> Attempt:
    """Reads what there is. Raises `NotAllowed`, `TicketNotFound` and LiveAgent's errors."""
    operation = read_operation(row.kind, row.version, row.operation)
    if isinstance(operation, Create):
        return await _begin_new(row, operation, actor, desk, settled)
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

    async def apply(self) -> str:
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
            **await _told(ticket, self.desk),
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

    async def apply(self) -> str:
        return ""

    async def verify(self) -> Result:
        return Result(self.row.ticket_id, {"status": Status.DELETED})


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

    async def apply(self) -> str:
        self.found = self.found or await self.operation.apply(self.desk.system, self.actor)
        return ""

    async def verify(self) -> Result:
        try:
            ticket = await self.desk.system.find(TicketRef(self.found))
        except BotError as error:
            log.warning("not read again", why=str(error))
            return Result(self.found, {"ticket_id": self.found}, self.found)
        outcome = {"ticket_id": ticket.id, **await _told(ticket, self.desk)}
        return Result(ticket.id, outcome, self.found)


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


async def _begin_new(
    row: Row, operation: Create, actor: Agent, desk: Desk, settled: Settled
) -> Attempt:
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


async def _read(
    desk: Desk, ticket_id: str, operation: OnTicket
) -> tuple[Ticket, Sequence[Message], Sequence[str]]:
    """Tags are read where they are to be changed."""
    ref = TicketRef(ticket_id)
    ticket, messages = await asyncio.gather(desk.system.find(ref), desk.system.messages(ref))
    if not isinstance(operation, ChangeTags):
        return ticket, messages, ()
    return ticket, messages, [tag.name for tag in await desk.system.tags_of(ref)]


async def _told(ticket: Ticket, desk: Desk) -> dict[str, Any]:
    return {
        "status": ticket.status,
        "code": ticket.code,
        "owner": ticket.owner_email,
        "department": ticket.department.name,
        "assignee": await desk.name_of(ticket.assignee_id),
    }
