"""Delivers one row of the outbox to LiveAgent exactly once."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot.desk.delivery.author import Authors
from bot.desk.delivery.execution import Claim, Execution, NextStep, Step, decide
from bot.desk.delivery.files import FileDelivery
from bot.desk.delivery.leases import Leases
from bot.desk.delivery.new_ticket import begin_new_ticket
from bot.desk.delivery.on_ticket import begin_on_ticket
from bot.desk.desk import Desk
from bot.desk.stored import operation_of
from bot.domain.backoff import backoff
from bot.domain.bounces import LOOKS
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import (
    AnyRefusal,
    BotError,
    FileUnfit,
    NotAllowed,
    NotApplied,
    NotOffered,
    OutcomeUnknown,
    Refused,
    SlackDoesNotAnswer,
    TicketNotFound,
    TicketUnavailable,
)
from bot.domain.lease import LeaseLost
from bot.domain.outbox import Row, State
from bot.domain.people import SlackUser
from bot.domain.ticket import MessageKind
from bot.domain.ticket_system import AFTER_CLICKS, waiting_since
from bot.operations import KNOWN, WITHOUT_FILES, Create, Operation, Remark, Reply
from bot.operations.outcome import Done, ErrorCode, Failure, Outcome, Uncertain
from bot.storage.deliveries import Deliveries

log = structlog.get_logger()

MAX_WITH_FILES = 4  # rows in progress; half of what a courier delivers at once
MAX_UNCERTAIN_CALLS = 3
MAX_UNCERTAIN_STEPS = 8  # once a part is there
MAX_CRASHES = 5  # consecutive
MAX_REFUSED_READS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Intervals in seconds. `verify_after` counts from the call whose result is unknown.

    LiveAgent may apply a write up to a minute after the connection was lost, hence the last
    interval.
    """

    verify_after: tuple[float, ...] = (2.0, 10.0, 30.0, 65.0)
    first_wait: float = 1.0
    longest_wait: float = 60.0
    poll: float = 1.0
    clock: Clock = MACHINE


