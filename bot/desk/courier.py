"""Brings what is in the outbox to LiveAgent, once, and tells its author what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.desk import Desk
from bot.desk.reporter import Reporter
from bot.desk.veil import veil
from bot.domain.errors import (
    BotError,
    LiveAgentError,
    NotAllowed,
    NotMade,
    PerhapsMade,
    Refused,
    SlackDoesNotAnswer,
    TicketNotFound,
)
from bot.domain.outbox import Row, State
from bot.domain.people import Agent, SlackUser
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, Ticket
from bot.operations import (
    OFFERED,
    OPERATIONS,
    Baseline,
    Operation,
    Reply,
    Situation,
    read_operation,
)
from bot.operations.situation import words_since
from bot.storage.outbox import Outbox

log = structlog.get_logger()

MOST_ROUNDS = 3  # of sending without knowing what came of it
MOST_ATTEMPTS = 5  # with an unexpected error in the last of them
AT_ONCE = 8
NEWS_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds. A write may be applied a minute after its connection was lost: so the last look.

    `looks` are counted from the call that may have been made.
    """

    looks: tuple[float, ...] = (2.0, 10.0, 30.0, 65.0)
    first_wait: float = 1.0
    longest_wait: float = 60.0
    poll: float = 1.0


class Courier:
    """Several may work on one outbox: the claim decides who does what."""

    def __init__(
        self,
        outbox: Outbox,
        desk: Desk,
        find_user: Callable[[str], Awaitable[SlackUser]],
        reporter: Reporter,
        *,
        timing: Timing = Timing(),
    ) -> None:
        self._outbox = outbox
        self._desk = desk
        self._find_user = find_user
        self._reporter = reporter
        self._timing = timing
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._on_their_way: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something was put in, or decided."""
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`; what is on its way then is finished."""
        await asyncio.gather(self._repeat(self._start_next), self._repeat(self.tell_next))
        if self._on_their_way:
            await asyncio.wait(self._on_their_way)

    def stop(self) -> None:
        """Takes nothing more."""
        self._is_stopping = True
        self._wake.set()

    async def deliver_next(self) -> bool:
        """One attempt at the next row that is due; False where there is none."""
        row = await self._outbox.claim(list(OPERATIONS))
        if row is not None:
            await self._deliver_or_give_up(row)
        return row is not None

    async def _start_next(self) -> bool:
        """The same without waiting for its end, but for so many at once."""
        if len(self._on_their_way) >= AT_ONCE:
            await asyncio.wait(self._on_their_way, return_when=asyncio.FIRST_COMPLETED)
        row = await self._outbox.claim(list(OPERATIONS))
        if row is not None:
            task = asyncio.create_task(self._deliver_or_give_up(row))
            self._on_their_way.add(task)
            task.add_done_callback(self._on_their_way.discard)
        return row is not None

    async def _deliver_or_give_up(self, row: Row) -> None:
        """A row over which this program stumbles again and again is its author's to decide."""
        with structlog.contextvars.bound_contextvars(row=row.id, kind=row.kind):
            try:
                await self._deliver(row)
            except Exception as error:
                log.exception("delivery broke off")  # the lease brings it back
                if row.attempt >= MOST_ATTEMPTS:
                    await self._outbox.end(row, State.DOUBTFUL, _told_of(error), agent="")
        self._wake.set()

    async def tell_next(self) -> bool:
        """Tells one author what they don't know yet; False where there is none."""
        row = await self._outbox.next_untold()
        if row is None:
            return False
        try:
            await self._outbox.was_told(row, *await self._reporter.tell(row))
        except SlackDoesNotAnswer as error:
            log.warning("not told yet", row=row.id, why=str(error))
        return True

    async def _repeat(self, job: Callable[[], Awaitable[bool]]) -> None:
        while not self._is_stopping:
            try:
                is_busy = await job()
            except Exception:
                log.exception("the courier stumbled")  # as over a database that is away
                is_busy = False
            if not is_busy and not self._is_stopping:
                self._wake.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._timing.poll)

    async def _deliver(self, row: Row) -> None:
        try:
            actor = await self._actor(row)
            ticket, messages = await self._read(row.ticket_id)
            await policy.check_may_read(actor, ticket, self._desk.directory)
        except (NotMade, PerhapsMade, SlackDoesNotAnswer) as error:
            await self._wait(row, error)
        except (NotAllowed, TicketNotFound, Refused) as error:
            state = State.DOUBTFUL if row.is_doubtful else State.REFUSED
            await self._outbox.end(row, state, _told_of(error), agent="")
        else:
            row = replace(row, ticket_id=ticket.id)  # a command may have named it by its code
            operation = read_operation(row.kind, row.version, row.operation)
            by_id = operation.model_copy(update={"ticket_id": ticket.id})
            await self._attempt(row, by_id, actor, ticket, messages)

    async def _attempt(
        self,
        row: Row,
        operation: Operation,
        actor: Agent,
        ticket: Ticket,
        messages: Sequence[Message],
    ) -> None:
        before = Baseline.model_validate(row.baseline) if row.baseline else None
        if before is None:
            if objection := self._objection(row, operation, actor, ticket, messages):
                state, outcome = objection
                await self._outbox.end(row, state, outcome, agent=actor.name)
                return
            before = Baseline.of(ticket, messages)
            if not await self._outbox.remember(row, before.model_dump(mode="json")):
                return
        now = Situation(ticket, messages, before, await self._outbox.settled(ticket.id))
        if row.is_doubtful and not operation.is_there(now, actor) and self._may_look_again(row):
            seconds = self._timing.looks[row.looks + 1] - self._timing.looks[row.looks]
            await self._outbox.later(row, State.LOOKING, seconds, looks=row.looks + 1)
        else:
            await self._apply(row, operation, actor, now)

    async def _apply(self, row: Row, operation: Operation, actor: Agent, now: Situation) -> None:
        try:
            remark = await operation.apply(self._desk.system, actor, now)
        except NotMade as error:
            await self._wait(row, error, is_doubtful=False)
        except PerhapsMade as error:
            await self._doubt(row, error, actor)
        except (Refused, TicketNotFound) as error:
            await self._outbox.end(row, State.REFUSED, _told_of(error), agent=actor.name)
        else:
            outcome, settled = await self._verify(row, operation, actor, now)
            outcome["remark"] = remark
            await self._outbox.end(row, State.DONE, outcome, agent=actor.name, settled=settled)

    async def _verify(
        self, row: Row, operation: Operation, actor: Agent, before: Situation
    ) -> tuple[dict[str, Any], str]:
        """What LiveAgent has now, not what we asked for."""
        try:
            ticket, messages = await self._read(row.ticket_id)
        except BotError as error:
            log.warning("not read again", why=str(error))
            return {}, ""
        now = Situation(ticket, messages, before.before, before.settled)
        settled = operation.message_in(now, actor)
        became = next((message for message in messages if message.id == settled), None)
        changed = became.created if became else ticket.changed
        outcome = {
            "status": ticket.status,
            "code": ticket.code,
            "owner": ticket.owner_email,
            "stored_as": became.kind if became else "",
            "at": changed.timestamp() if changed else None,
        }
        return outcome, settled

    def _objection(
        self,
        row: Row,
        operation: Operation,
        actor: Agent,
        ticket: Ticket,
        messages: Sequence[Message],
    ) -> tuple[State, dict[str, Any]] | None:
        """Why it does not go out as it is, before anything has gone out."""
        if not OFFERED[row.kind](ticket):
            return State.REFUSED, {"error": "not_offered", "status": ticket.status}
        if row.is_confirmed or not isinstance(operation, Reply):
            return None
        if operation.last_seen is None:
            return State.ASKS, {"why": "unseen", "owner": ticket.owner_email}
        news = words_since(operation.last_seen, messages, actor)
        if news is None:
            return State.ASKS, {"why": "changed", "owner": ticket.owner_email}
        if news:
            newest = news[-1]
            body = veil(newest.body[:NEWS_CHARACTERS], ticket.public_code, self._desk.account)
            said = {"author": newest.author_id, "kind": newest.kind, "body": body}
            return State.ASKS, {"why": "news", "count": len(news), "newest": said}
        return None

    async def _actor(self, row: Row) -> Agent:
        """Asked for anew: whoever was removed meanwhile does nothing any more."""
        user = await self._find_user(row.slack_user)
        return await policy.agent_behind(user, self._desk.directory.agent_now)

    async def _read(self, ticket_id: str) -> tuple[Ticket, Sequence[Message]]:
        ref = TicketRef(ticket_id)
        return await asyncio.gather(self._desk.system.find(ref), self._desk.system.messages(ref))

    def _may_look_again(self, row: Row) -> bool:
        return row.looks + 1 < len(self._timing.looks)

    async def _wait(self, row: Row, error: Exception, **columns: bool | int) -> None:
        """Surely not made, or not even tried: later, and later still."""
        log.info("waits", why=str(error))
        asked = error.retry_after if isinstance(error, NotMade) else None
        seconds = asked or min(
            self._timing.longest_wait, self._timing.first_wait * 2.0 ** min(row.failures, 10)
        )
        state = State.LOOKING if row.is_doubtful and not columns else State.WAITING
        await self._outbox.later(row, state, seconds, failures=row.failures + 1, **columns)

    async def _doubt(self, row: Row, error: PerhapsMade, actor: Agent) -> None:
        log.warning("perhaps made", why=str(error))
        if row.failures + 1 >= MOST_ROUNDS and row.is_doubtful:
            await self._outbox.end(row, State.DOUBTFUL, _told_of(error), agent=actor.name)
            return
        columns = {"is_doubtful": True, "looks": 0, "failures": row.failures + 1}
        await self._outbox.later(row, State.LOOKING, self._timing.looks[0], **columns)


def _told_of(error: Exception) -> dict[str, Any]:
    """The error as it can be said later, in the author's language."""
    reason = error.reason if isinstance(error, Refused) else ""
    call = error.call if isinstance(error, LiveAgentError) else ""
    return {"error": type(error).__name__, "reason": reason, "call": call}
