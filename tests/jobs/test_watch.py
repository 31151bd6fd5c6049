"""LiveAgent is polled while anything subscribes, as often as its calls allow."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import ColumnElement, false, true

from bot.desk.watch.poller import PollResult
from bot.desk.watch.subscribers import GIVEN_UP_AFTER, Subscribers
from bot.domain.changes import Change, What
from bot.domain.errors import NotApplied
from bot.jobs.watch import EVERY_SECONDS, FIRST_WAIT, HASTENED, IDLE_SECONDS, MAX_WAIT, WatchJob
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.watch import Watch
from tests.clock import ManualClock
from tests.desk.watch.helpdesk import Watched


@dataclass
class Recorder:
    """A subscriber that records the changes, unless it is gone."""

    name: str = "listening"
    is_there: bool = True
    handled: list[Change] = field(default_factory=list)
    needs_events: bool = True

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        return true() if self.is_there else false()

    async def handle(self, changes: Sequence[Change]) -> None:
        self.handled += changes


@dataclass
class Office:
    """A help desk, and a bot that watches it."""

    watched: Watched
    subscriber: Recorder
    job: WatchJob
    outcomes: list[str]
    is_uncontended: bool = True

    @property
    def calls(self) -> list[str]:
        return self.watched.desk.calls

    async def after(self, seconds: float) -> list[str]:
        """Returns the calls that a tick after so many seconds makes."""
        self.calls.clear()
        await self.watched.wait(seconds)
        await self.job.tick()
        await self.job.subscribers.tick()
        return list(self.calls)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    watched, subscriber = Watched(), Recorder()
    database = Database(sqlite_url, clock=watched.clock)
    watched.desk.create()
    await watched.wait(600)
    store, outcomes, opened = Watch(database, lease_seconds=30), list[str](), list[Office]()
    poller = watched.poller
    subscribers = Subscribers(Changes(database, lease_seconds=60), [subscriber])

    def observe(outcome: str, _: PollResult | None) -> None:
        outcomes.append(outcome)

    job = WatchJob(
        store,
        type(poller)(
            poller.listing, poller.system, poller.server_time, poller.agents, store, watched.clock
        ),
        subscribers,
        180,
        is_uncontended=lambda: opened[0].is_uncontended,
        observe=observe,
    )
    opened.append(Office(watched, subscriber, job, outcomes))
    yield opened[0]
    await database.close()


async def test_a_subscriber_gets_the_changes(office: Office) -> None:
    assert await office.after(0) == ["time", "list"]
    office.watched.desk.customer(office.watched.desk.cases["t1"])
    assert await office.after(EVERY_SECONDS - 1) == []
    assert await office.after(1) == ["list", "messages", "find"]
    assert [each.what for each in office.subscriber.handled] == [What.CUSTOMER_WROTE]
    assert await office.after(EVERY_SECONDS) == ["list"]
    assert len(office.subscriber.handled) == 1


@dataclass
class Stumbling(Recorder):
    """One who has a bug, or whom LiveAgent does not answer."""

    error: Exception = field(default_factory=RuntimeError)

    async def handle(self, changes: Sequence[Change]) -> None:
        await super().handle(changes)
        raise self.error


async def test_a_failing_subscriber_does_not_affect_others(office: Office) -> None:
    """It hears again with growing pauses, and at last passes over what it stumbles over."""
    stumbling = Stumbling("stumbling")
    subscribers = office.job.subscribers
    office.job.subscribers = replace(subscribers, subscribers=[stumbling, *subscribers.subscribers])
    await office.after(0)
    office.watched.desk.customer(office.watched.desk.cases["t1"])
    await office.after(EVERY_SECONDS)
    assert len(office.subscriber.handled) == 1
    for _ in range(2 * GIVEN_UP_AFTER):
        await office.after(MAX_WAIT)
    assert len(stumbling.handled) == GIVEN_UP_AFTER + 1


async def test_an_outage_of_any_length_loses_no_change(office: Office) -> None:
    cut_off = Stumbling(error=NotApplied("GET agents", "down"))
    subscribers = office.job.subscribers
    office.job.subscribers = replace(subscribers, subscribers=[cut_off])
    await office.after(0)
    office.watched.desk.customer(office.watched.desk.cases["t1"])
    for _ in range(2 * GIVEN_UP_AFTER):
        await office.after(MAX_WAIT)
    assert len(cut_off.handled) == 2 * GIVEN_UP_AFTER
    cut_off.error = RuntimeError()
    await office.after(MAX_WAIT)
    office.job.subscribers = subscribers
    await office.after(MAX_WAIT)
    assert [each.what for each in office.subscriber.handled] == [What.CUSTOMER_WROTE]


async def test_without_subscribers_there_are_no_calls(office: Office) -> None:
    office.subscriber.is_there = False
    for _ in range(10):
        assert await office.after(IDLE_SECONDS) == []
    office.subscriber.is_there = True
    assert await office.after(IDLE_SECONDS) == ["time", "list"]


async def test_changes_while_nobody_subscribed_are_not_reported(office: Office) -> None:
    await office.after(0)
    office.subscriber.is_there = False
    await office.after(EVERY_SECONDS)
    office.watched.desk.customer(office.watched.desk.cases["t1"])
    office.subscriber.is_there = True
    await office.after(IDLE_SECONDS)
    await office.after(EVERY_SECONDS)
    assert not office.subscriber.handled


async def test_subscribers_that_need_no_events_cost_no_reads(office: Office) -> None:
    """As a card does, which may have been opened right before the watch began."""
    office.subscriber.needs_events, case = False, office.watched.desk.cases["t1"]
    office.watched.desk.customer(case)
    assert await office.after(0) == ["time", "list"]
    assert [each.what for each in office.subscriber.handled] == [What.TOUCHED]
    await office.after(EVERY_SECONDS)
    office.subscriber.handled.clear()
    office.watched.desk.customer(case)
    assert await office.after(EVERY_SECONDS) == ["list"]
    assert [each.what for each in office.subscriber.handled] == [What.TOUCHED]
    office.subscriber.needs_events = True
    await office.after(EVERY_SECONDS)
    office.subscriber.handled.clear()
    office.watched.desk.customer(case)
    assert await office.after(EVERY_SECONDS) == ["list", "messages", "find"]
    assert [each.what for each in office.subscriber.handled] == [What.CUSTOMER_WROTE]


async def test_a_burst_of_webhooks_is_one_poll(office: Office) -> None:
    await office.after(0)
    for _ in range(1000):
        office.job.hasten()
    assert await office.after(EVERY_SECONDS / HASTENED - 1) == []
    assert await office.after(1) == ["list"]
    assert await office.after(EVERY_SECONDS / HASTENED) == []


async def test_polls_are_rarer_while_people_wait(office: Office) -> None:
    await office.after(0)
    office.is_uncontended = False
    assert await office.after(EVERY_SECONDS) == ["list"]
    assert await office.after(EVERY_SECONDS) == []
    assert await office.after(EVERY_SECONDS) == ["list"]


async def test_few_calls_a_minute_make_polls_rarer(office: Office) -> None:
    office.job.calls_per_minute = 10
    await office.after(0)
    await office.after(120)
    assert await office.after(45) == []
    assert await office.after(15) == ["list"]


async def test_polls_back_off_during_an_outage_and_lose_nothing(
    office: Office,
) -> None:
    await office.after(0)
    office.watched.desk.is_down = True
    assert await office.after(EVERY_SECONDS) == ["list"]
    office.watched.desk.customer(office.watched.desk.cases["t1"])
    for _ in range(10):
        await office.after(MAX_WAIT)
    assert office.outcomes.count("failed") == 11
    office.watched.desk.is_down = False
    await office.after(MAX_WAIT)
    assert [each.what for each in office.subscriber.handled] == [What.CUSTOMER_WROTE]


class Ahead(ManualClock):
    """The clock of another machine, ten minutes ahead."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now() + timedelta(minutes=10)


