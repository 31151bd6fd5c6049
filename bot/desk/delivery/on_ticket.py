"""Executes an operation on an existing ticket."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

import structlog

from bot.desk.delivery.author import Author
from bot.desk.delivery.execution import Claim, Execution, Verified, done_with, subject_of
from bot.desk.delivery.files import are_kept
from bot.desk.delivery.gone_ticket import GoneTicket
from bot.desk.desk import Desk, result_or_raise
from bot.desk.redact import redact_start
from bot.domain.activity import Doing
from bot.domain.errors import BotError, LiveAgentError, TicketNotFound
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, Status, Ticket
from bot.domain.ticket_system import AT_ONCE, waiting_since
from bot.operations import (
    DEFINITIONS,
    Baseline,
    CurrentState,
    Delete,
    Kind,
    OnTicket,
    Remark,
    Reply,
    Snapshot,
    Transfer,
    check_offered,
)
from bot.operations.outcome import (
    Conflict,
    ConversationChanged,
    Done,
    NewestMessage,
    SomebodyReplying,
    read_outcome,
)

log = structlog.get_logger()

T = TypeVar("T")

MAX_NEWS_LENGTH = 4000
JUST_READ_SECONDS = 5.0
OLD = timedelta(seconds=5)
"""After that, somebody may have written, or changed the recipient of a reply."""
MAX_READINGS = 3  # if LiveAgent is always slow


class Read(NamedTuple):
    """The current state in LiveAgent; `at` is the time of the first answer."""

    ticket: Ticket
    messages: Sequence[Message]
    tags: Sequence[str]
    wakes_at: datetime | None
    at: datetime


async def begin_on_ticket(claim: Claim, operation: OnTicket) -> Execution:
    """Reads the ticket, and again if the first answer is `OLD` when the last one arrives.

    Raises `NotAllowed`, `TicketNotFound` and LiveAgent's errors.
    """
    row, desk = claim.row, claim.desk
    for _ in range(MAX_READINGS):
        try:
            read = await _read(
                desk, row.ticket_id, operation, needs_messages=operation.kind is not Kind.TAGS
            )
        except TicketNotFound:
            if isinstance(operation, Delete) and row.is_uncertain:
                return GoneTicket(row, await claim.author.ask(), desk)
            raise
        waiting_since.set(AT_ONCE)
        begun = await _begun(claim, operation, read)
        if desk.clock() - read.at < OLD:
            break
    return begun


async def _begun(claim: Claim, operation: OnTicket, read: Read) -> Execution:
    row, desk, ticket = claim.row, claim.desk, read.ticket
    before = Baseline.model_validate(row.baseline) if row.baseline else None
    now = CurrentState(
        ticket,
        read.messages,
        before or Baseline.of(ticket, read.messages, read.tags),
        await claim.remote_ids(ticket.id),
        read.tags,
        await desk.tag_names() if operation.reads_tags else (),
        is_uncertain=row.is_uncertain,
        had_to_wait=row.failures > 0 or row.baseline is not None,
        wakes_at=read.wakes_at,
    )
    return _OnTicket(
        row=replace(row, ticket_id=ticket.id),  # a command may have named it by its code
        operation=_confirmed(operation, row).model_copy(update={"ticket_id": ticket.id}),
        actor=await _actor(operation, now, claim.author),
        desk=desk,
        now=now,
    )


async def _actor(operation: OnTicket, now: CurrentState, author: Author) -> Agent:
    """Returns the author; their own transfer may have moved it out of their departments."""
    if isinstance(operation, Transfer) and now.is_uncertain:
        agent = await author.ask()
        if operation.is_applied(now, agent):
            return agent
    return await author.on(now.ticket)


def _confirmed(operation: OnTicket, row: Row) -> OnTicket:
    """Limits *Send anyway* to exactly the state that its author was shown."""
    outcome = read_outcome(row.outcome)
    shown = outcome.confirmable if isinstance(outcome, Conflict) else None
    return cast("OnTicket", operation.confirmed(shown)) if row.is_confirmed and shown else operation


@dataclass(frozen=True, slots=True)
class _OnTicket:
    row: Row
    operation: OnTicket
    actor: Agent
    desk: Desk
    now: CurrentState

    @property
    def baseline(self) -> Mapping[str, Any]:
        return self.now.before.model_dump(mode="json")

    async def conflict(self) -> Conflict | None:
        if self.row.batch and self.is_applied():
            return None  # somebody else did it to one of the tickets: nothing to decide
        if not self.has_begun():
            check_offered(self.operation.kind, self.now.ticket, self.actor)
        conflict = self.operation.conflict(self.now, self.actor) or await self._replying()
        return await self._for_author(conflict) if conflict else None

    async def _replying(self) -> SomebodyReplying | None:
        """Returns who is replying in LiveAgent, unless its author knows or a call was begun."""
        was_asked = isinstance(read_outcome(self.row.outcome), SomebodyReplying)
        is_known = self.row.is_confirmed and was_asked
        yields = DEFINITIONS[self.operation.kind].yields_to_replies
        if not yields or is_known or self.row.baseline:
            return None
        activity = await self.desk.system.recent_activity()
        others = activity.of_others(self.now.ticket.id, self.actor).agents if activity else ()
        known = getattr(self.operation, "despite", ())
        replying = [
            each.agent_id
            for each in others
            if each.doing is Doing.REPLYING and each.agent_id not in known
        ]
        if not replying:
            return None
        return SomebodyReplying(agents=tuple([await self.desk.name_of(id_) for id_ in replying]))

    async def _for_author(self, conflict: Conflict) -> Conflict:
        """Adds the current ticket and the unseen messages, redacted, with names.

        It shows everything that `shown` lets the author confirm.
        """
        ticket = self.now.ticket
        is_seen_unclear = isinstance(conflict, ConversationChanged)
        seen = None if is_seen_unclear else self.operation.newest_seen_in(self.now)
        newest, count = self.now.unseen(seen, self.actor)
        known: dict[str, Any] = {
            "code": ticket.code,
            "subject": subject_of(ticket, self.desk),
            "owner": ticket.owner_email,
            "shown": Snapshot.now(ticket, self.now.messages),
            "count": count,
            "assignee": await self.desk.name_of(conflict.assignee),
        }
        if newest:
            known["newest"] = await self._shown(newest)
        return conflict.model_copy(update=known)

    async def _shown(self, message: Message) -> NewestMessage:
        """Returns the redacted message with its author's name."""
        ticket, account = self.now.ticket, self.desk.account
        customer = ticket.owner_name or ticket.owner_email if message.may_be_customers else ""
        return NewestMessage(
            author=message.author_id,
            name=await self.desk.name_of(message.author_id) or customer,
            kind=message.kind,
            body=redact_start(message.body, MAX_NEWS_LENGTH, ticket.public_code, account),
        )

    def is_applied(self) -> bool:
        return self.operation.is_applied(self.now, self.actor)

    def has_begun(self) -> bool:
        return self.operation.has_begun(self.now, self.actor)

    def candidates(self) -> Sequence[str]:
        return self.now.candidates(self.operation.written, self.actor, self.operation.stored_as)

    async def apply(self, attachments: Sequence[str]) -> Remark | None:
        now = replace(self.now, attachments=attachments)
        return await self.operation.apply(self.desk.system, self.actor, now)

    async def verify(self) -> Verified:
        try:
            read = await self._read_again()
        except TicketNotFound:
            is_gone = isinstance(self.operation, Delete)
            return Verified(self.row.ticket_id, Done(status=Status.DELETED if is_gone else None))
        except BotError as error:
            log.warning("ticket not reread", why=str(error))
            return Verified(self.row.ticket_id, Done())
        now = replace(self.now, ticket=read.ticket, messages=read.messages, tags=read.tags)
        remote_id = self.operation.message_in(now, self.actor)
        became = next((message for message in now.messages if message.id == remote_id), None)
        changed = became.created if became else now.ticket.changed
        files = getattr(self.operation, "files", ())
        kept = are_kept(files, now.before.message_ids, now.messages)
        known = {
            "stored_as": became.kind if became else "",
            "at": changed.timestamp() if changed else None,
            "tags": tuple(now.tags),
            "wakes": read.wakes_at.timestamp() if read.wakes_at else None,
            "remark": Remark(why="crossed") if self._has_hidden_news(now) else None,
            "lacks_files": kept is False,
        }
        done = (await done_with(now.ticket, self.desk)).model_copy(update=known)
        return Verified(now.ticket.id, done, remote_id, kept)

    def _has_hidden_news(self, now: CurrentState) -> bool:
        """Whether somebody wrote before the call, and the ticket is not open.

        A bulk action knows only the messages up to the last reading.
        """
        if not now.messages:
            now = replace(now, messages=self.now.messages)
        is_hidden = now.ticket.status == self.operation.leaves != Status.OPEN
        return is_hidden and now.has_news(self.operation.newest_seen_in(now), self.actor)

    async def _read_again(self) -> Read:
        """Reads twice if needed: one error does not prove that the ticket is gone.

        Messages are read only if they identify the result or the card shows them.
        """
        ref, is_reply = TicketRef(self.row.ticket_id), isinstance(self.operation, Reply)
        if is_reply and (reading := self.desk.system.recent_reading(ref, JUST_READ_SECONDS)):
            return Read(reading.ticket, reading.messages, (), None, reading.seen)
        needs_messages = bool(self.operation.stored_as) or not self.row.batch
        read = partial(_read, self.desk, self.row.ticket_id, self.operation)
        try:
            return await read(needs_messages=needs_messages)
        except TicketNotFound:
            return await read(needs_messages=needs_messages)


