"""Brings what is in the outbox to LiveAgent, once, and tells its author what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.attempts import Attempt, begin
from bot.desk.desk import Desk
from bot.desk.reporter import Reporter
from bot.domain.errors import (
    LiveAgentError,
    NotAllowed,
    NotMade,
    NotOffered,
    PerhapsMade,
    Refused,
    SlackDoesNotAnswer,
    TicketNotFound,
)
from bot.domain.outbox import Row, State
from bot.domain.people import Agent, SlackUser
from bot.operations import OPERATIONS
from bot.storage.outbox import Outbox

log = structlog.get_logger()

MOST_ROUNDS = 3  # of sending without knowing what came of it
MOST_ATTEMPTS = 5  # with an unexpected error in the last of them
AT_ONCE = 8
TELLERS = 4


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
        observe: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._outbox = outbox
        self._desk = desk
        self._find_user = find_user
        self._reporter = reporter
        self._timing = timing
        self._observe = observe  # the kind and the state in which it ended
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._on_their_way: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something was put in, or decided."""
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`; what is on its way then is finished."""
        tellers = (self._repeat(self.tell_next) for _ in range(TELLERS))
        await asyncio.gather(self._repeat(self._start_next), *tellers)
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
        with _bound(row):
            try:
                await self._deliver(row)
            except Exception as error:
                log.exception("delivery broke off")  # the lease brings it back
                if row.attempt >= MOST_ATTEMPTS:
                    await self._end(row, State.DOUBTFUL, _told_of(error), agent="")
        self._wake.set()

    async def tell_next(self) -> bool:
        """Tells one author what they don't know yet; False where there is none."""
        row = await self._outbox.next_untold(list(OPERATIONS))
        if row is None:
            return False
        with _bound(row):
            try:
                await self._outbox.was_told(row, *await self._reporter.tell(row))
                log.info("told", state=row.state)
                await self._reporter.follow(row)
            except SlackDoesNotAnswer as error:
                log.warning("not told yet", why=str(error))
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
            attempt = await begin(row, actor, self._desk, self._outbox.settled)
            is_there = attempt.is_there()
            is_unseen = not (is_there or attempt.has_begun())
            if row.is_doubtful and is_unseen and self._may_look_again(row):
                seconds = self._timing.looks[row.looks + 1] - self._timing.looks[row.looks]
                await self._outbox.later(row, State.LOOKING, seconds, looks=row.looks + 1)
                return
            objection = None if is_there and row.baseline else await attempt.objection()
        except (NotMade, PerhapsMade, SlackDoesNotAnswer) as error:
            await self._wait(row, error)
        except (NotAllowed, NotOffered, TicketNotFound, Refused) as error:
            state = State.DOUBTFUL if row.is_doubtful else State.REFUSED
            await self._end(row, state, _told_of(error), agent="")
        else:
            row = attempt.row
            if row.is_doubtful and is_unseen and (doubt := attempt.doubt()):
                await self._end(row, State.DOUBTFUL, doubt, agent=actor.name)
            elif objection:
                await self._end(row, State.ASKS, objection, agent=actor.name)
            elif row.baseline or await self._outbox.remember(row, attempt.baseline):
                await self._attempt(attempt, actor)

    async def _attempt(self, attempt: Attempt, actor: Agent) -> None:
        row = attempt.row
        try:
            remark = await attempt.apply()
        except NotMade as error:
            await self._wait(row, error, is_doubtful=False)
        except PerhapsMade as error:
            await self._doubt(row, error, actor)
        except (Refused, TicketNotFound) as error:
            await self._end(row, State.REFUSED, _told_of(error), agent=actor.name)
        else:
            result = await attempt.verify()
            outcome = {**result.outcome, "remark": remark}
            row = replace(row, ticket_id=result.ticket_id)
            await self._end(row, State.DONE, outcome, agent=actor.name, settled=result.settled)

    async def _actor(self, row: Row) -> Agent:
        """Asked for anew: whoever was removed meanwhile does nothing any more."""
        user = await self._find_user(row.slack_user)
        return await policy.agent_behind(user, self._desk.directory.agent_now)

    async def _end(
        self, row: Row, state: State, outcome: Mapping[str, Any], *, agent: str, settled: str = ""
    ) -> None:
        if await self._outbox.end(row, state, outcome, agent=agent, settled=settled):
            self._observe(row.kind, state)
            log.info("ended", state=state, error=outcome.get("error", ""))

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
            await self._end(row, State.DOUBTFUL, _told_of(error), agent=actor.name)
            return
        columns = {"is_doubtful": True, "looks": 0, "failures": row.failures + 1}
        await self._outbox.later(row, State.LOOKING, self._timing.looks[0], **columns)


def _bound(row: Row) -> AbstractContextManager[None]:
    """Its lines in the logs, whichever bot writes them, are found by the click that it came of."""
    return structlog.contextvars.bound_contextvars(
        reference=row.reference, user=row.slack_user, row=row.id, kind=row.kind
    )


def _told_of(error: Exception) -> dict[str, Any]:
    """The error as it can be said later, in the author's language."""
    reason = error.reason if isinstance(error, Refused) else ""
    call = error.call if isinstance(error, LiveAgentError) else ""
    status = error.status if isinstance(error, NotOffered) else ""
    return {"error": type(error).__name__, "reason": reason, "call": call, "status": status}
