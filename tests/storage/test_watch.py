"""One bot polls at a time; a ticket and its changes are stored together or not at all."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, false, select, true

from bot.desk.watch.subscribers import Interest, Subscribers
from bot.domain.changes import Change, KnownTicket, What
from bot.domain.errors import SlackDoesNotAnswer
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.outbox import Outbox
from bot.storage.tables import changes as stored_changes
from bot.storage.watch import AT_ONCE, ClaimedPoll, Progress, Watch
from tests.storage.conftest import Moved
from tests.waiting import GUARD_SECONDS

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROGRESS = Progress(cursor=100.0, floor=90.0, ahead=1.5, measured=95.0)
KNOWN = KnownTicket("t1", "AAA", "C", "d1", 99.0, None, "a1", ("m1", "m2"), 98.0)
CHANGE = Change(What.ASSIGNED, AT, "t1", "AAA", "C", "d1", "", who="a1", before="a2")


class RecordingSubscriber:
    """A subscriber that records changes and may fail."""

    name = "subscriber"
    needs_events = True

    def __init__(self) -> None:
        self.is_there = True
        self.handled: list[Change] = []
        self.failures = 0

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        return true() if self.is_there else false()

    async def handle(self, changes: Sequence[Change]) -> None:
        if self.failures:
            self.failures -= 1
            raise SlackDoesNotAnswer("chat.postMessage", "internal_error")
        self.handled += changes


async def begun(watch: Watch, *changes: Change, seconds: float = 15.0) -> ClaimedPoll:
    poll = await watch.claim()
    assert poll
    assert await watch.finish(poll, PROGRESS, [KNOWN], changes, seconds=seconds)
    return poll


async def test_one_bot_polls_at_a_time_and_another_when_it_dies(
    moved: Database, clock: Moved
) -> None:
    watch = Watch(moved, lease_seconds=20)
    first = await watch.claim()
    assert first
    assert first.progress is None
    assert await watch.claim() is None
    await clock.advance(21)
    second = await watch.claim()
    assert second
    assert not await watch.renew(first)
    assert not await watch.finish(first, PROGRESS, [KNOWN], [CHANGE], seconds=15)
    assert not await watch.known(["t1"])
    assert await watch.finish(second, PROGRESS, [KNOWN], [CHANGE], seconds=15)
    assert await watch.known(["t1", "t2"]) == {"t1": KNOWN}


async def test_the_next_poll_is_due_in_time_and_knows_how_far_it_came(
    moved: Database, clock: Moved
) -> None:
    watch = Watch(moved, lease_seconds=20)
    await begun(watch)
    await clock.advance(10)
    assert await watch.claim() is None
    await clock.advance(5)
    poll = await watch.claim()
    assert poll
    assert poll.progress == PROGRESS
    assert 15 <= poll.silent < 17


async def test_hastening_is_bounded(moved: Database, clock: Moved) -> None:
    watch = Watch(moved, lease_seconds=20)
    await begun(watch, seconds=60)  # it costs many calls, or people wait for LiveAgent
    await clock.advance(19)
    assert not await watch.hasten(3)
    assert await watch.claim() is None
    await clock.advance(1)
    assert await watch.hasten(3)
    assert await watch.claim()
    assert not await watch.hasten(3)  # the poll under way may have listed already


async def test_hastening_does_not_shorten_the_waiting_for_a_server_in_trouble(
    moved: Database, clock: Moved
) -> None:
    watch = Watch(moved, lease_seconds=20)
    await begun(watch, seconds=0)
    poll = await watch.claim()
    assert poll
    await watch.reschedule(poll, 60)
    await clock.advance(30)
    assert await watch.hasten(3)
    assert await watch.claim() is None


async def test_a_new_watch_forgets_what_an_earlier_one_knew(moved: Database) -> None:
    watch = Watch(moved, lease_seconds=20)
    await begun(watch, seconds=0)
    poll = await watch.claim()
    assert poll
    await watch.stop(poll, 0)
    poll = await watch.claim()
    assert poll
    assert poll.progress is None
    await watch.finish(poll, PROGRESS, [], [], seconds=15)
    assert not await watch.known(["t1"])


async def test_readers_get_every_change_in_order_at_their_own_pace(
    moved: Database, clock: Moved
) -> None:
    watch, changes = Watch(moved, lease_seconds=20), Changes(moved, lease_seconds=60)
    await begun(watch, replace(CHANGE, code="before"), seconds=0)
    subscriber, other = RecordingSubscriber(), RecordingSubscriber()
    other.name = "other"
    subscribers = Subscribers(changes, [subscriber, other])
    await subscribers.tick()
    assert not subscriber.handled
    subscriber.failures = 1
    await begun(watch, CHANGE, replace(CHANGE, what=What.RESOLVED, assignee_id=None), seconds=0)
    await subscribers.tick()
    assert not subscriber.handled
    assert [replace(each, id=0) for each in other.handled] == [
        CHANGE,
        replace(CHANGE, what=What.RESOLVED, assignee_id=None),
    ]
    await clock.advance(5)
    await subscribers.tick()
    assert subscriber.handled == other.handled
    assert subscriber.handled[0].id < subscriber.handled[1].id


async def test_a_killed_bots_batch_is_handled_again(moved: Database, clock: Moved) -> None:
    watch, changes = Watch(moved, lease_seconds=20), Changes(moved, lease_seconds=60)
    await changes.join("subscriber")
    await begun(watch, CHANGE)
    batch = await changes.claim("subscriber")
    assert batch
    assert await changes.claim("subscriber") is None
    await clock.advance(61)
    again = await changes.claim("subscriber")
    assert again
    assert not await changes.handled(batch)
    assert await changes.handled(again)
    assert await changes.claim("subscriber") is None


async def test_a_message_is_reported_once_though_its_ticket_is_merged(moved: Database) -> None:
    """Also if both tickets are read in one poll."""
    watch, changes = Watch(moved, lease_seconds=20), Changes(moved, lease_seconds=60)
    await changes.join("subscriber")
    wrote = replace(CHANGE, what=What.CUSTOMER_WROTE, message_id="m9")
    await begun(watch, wrote, replace(wrote, ticket_id="t2"), CHANGE, seconds=0)
    await begun(watch, replace(wrote, ticket_id="t3"), CHANGE, seconds=0)
    batch = await changes.claim("subscriber")
    assert batch
    assert [each.ticket_id for each in batch.changes] == ["t1", "t1", "t1"]


async def test_a_late_subscriber_gets_no_earlier_changes(moved: Database) -> None:
    watch, subscriber = Watch(moved, lease_seconds=20), RecordingSubscriber()
    subscribers = Subscribers(Changes(moved, lease_seconds=60), [subscriber])
    await subscribers.tick()
    subscriber.is_there = False
    assert await subscribers.interest() is Interest.NOTHING
    await subscribers.tick()
    await begun(watch, CHANGE, seconds=0)
    subscriber.is_there = True
    await subscribers.tick()
    assert not subscriber.handled


async def stopped_midway(watch: Watch, poll: ClaimedPoll) -> Sequence[str]:
    """Begins to store a poll of many tickets, and dies; returns the tickets."""
    many = [replace(KNOWN, id=f"many{number}") for number in range(10 * AT_ONCE)]
    changes_of_many = [replace(CHANGE, ticket_id=each.id) for each in many]
    storing = asyncio.create_task(watch.finish(poll, PROGRESS, many, changes_of_many, seconds=0))
    note = Entry("V", "note", 1, {"text": "1"}, "t", "U0ANN")
    async with asyncio.timeout(GUARD_SECONDS):
        while not await watch.known(["many0"]):
            pass  # each look takes its poll among the transactions
    await Outbox(watch.database).put(note, hold_seconds=0)
    assert not storing.done()
    storing.cancel()
    with suppress(asyncio.CancelledError, AssertionError):  # psycopg's, as a pipeline begins
        await storing
    return [each.id for each in many]


async def test_a_submission_does_not_wait_for_all_tickets_of_a_first_poll(
    moved: Database, clock: Moved
) -> None:
    """A bot that is killed meanwhile leaves what the next one forgets."""
    watch = Watch(moved, lease_seconds=20)
    poll = await watch.claim()
    assert poll
    tickets = await stopped_midway(watch, poll)
    await clock.advance(21)
    again = await watch.claim()
    assert again
    assert again.progress is None
    assert not await watch.finish(poll, PROGRESS, [KNOWN], [], seconds=0)
    assert await watch.finish(again, PROGRESS, [KNOWN], [], seconds=0)
    assert not await watch.known(tickets)
    assert await watch.known(["t1"]) == {"t1": KNOWN}


async def test_an_interrupted_poll_stores_tickets_with_their_changes(
    moved: Database, clock: Moved
) -> None:
    """So the next poll, which lists the same tickets, tells the others, and none twice."""
    watch = Watch(moved, lease_seconds=20)
    await begun(watch, seconds=0)
    poll = await watch.claim()
    assert poll
    tickets = await stopped_midway(watch, poll)
    await clock.advance(21)
    again = await watch.claim()
    assert again
    assert again.progress == PROGRESS
    known = await watch.known(tickets)
    async with moved.begin() as connection:
        changes_of_many = (
            (await connection.execute(select(stored_changes.c.ticket_id))).scalars().all()
        )
    assert sorted(known) == sorted(changes_of_many)
    assert AT_ONCE <= len(known) < len(tickets)