async def test_bots_whose_clocks_differ_take_turns(office: Office) -> None:
    """Else each would find that LiveAgent's clock was set back, and old messages would be news."""
    ours, theirs = office.job, replace(office.job)
    theirs.poller = replace(ours.poller, clock=Ahead(office.watched.clock))
    await office.after(0)
    floor = office.watched.clock.now().timestamp()
    for job in (theirs, ours) * 5:
        office.job = job
        assert await office.after(EVERY_SECONDS) == ["list"]
    await office.watched.wait(EVERY_SECONDS)
    poll = await office.job.store.claim()
    assert poll
    assert poll.progress
    assert poll.progress.floor == floor


async def test_a_bot_whose_clock_is_set_reads_liveagents_again(office: Office) -> None:
    await office.after(0)
    await office.after(EVERY_SECONDS)
    poller = office.job.poller
    office.job.poller = replace(poller, clock=Ahead(office.watched.clock))
    assert await office.after(EVERY_SECONDS) == ["time", "list"]
    assert await office.after(EVERY_SECONDS) == ["list"]


async def test_a_bug_is_counted_and_retried_less_and_less(office: Office) -> None:
    await office.after(0)
    poller = office.job.poller
    office.job.poller = replace(poller, listing=cast("Any", None))
    for wait in (EVERY_SECONDS, FIRST_WAIT, 2 * FIRST_WAIT):
        await office.after(wait - 1)
        await office.after(1)
    assert office.outcomes.count("failed") == 3
    office.job.poller = poller
    assert await office.after(MAX_WAIT) == ["list"]


async def test_a_poll_of_a_killed_bot_is_repeated_after_half_a_minute(office: Office) -> None:
    await office.after(0)
    await office.watched.wait(EVERY_SECONDS)
    assert await office.job.store.claim()
    assert await office.after(0) == []
    assert await office.after(31) == ["list"]
    assert isinstance(office.watched.clock, ManualClock)
