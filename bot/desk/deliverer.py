"""Delivers one row of the outbox to LiveAgent, once, and decides what follows from its answer."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot.desk import policy
from bot.desk.attempts import Attempt, begin
from bot.desk.desk import Desk
from bot.desk.leases import LeaseLost, Leases
from bot.desk.stored import operation_of
from bot.domain.backoff import backoff
from bot.domain.clock import MACHINE, Clock
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

MAX_ROUNDS = 3  # of sending without knowing what came of it
MAX_BREAKDOWNS = 5  # in a row


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds. A write may be applied a minute after its connection was lost: so the last look.

    `looks` are counted from the call that may have been made.
    """

    looks: tuple[float, ...] = (2.0, 10.0, 30.0, 65.0)
    first_wait: float = 1.0
    longest_wait: float = 60.0
    poll: float = 1.0


class Deliverer:
    """Works on one row at a time; nothing is written whose lease is not confirmed."""

    def __init__(
        self,
        outbox: Outbox,
        desk: Desk,
        find_user: Callable[[str], Awaitable[SlackUser]],
        *,
        timing: Timing = Timing(),
        clock: Clock = MACHINE,
        observe: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self.leases = Leases(outbox, clock)
        self._outbox = outbox
        self._desk = desk
        self._find_user = find_user
        self._timing = timing
        self._observe = observe  # the kind and the state in which it ended

    async def claim(self) -> Row | None:
        """The next row that is due, of the operations that this version knows."""
        return await self.leases.claim(list(OPERATIONS))

    async def deliver(self, row: Row) -> None:
        """One attempt. What this program dies of, or stumbles over, is its author's in the end."""
        with bound(row):
            try:
                if operation_of(row) is None:
                    await self._end(row, State.DOUBTFUL, {"error": "Unreadable"}, agent="")
                elif row.breakdowns >= MAX_BREAKDOWNS:
                    await self._end(row, State.DOUBTFUL, {"error": "Breakdown"}, agent="")
                else:
                    await self._deliver(row)
            except LeaseLost:
                log.warning("left to whoever has it now")
            except Exception:
                log.exception("delivery broke off")  # the lease brings it back
            finally:
                self.leases.release(row)

    async def _deliver(self, row: Row) -> None:
        try:
            actor = await self._actor(row)
            confirm = partial(self.leases.confirm, row)
            desk = replace(self._desk, system=self._desk.system.guarded(confirm))
            attempt = await begin(row, actor, desk, self._outbox.settled)
            is_there = attempt.is_there()
            is_unseen = not (is_there or attempt.has_begun())
            if row.is_doubtful and is_unseen and self._may_look_again(row):
                seconds = self._timing.looks[row.looks + 1] - self._timing.looks[row.looks]
                await self._outbox.reschedule(row, State.LOOKING, seconds, looks=row.looks + 1)
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
        seconds = asked or backoff(row.failures, self._timing.first_wait, self._timing.longest_wait)
        state = State.LOOKING if row.is_doubtful and not columns else State.WAITING
        await self._outbox.reschedule(row, state, seconds, failures=row.failures + 1, **columns)

    async def _doubt(self, row: Row, error: PerhapsMade, actor: Agent) -> None:
        log.warning("perhaps made", why=str(error))
        if row.failures + 1 >= MAX_ROUNDS and row.is_doubtful:
            await self._end(row, State.DOUBTFUL, _told_of(error), agent=actor.name)
            return
        columns = {"is_doubtful": True, "looks": 0, "failures": row.failures + 1}
        await self._outbox.reschedule(row, State.LOOKING, self._timing.looks[0], **columns)


def bound(row: Row) -> AbstractContextManager[None]:
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
