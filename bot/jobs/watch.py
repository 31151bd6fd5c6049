"""Polls LiveAgent while anything subscribes to changes: one bot at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.desk.watch.poller import CLOCK_STEP, MEASURE_SECONDS, Poller, PollResult
from bot.desk.watch.subscribers import Interest, Subscribers
from bot.domain.backoff import backoff
from bot.domain.errors import BotError
from bot.domain.lease import LeaseLost
from bot.jobs.lease import TakesTooLong, under_lease
from bot.storage.watch import ClaimedPoll, Watch

log = structlog.get_logger()

EVERY_SECONDS = 15.0
IDLE_SECONDS = 15.0  # between checks for subscribers
SLOWER = 2  # while people wait for LiveAgent
SHARE = 0.1  # of the calls a minute that lists may take
HASTENED = 3  # times as often at most
FIRST_WAIT, MAX_WAIT = 15.0, 60.0
MAX_POLL_SECONDS = 600.0
BEATS = 3  # per lease

Observe = Callable[[str, PollResult | None], None]  # the poll's outcome, and what it found


@dataclass(slots=True)
class WatchJob:
    """Polls when due; not at all while no subscriber is wanted.

    Polls are rarer while people wait for LiveAgent (not `is_uncontended`).
    """

    store: Watch
    poller: Poller
    subscribers: Subscribers
    calls_per_minute: int
    is_uncontended: Callable[[], bool] = lambda: True
    observe: Observe = lambda *_: None
    _is_hastened: bool = False
    _skew: float | None = None
    """How far the database's clock was ahead of the bot's at the last poll."""

    def hasten(self) -> None:
        """Makes the next poll come sooner; many calls hasten one poll."""
        self._is_hastened = True

    async def tick(self) -> None:
        if self._is_hastened and await self.store.hasten(HASTENED):
            self._is_hastened = False
        poll = await self.store.claim()
        if poll is None:
            return
        interest = await self.subscribers.interest()
        if interest is Interest.NOTHING:
            await self.store.stop(poll, IDLE_SECONDS)
            return
        try:
            found = await under_lease(
                self._poll(poll, reads=interest is Interest.EVENTS),
                lambda: self.store.renew(poll),
                self.poller.clock,
                every=self.store.lease_seconds / BEATS,
                longest=MAX_POLL_SECONDS,
            )
        except LeaseLost:
            log.info("another bot polls for changes")
        except (BotError, TakesTooLong) as error:
            log.warning("watch poll failed", why=str(error))
            await self._retry_later(poll)
        except Exception:  # a bug must not look like silence
            log.exception("watch poll failed")
            await self._retry_later(poll)
        else:
            await self._finish(poll, found)

    async def _retry_later(self, poll: ClaimedPoll) -> None:
        self.observe("failed", None)
        await self.store.reschedule(poll, backoff(poll.failures, FIRST_WAIT, MAX_WAIT))

    async def _poll(self, poll: ClaimedPoll, *, reads: bool) -> PollResult:
        """Reads LiveAgent's clock again after this bot's was set, as by the sandbox."""
        skew = poll.at - self.poller.clock.now().timestamp()
        is_set = self._skew is not None and abs(skew - self._skew) > CLOCK_STEP
        self._skew = skew
        poller, before = replace(self.poller, skew=skew), poll.progress
        if before is None:
            return await poller.begin(reads=reads)
        if is_set:
            before = replace(before, measured=before.measured - MEASURE_SECONDS)
        return await poller.poll(before, poll.silent, reads=reads)

    async def _finish(self, poll: ClaimedPoll, found: PollResult) -> None:
        is_first = poll.progress is None  # the first poll lists more than later ones
        seconds = EVERY_SECONDS if is_first else self._interval(found)
        is_stored = await self.store.finish(
            poll, found.progress, found.known, found.changes, seconds=seconds
        )
        if is_stored:
            self.observe("cut_short" if found.is_cut_short else "done", found)
            if found.changes:
                log.info("tickets changed", changes=len(found.changes), reads=found.reads)

    def _interval(self, found: PollResult) -> float:
        """Returns the seconds to the next poll, so that lists take a small share of the calls."""
        affordable = found.lists * 60.0 / (self.calls_per_minute * SHARE)
        seconds = max(EVERY_SECONDS, min(affordable, 10 * EVERY_SECONDS))
        is_short = found.is_cut_short or not self.is_uncontended()
        return seconds * SLOWER if is_short else seconds
