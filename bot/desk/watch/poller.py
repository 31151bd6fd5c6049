"""Finds changes in LiveAgent: none is missed and none is reported twice."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import structlog

from bot.desk.watch.changed import ChangedTickets, Knowledge, TicketReads
from bot.desk.watch.comparison import (
    Observation,
    baseline,
    catch_up,
    compare,
    compare_row,
    is_news,
    seconds,
)
from bot.desk.watch.listing import List, Listing
from bot.domain.changes import Change, KnownTicket, What
from bot.domain.clock import Clock
from bot.domain.errors import KeyRefused, LiveAgentError
from bot.domain.people import Agent, Agents
from bot.domain.ticket import Ticket
from bot.storage.watch import KEEP_SECONDS, Progress

log = structlog.get_logger()

OVERLAP_SECONDS = 120.0  # LiveAgent may show a change later than it dates it
FUTURE_SECONDS = 120.0  # a later change does not move the cursor
MEASURE_SECONDS = 300.0  # between two looks at LiveAgent's clock
CLOCK_STEP = 5.0  # a smaller difference is the calls' duration
OUTAGE_SECONDS = 300.0
MAX_TOLD = 40  # tickets in one poll; more are summed up
MAX_TOLD_AFTER_OUTAGE = 15
RECENT_SECONDS = 60.0  # before a watch, in which somebody may have begun to look at a ticket


@dataclass(frozen=True, slots=True)
class PollResult:
    """What a poll found; `is_cut_short` if LiveAgent answered only a part of it.

    `lists` and `reads` count the calls.
    """

    progress: Progress
    known: Sequence[KnownTicket] = ()
    changes: Sequence[Change] = ()
    is_cut_short: bool = False
    lists: int = 0
    reads: int = 0


@dataclass(frozen=True, slots=True)
class Poller:
    """Polls. `server_time` returns LiveAgent's own time, None if unknown.

    `skew` is how far the database's clock, which all bots share, is ahead of this bot's `clock`.
    Rows that are not read one by one are compared in a thread, because there may be thousands.
    """

    listing: Listing
    system: TicketReads
    server_time: Callable[[], Awaitable[datetime | None]]
    agents: Callable[[], Awaitable[Sequence[Agent]]]
    store: Knowledge
    clock: Clock
    skew: float = 0.0

    async def begin(self, *, reads: bool = True) -> PollResult:
        """Reads the initial state, with which later polls compare.

        Without `reads` it reports recently changed tickets, because somebody may already be viewing
        them.
        """
        now = self._now()
        server = await self._server_now()
        opened = await self.listing.open_tickets()
        newest = max((seconds(each.changed, 0) + 1 for each in opened.rows), default=now)
        start = newest if server is None else server
        progress = Progress(start, start, start - now, start, is_told=server is not None)
        known = await asyncio.to_thread(_baselines, opened.rows, start)
        recent = [each for each in opened.rows if seconds(each.changed, 0) > start - RECENT_SECONDS]
        changes = [] if reads else await asyncio.to_thread(_touched, recent, start)
        return PollResult(progress, known, changes, lists=opened.calls + 1)

    async def poll(self, before: Progress, silent: float, *, reads: bool = True) -> PollResult:
        """Returns what changed. `silent` is for how many seconds LiveAgent was not read.

        Without `reads` no ticket is read: it reports only which tickets have changed.
        """
        before, calls = await self._measured(before)
        started = self._estimate(before)
        before = replace(before, floor=max(before.floor, started - KEEP_SECONDS))
        since = min(before.cursor, started) - OVERLAP_SECONDS
        listed = await self.listing.changed_since(datetime.fromtimestamp(since, UTC))
        before = self._proved(before, listed)
        known = await self.store.known([each.id for each in listed.rows])
        news = [each for each in listed.rows if is_news(known.get(each.id), each)]
        news.sort(key=lambda each: seconds(each.changed, started))
        limit = MAX_TOLD_AFTER_OUTAGE if silent > OUTAGE_SECONDS else MAX_TOLD
        changed = ChangedTickets(self.system, self.store, partial(self._estimate, before), started)
        found: Sequence[tuple[KnownTicket, Sequence[Change]]]
        if not reads:
            found = await asyncio.to_thread(_compare_rows, news, known, before.floor, started)
        elif len(news) > limit:
            found = await asyncio.to_thread(_summed_up, news, known, before.floor, started)
        else:
            found = await self._compare(await changed.read(news), known, before.floor)
        return PollResult(
            replace(before, cursor=_cursor(before.cursor, started, listed, changed.deferred)),
            [now for now, _ in found],
            _in_order(found),
            changed.is_cut_short,
            listed.calls + calls,
            changed.calls,
        )

    async def _compare(
        self,
        seen: Sequence[tuple[Ticket, Observation]],
        known: Mapping[str, KnownTicket],
        floor: float,
    ) -> Sequence[tuple[KnownTicket, Sequence[Change]]]:
        if not seen:
            return []
        own = await self.store.own_writes([row.id for row, _ in seen])
        agents = Agents.of(await self.agents())
        elsewhere = {message for each in known.values() for message in each.message_ids}
        return [
            compare(
                known.get(row.id),
                observation,
                floor,
                agents,
                [each for each in own if row.id in {each.ticket_id, each.remote_id}],
                elsewhere,
            )
            for row, observation in seen
        ]

    async def _measured(self, before: Progress) -> tuple[Progress, int]:
        """Reads LiveAgent's clock now and then; returns the number of calls.

        If the clock was set back, changes since the last reading are listed again.
        """
        elapsed = self._estimate(before) - before.measured
        if 0 <= elapsed < MEASURE_SECONDS:
            return before, 0
        server = await self._server_now()
        now = self._now()
        if server is None:
            return replace(before, measured=now + before.ahead), 1
        after = replace(before, ahead=server - now, measured=server, is_told=True)
        step = before.ahead - (server - now)
        if before.is_told and step > CLOCK_STEP:
            cursor = min(before.cursor, server - max(elapsed, MEASURE_SECONDS))
            after = replace(after, cursor=cursor, floor=before.floor - step)
        return after, 1

    def _proved(self, before: Progress, listed: List) -> Progress:
        """Infers LiveAgent's clock from changes, if it does not tell its time."""
        if before.is_told:
            return before
        now = self._now()
        proofs = (seconds(each.changed, before.cursor) - now for each in listed.rows)
        return replace(before, ahead=max([before.ahead, *proofs]))

    async def _server_now(self) -> float | None:
        """Returns LiveAgent's time in seconds; None if unknown."""
        try:
            answer = await self.server_time()
        except KeyRefused:
            raise
        except LiveAgentError as error:
            log.info("LiveAgent's time unknown", why=str(error))
            return None
        return answer.timestamp() if answer else None

    def _now(self) -> float:
        return self.clock.now().timestamp() + self.skew

    def _estimate(self, progress: Progress) -> float:
        """Returns LiveAgent's current time, as far as known."""
        return self._now() + progress.ahead