async def _read(desk: Desk, ticket_id: str, operation: OnTicket, *, needs_messages: bool) -> Read:
    """Reads tags only if the operation needs them. Errors of the ticket itself are raised first."""
    ref, answered = TicketRef(ticket_id), list[datetime]()

    async def noted(reading: Awaitable[T]) -> T:
        result = await reading
        answered.append(desk.clock())
        return result

    found, written, tags = await asyncio.gather(
        noted(desk.system.find(ref)),
        noted(desk.system.messages(ref)) if needs_messages else _nothing(),
        desk.system.tags_of(ref) if operation.reads_tags else _nothing(),
        return_exceptions=True,
    )
    ticket, messages = result_or_raise(found), result_or_raise(written)
    is_asleep = DEFINITIONS[operation.kind].reads_wake and ticket.status == Status.POSTPONED
    wakes_at = await _wakes_at(desk, ticket.id) if is_asleep else None
    names = [tag.name for tag in result_or_raise(tags)]
    return Read(ticket, messages, names, wakes_at, min(answered))


async def _nothing() -> tuple[()]:
    return ()


async def _wakes_at(desk: Desk, ticket_id: str) -> datetime | None:
    """Returns None if LiveAgent does not say."""
    try:
        return await desk.system.wakes_at(ticket_id)
    except LiveAgentError as error:
        log.warning("wake time not read", why=str(error))
        return None
