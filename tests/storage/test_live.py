"""Changes for live channels are claimed by one bot, in order, at Slack's rate."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update

from bot.domain.changes import Change, KnownTicket, What
from bot.domain.live import LiveChannel
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.live_channels import IS_ANY_ACTIVE, LiveChannels
from bot.storage.live_events import (
    CHANNEL_SECONDS,
    GATHER_SECONDS,
    LEASE_SECONDS,
    MAX_SUMMED_UP,
    SUMMARY_SECONDS,
    LiveEvents,
)
from bot.storage.tables import live_channels, live_events
from bot.storage.ticket_messages import TicketMessages
from bot.storage.watch import Progress, Watch
from tests.storage.conftest import Moved

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIVE = LiveChannel("C1", {"d1": "Support"}, ("N", "C"), "en", "U0ANN", frozenset({"subject"}))


def change(number: int, ticket: str = "t1", what: What = What.CUSTOMER_WROTE) -> Change:
    return Change(what, AT, ticket, "AAA", "C", "d1", id=number)


async def save(database: Database, live: LiveChannel = LIVE) -> None:
    await LiveChannels(database).change(live.channel, lambda _: live, agent="Ann")


@pytest.fixture
async def events(moved: Database) -> LiveEvents:
    await save(moved)
    return LiveEvents(moved)


async def test_live_channels_are_stored_paused_and_removed(moved: Database) -> None:
    channels = LiveChannels(moved)
    await save(moved)
    await save(moved, replace(LIVE, statuses=("C",)))
    assert await channels.find("C1") == replace(LIVE, statuses=("C",))
    changes = Changes(moved, lease_seconds=60)
    assert await changes.wanted({"live": IS_ANY_ACTIVE}) == {"live": True}
    await channels.pause("C1")
    assert await changes.wanted({"live": IS_ANY_ACTIVE}) == {"live": False}
    await channels.remove("C1", slack_user="U0ANN", agent="Ann")
    assert await channels.find("C1") is None


async def test_changes_of_a_ticket_are_reported_together_and_once(
    events: LiveEvents, clock: Moved
) -> None:
    await events.add([("C1", change(1)), ("C1", change(2, "t2")), ("C1", change(3))])
    await events.add([("C1", change(1))])  # heard again after a kill
    assert await events.claim() is None
    await clock.advance(GATHER_SECONDS + 0.1)
    work = await events.claim()
    assert work
    assert [each.id for each in work.changes] == [1, 3]
    assert work.live == LIVE
    assert await events.claim() is None  # the channel has had its message of this second
    await events.finish(work)
    await clock.advance(CHANNEL_SECONDS)
    other = await events.claim()
    assert other
    assert [each.id for each in other.changes] == [2]
    await events.finish(other)
    await clock.advance(3600)
    assert await events.claim() is None


async def test_a_killed_bots_work_is_claimed_again_as_tried(
    events: LiveEvents, clock: Moved
) -> None:
    await events.add([("C1", change(1))])
    await clock.advance(GATHER_SECONDS + 0.1)
    first = await events.claim()
    assert first
    await events.add([("C1", change(2))])
    await clock.advance(LEASE_SECONDS + 1)
    second = await events.claim()
    assert second
    assert (second.tries, second.key) == (2, first.key)
    assert [each.id for each in second.changes] == [1]  # 2 was not in what it may have posted
    await events.finish(first)  # it was not dead after all, but its lease is another's
    await clock.advance(LEASE_SECONDS + 1)
    assert await events.claim()


async def test_bots_that_are_ready_at_once_post_one_after_the_other(
    events: LiveEvents, clock: Moved
) -> None:
    await events.add([("C1", change(1, "t1")), ("C1", change(2, "t2"))])
    await clock.advance(GATHER_SECONDS + 0.1)
    first = await events.claim()
    await clock.advance(CHANNEL_SECONDS + 0.1)
    second = await events.claim()
    assert first
    assert second
    await clock.advance(5)  # LiveAgent kept both waiting
    soon = await events.seconds_to_post(second)
    waits = await events.seconds_to_post(first)
    assert soon is not None
    assert waits is not None
    assert soon < 0.2
    assert CHANNEL_SECONDS - 0.3 < waits <= CHANNEL_SECONDS


async def test_unposted_changes_stay_for_the_next_claim(events: LiveEvents, clock: Moved) -> None:
    await events.add([("C1", change(1)), ("C1", change(2))])
    await clock.advance(GATHER_SECONDS + 0.1)
    work = await events.claim()
    assert work
    await events.finish(work, but=work.changes[1:])
    await clock.advance(CHANNEL_SECONDS + 0.1)
    left = await events.claim()
    assert left
    assert ([each.id for each in left.changes], left.tries) == ([2], 1)


async def test_late_changes_are_claimed_as_one_summary(events: LiveEvents, clock: Moved) -> None:
    late = [replace(change(number, f"t{number}"), is_late=True) for number in range(1, 300)]
    await events.add([("C1", each) for each in late])
    await clock.advance(GATHER_SECONDS + 1)
    assert await events.claim() is None
    await clock.advance(SUMMARY_SECONDS)
    work = await events.claim()
    assert work
    assert (work.ticket_id, len({each.ticket_id for each in work.changes})) == ("", 299)


async def test_a_burst_is_summed_up_in_parts(sqlite_url: str) -> None:
    """PostgreSQL takes 65,535 values in a statement, two for each change."""
    database = Database(sqlite_url)
    await save(database)
    events, count, parts = LiveEvents(database), 6_000, list[int]()
    await events.add([("C1", replace(change(1), is_late=True))])
    async with database.begin() as connection:
        await connection.execute(update(live_events).values(due=0.0))
        row = dict((await connection.execute(select(live_events))).mappings().one())
        row["lease_token"] = row.pop("token")
        more = [{**row, "id": number, "change_id": number} for number in range(2, count + 1)]
        await connection.execute(insert(live_events), more)
    while work := await events.claim():
        parts.append(len(work.changes))
        await events.finish(work)
        async with database.begin() as connection:
            await connection.execute(update(live_channels).values(posted=0.0))
    assert parts == [MAX_SUMMED_UP, 1_000]
    await database.close()


async def test_news_delayed_for_long_is_summed_up(events: LiveEvents, clock: Moved) -> None:
    await events.add([("C1", change(1)), ("C1", change(2, "t2"))])
    await clock.advance(GATHER_SECONDS + 0.1)
    for _ in range(2):
        work = await events.claim()
        assert work
        await events.sum_up(work, older_than=3600)
        await clock.advance(CHANNEL_SECONDS + 0.1)
    await clock.advance(SUMMARY_SECONDS)
    work = await events.claim()
    assert work
    assert (work.ticket_id, [each.ticket_id for each in work.changes]) == ("", ["t1", "t2"])


async def test_a_channel_reports_nothing_of_its_pause(
    events: LiveEvents, moved: Database, clock: Moved
) -> None:
    """Nor what the watch had under way as it was paused."""
    channels = LiveChannels(moved)
    await events.add([("C1", change(1))])
    await channels.pause("C1")
    await events.add([("C1", change(2))])
    await save(moved)
    await channels.pause("C1")
    await events.add([("C1", change(3))])
    await channels.resume("C1", slack_user="U0ANN", agent="Ann")
    await clock.advance(60)
    assert await events.claim() is None


async def test_live_messages_are_found_by_ticket(
    events: LiveEvents, moved: Database, clock: Moved
) -> None:
    messages = TicketMessages(moved)
    assert await events.post_of("C1", "t1") is None
    await messages.remember(TicketMessage("C1", "1.0", "t1", ShownAs.LIVE))
    await messages.remember(TicketMessage("C1", "2.0", "t2", ShownAs.SHARED))
    post = await events.post_of("C1", "t1")
    assert post
    assert (post.ts, post.is_deleted) == ("1.0", False)
    assert await events.post_of("C1", "t2") is None
    assert await events.shown({"t1", "t2", "t3"}) == {("C1", "t1")}
    await messages.changed(["t1"])
    await clock.advance(5)
    claimed = await messages.claim([ShownAs.LIVE])
    assert claimed
    await messages.deleted(claimed)
    post = await events.post_of("C1", "t1")
    assert post
    assert post.is_deleted
    assert await events.shown({"t1"}) == {("C1", "t1")}


async def test_messages_of_resolved_tickets_are_retired(
    events: LiveEvents, moved: Database, clock: Moved
) -> None:
    watch = Watch(moved, lease_seconds=20)
    for ticket in ("t1", "t2"):
        await TicketMessages(moved).remember(TicketMessage("C1", "1.0", ticket, ShownAs.LIVE))
    known = [KnownTicket("t1", "A", "R", "d1", 1.0), KnownTicket("t2", "B", "C", "d1", 1.0)]
    turn = await watch.claim()
    assert turn
    await watch.finish(turn, Progress(1.0, 1.0), known, [], seconds=15)
    assert await events.rest_resolved(100) == 0
    await clock.advance(101)
    assert await events.rest_resolved(100) == 1
    posts = [await events.post_of("C1", each) for each in ("t1", "t2")]
    assert [each and each.is_resting for each in posts] == [True, False]