def _baselines(rows: Sequence[Ticket], floor: float) -> Sequence[KnownTicket]:
    return [baseline(each, floor) for each in rows]


def _touched(rows: Sequence[Ticket], floor: float) -> Sequence[Change]:
    return [compare_row(None, each, floor, floor)[1][0] for each in rows]


def _compare_rows(
    news: Sequence[Ticket], known: Mapping[str, KnownTicket], floor: float, started: float
) -> Sequence[tuple[KnownTicket, Sequence[Change]]]:
    return [compare_row(known.get(each.id), each, floor, started) for each in news]


def _summed_up(
    news: Sequence[Ticket], known: Mapping[str, KnownTicket], floor: float, started: float
) -> Sequence[tuple[KnownTicket, Sequence[Change]]]:
    found = [catch_up(known.get(each.id), each, floor) for each in news]
    log.warning("many tickets changed", tickets=len(found))
    at = datetime.fromtimestamp(started, UTC)
    summary = Change(What.CAUGHT_UP, at, count=len(found))
    last, changes = found[-1]
    return [*found[:-1], (last, [*changes, summary])]


def _cursor(before: float, started: float, listed: List, deferred: Sequence[Ticket]) -> float:
    """Returns the time before which all changes are known or given up.

    It does not pass the start of the poll, because a ticket may have moved past the pages being
    read. If there are more changes than a poll lists, the last are given up: otherwise every poll
    would list the first again.
    """
    if not (listed.is_whole or listed.is_cut):
        return before
    times = [seconds(each.changed, before) for each in listed.rows]
    newest = max((each for each in times if each <= started + FUTURE_SECONDS), default=before)
    if listed.is_cut and newest <= before:
        newest = started
    waiting = [seconds(each.changed, before) for each in deferred]
    return min([max(before, newest), started, *waiting])


def _in_order(found: Sequence[tuple[KnownTicket, Sequence[Change]]]) -> Sequence[Change]:
    """Returns all changes by time; a summary comes last."""
    changes = [change for _, each in found for change in each]
    return sorted(changes, key=lambda each: (each.what is What.CAUGHT_UP, each.at))