class Deliverer:
    """Delivers rows; confirms a row's lease before each write."""

    def __init__(
        self,
        deliveries: Deliveries,
        desk: Desk,
        find_user: Callable[[str], Awaitable[SlackUser]],
        files: FileDelivery,
        *,
        timing: Timing = Timing(),
        observe: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self.leases = Leases(deliveries, timing.clock)
        self._deliveries = deliveries
        self._desk = desk
        self._authors = Authors(find_user, desk.directory, timing.clock)
        self._files = files
        self._timing = timing
        self._observe = observe  # receives the operation's kind and final state

    async def claim(self) -> Row | None:
        """Claims the next due row of a kind that this version can read.

        Other rows do not wait for those with files, whose transfers may take minutes.
        """
        in_progress = [(row.kind, row.version) for row in self.leases.in_progress]
        with_files = sum(each not in WITHOUT_FILES for each in in_progress)
        return await self.leases.claim(KNOWN if with_files < MAX_WITH_FILES else WITHOUT_FILES)

    async def deliver(self, row: Row) -> None:
        """Makes one try. A row that has crashed bots repeatedly is left to its author to decide."""
        _let_clicks_go_first(row)
        with bound(row):
            try:
                operation = operation_of(row)
                if operation is None:
                    await self._fail(row, Failure(error=ErrorCode.UNREADABLE_OPERATION))
                elif row.crashes >= MAX_CRASHES:
                    await self._fail(row, Failure(error=ErrorCode.BREAKDOWN))
                else:
                    await self._deliver(row, operation)
            except LeaseLost:
                log.warning("lease lost")
            except Exception:
                log.exception("delivery failed")  # it can be claimed again when its lease ends
            finally:
                self.leases.release(row)

    async def _fail(self, row: Row, failure: Failure) -> None:
        """Ends the row as refused, or as doubtful if a call may have been made."""
        state = State.DOUBTFUL if row.is_uncertain else State.REFUSED
        await self._end(row, state, failure, agent="")

    async def _deliver(self, row: Row, operation: Operation) -> None:
        system = self._desk.system.guarded(partial(self.leases.confirm, row))
        desk = replace(self._desk, system=system)
        try:
            await self._files.fetch(row)
            execution, step = await self._begin(row, operation, desk)
            if step is Step.APPLY and await self._files.upload(row, system):
                # again, because an upload may take minutes
                execution, step = await self._begin(row, operation, desk)
        except FileUnfit as error:
            await self._end(row, State.ASKS, self._files.question(row, error), agent="")
        except (NotApplied, OutcomeUnknown, SlackDoesNotAnswer) as error:
            await self._retry_later(row, error, is_uncertain=row.is_uncertain)
        except (NotAllowed, NotOffered, TicketNotFound, AnyRefusal) as error:
            await self._fail(row, Failure.of(error))
        else:
            await self._carry_out(step, execution)

    async def _begin(
        self, row: Row, operation: Operation, desk: Desk
    ) -> tuple[Execution, NextStep]:
        author = await self._authors.of(row)
        claim = Claim(row, author, desk, self._deliveries.remote_ids)
        execution = await begin(claim, operation)
        return execution, await decide(execution, can_verify_again=self._can_verify_again(row))

    async def _carry_out(self, step: NextStep, execution: Execution) -> None:
        row, actor = execution.row, execution.actor
        match step:
            case Step.APPLY:
                if row.baseline or await self._deliveries.remember(row, execution.baseline):
                    await self._apply(execution)
            case Step.VERIFY_AGAIN:
                await self._verify_later(row)
            case Uncertain():
                await self._end(row, State.DOUBTFUL, step, agent=actor.name)
            case _:
                asking = replace(row, is_confirmed=False)  # that answered an earlier question
                await self._end(asking, State.ASKS, step, agent=actor.name)

    async def _apply(self, execution: Execution) -> None:
        row, actor = execution.row, execution.actor
        try:
            remark = await execution.apply(await self._files.attachments(row))
        except NotApplied as error:
            await self._retry_later(row, error, is_uncertain=False)
        except OutcomeUnknown as error:
            await self._verify_outcome(execution, error)
        except (AnyRefusal, TicketNotFound) as error:
            await self._end(row, State.REFUSED, Failure.of(error), agent=actor.name)
        else:
            await self._finish(execution, remark)

    async def _finish(self, execution: Execution, remark: Remark | None) -> None:
        """Ends it with the ticket's current state. The author is no longer waiting."""
        row = execution.row
        _let_clicks_go_first(row)
        verified = await execution.verify()
        done = verified.done.model_copy(update={"remark": remark}) if remark else verified.done
        await self._files.arrived(row, are_kept=verified.are_files_kept)
        row = replace(row, ticket_id=verified.ticket_id)
        agent, remote_id = execution.actor.name, verified.remote_id
        await self._end(row, State.DONE, done, agent=agent, remote_id=remote_id)

    async def _end(
        self, row: Row, state: State, outcome: Outcome, *, agent: str, remote_id: str = ""
    ) -> None:
        stored = outcome.to_json()
        look_after = LOOKS[0] if _was_mailed(row, outcome) else None
        if await self._deliveries.end(
            row, state, stored, agent=agent, remote_id=remote_id, look_after=look_after
        ):
            self._observe(row.kind, state)
            log.info("operation ended", state=state, error=stored.get("error", ""))

    def _can_verify_again(self, row: Row) -> bool:
        return row.verify_count + 1 < len(self._timing.verify_after)

    async def _verify_later(self, row: Row) -> None:
        after, count = self._timing.verify_after, row.verify_count + 1
        seconds = after[count] - after[count - 1]
        await self._deliveries.reschedule(row, State.LOOKING, seconds, verify_count=count)

    async def _retry_later(self, row: Row, error: BotError, *, is_uncertain: bool) -> None:
        """Reschedules a call that was certainly not made, with growing delays.

        `is_uncertain`: an earlier call may have been made.
        """
        log.info("delivery postponed", why=str(error))
        asked = error.retry_after if isinstance(error, NotApplied) else None
        seconds = asked or backoff(row.failures, self._timing.first_wait, self._timing.longest_wait)
        await self._deliveries.reschedule(
            row,
            State.LOOKING if is_uncertain else State.WAITING,
            seconds,
            failures=row.failures + 1,
            is_uncertain=is_uncertain,
            waits_for_slack=isinstance(error, SlackDoesNotAnswer),
        )

    async def _verify_outcome(self, execution: Execution, error: OutcomeUnknown) -> None:
        """Schedules a check whether LiveAgent made the call, or ends the row after many of them.

        It is tried more often once a part is there, since the rest can be repeated.
        """
        row, has_begun = execution.row, execution.has_begun()
        log.warning("call outcome unknown", why=str(error))
        failures = row.failures + 1 if row.is_uncertain else 1
        if has_begun and failures >= MAX_UNCERTAIN_STEPS:
            await self._finish(execution, Remark(why="unfinished"))
            return
        if failures >= MAX_UNCERTAIN_CALLS and not has_begun:
            outcome = Failure.of(error)
            await self._end(row, State.DOUBTFUL, outcome, agent=execution.actor.name)
            return
        columns = {"is_uncertain": True, "verify_count": 0, "failures": failures}
        first, longest = self._timing.verify_after[0], self._timing.longest_wait
        seconds = backoff(failures - 1, first, longest) if has_begun else first
        await self._deliveries.reschedule(row, State.LOOKING, seconds, **columns)


async def begin(claim: Claim, operation: Operation) -> Execution:
    """Reads the ticket. Raises `NotAllowed`, `TicketNotFound` and LiveAgent's errors.

    A ticket that could be read before the first call may be refused temporarily: then it raises
    `NotApplied`, so that the delivery is retried up to `MAX_REFUSED_READS` times.
    """
    row = claim.row
    try:
        if isinstance(operation, Create):
            return await begin_new_ticket(claim, operation)
        return await begin_on_ticket(claim, operation)
    except (Refused, TicketUnavailable) as error:
        if row.baseline is None or row.failures >= MAX_REFUSED_READS:
            raise
        raise NotApplied(
            getattr(error, "call", "GET conversations/{id}"), "a refused read"
        ) from error


def _let_clicks_go_first(row: Row) -> None:
    """Bulk actions come last. Between decision and write, calls go first: see `AT_ONCE`."""
    waiting_since.set(time.monotonic() + (2 if row.batch else 1) * AFTER_CLICKS)


def _was_mailed(row: Row, outcome: Outcome) -> bool:
    if not isinstance(outcome, Done):
        return False
    match operation_of(row):
        case Reply(email_customer=True):
            return outcome.stored_as == MessageKind.MESSAGE
        case Create(email_customer=True, is_by_customer=False):
            return True
        case _:
            return False


def bound(row: Row) -> AbstractContextManager[Any]:
    """Binds the click's error id and the row to all log lines, whichever bot writes them."""
    return structlog.contextvars.bound_contextvars(
        reference=row.reference, user=row.slack_user, row=row.id, kind=row.kind
    )
