"""Changes are posted in a live channel once, whatever happens to Slack and to the bot."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.changes import Change, What
from bot.domain.digest import Shown
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.live import CUSTOMERS_TEXT, LiveChannel
from bot.domain.ticket import Ticket
from bot.domain.ticket_message import TO_HIDE, ShownAs, TicketMessage
from bot.jobs.live import LiveJob
from bot.jobs.live_messages import LiveMessages
from bot.sandbox import Sandbox
from bot.storage.database import Database
from bot.storage.live_channels import LiveChannels
from bot.storage.live_events import LEASE_SECONDS, LiveEvents
from bot.storage.ticket_messages import TicketMessages
from bot.storage.watch import Watch
from tests.clock import ManualClock
from tests.desk.mortal import Killed
from tests.jobs.world import Trouble, open_world, tick_each

TICKET, CHANNEL = "s4y7t5s7", "C0SUPPORT"
ALL = frozenset({Shown.SUBJECT, CUSTOMERS_TEXT})
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
WROTE = Change(What.CUSTOMER_WROTE, AT, TICKET, "AX4-B4T-FD8", "C", "default")


@dataclass
class Office:
    sandbox: Sandbox
    clock: ManualClock
    events: LiveEvents
    trouble: Trouble
    jobs: list[LiveJob]

    async def run(self, seconds: float) -> None:
        """Lets both bots work that long; a killed one is started again."""
        for _ in range(int(seconds)):
            await self.clock.advance(1)
            await tick_each(self.jobs)

    async def quote_customers(self) -> None:
        live = LiveChannel(CHANNEL, {"default": "Support"}, ("N", "C"), "en", "U0ANN", ALL)
        await self.jobs[0].channels.change(CHANNEL, lambda _: live, agent="Ann")

    async def share(self, *, is_paused: bool) -> None:
        """Another company reads the channel from now on, and the first bot learns of it."""
        self.sandbox.slack.workspace.channel(CHANNEL).is_shared_outside = True
        job = self.jobs[0]
        job.slack.forget_channel(CHANNEL)
        await job.messages.hide(CHANNEL)
        if is_paused:
            await job.leave(CHANNEL)

    async def contents(self) -> list[str]:
        """Returns the `content` of all that was posted in the channel."""
        messages, known = self.jobs[0].messages, list[str]()
        for each in self.sandbox.slack.workspace.channel(CHANNEL).messages:
            known += [shown.content for shown in await messages.of_message(CHANNEL, each.ts)]
        return known

    def threads(self) -> list[Sequence[Any]]:
        messages = self.sandbox.slack.workspace.channel(CHANNEL).messages
        return [each.blocks for each in messages if each.thread_ts]

    def posts(self, *, thread: bool) -> list[str]:
        messages = self.sandbox.slack.workspace.channel(CHANNEL).messages
        return [each.text for each in messages if bool(each.thread_ts) is thread]


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    clock = ManualClock()
    database = Database(sqlite_url, clock=clock)
    async with open_world() as world:
        sandbox, slack, desk = world.sandbox, world.slack, world.desk
        channels, events = LiveChannels(database), LiveEvents(database)
        live = LiveChannel(CHANNEL, {"default": "Support"}, ("N", "C"), "en", "U0ANN")
        await channels.change(CHANNEL, lambda _: live, agent="Ann")
        drawing = LiveMessages(desk, channels, Watch(database, lease_seconds=30))
        job = LiveJob(
            channels, events, TicketMessages(database), drawing, slack, world.people, clock
        )
        yield Office(sandbox, clock, events, slack.trouble, [job, replace(job)])
    await database.close()


@pytest.mark.parametrize("error", [SlackDoesNotAnswer, Killed, None])
@pytest.mark.parametrize("place", [0, 1])
async def test_each_event_is_reported_once(
    office: Office, error: type[BaseException] | None, place: int
) -> None:
    """Slack does not answer, or the bot dies, right after the message or the line has arrived."""
    office.trouble.next = [*[None] * place, error]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(LEASE_SECONDS * 2)
    await office.events.add([(CHANNEL, replace(WROTE, id=2))])
    await office.run(10)
    assert len(office.posts(thread=False)) == 1
    assert office.posts(thread=True) == ["The customer replied."] * 2


async def test_a_single_error_of_liveagent_loses_nothing(office: Office) -> None:
    """LiveAgent answers for a moment as if there were no such ticket."""
    office.sandbox.liveagent.faults.set("error", "reads", times=1)
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(30)
    assert len(office.posts(thread=False)) == 1
    assert office.posts(thread=True) == ["The customer replied."]


async def test_what_waited_while_the_bot_was_off_is_only_counted(office: Office) -> None:
    """Another ticket's message may have been posted before the bot was stopped."""
    office.trouble.next = [Killed]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(3)
    other = replace(WROTE, id=2, ticket_id="other", code="BBB")
    await office.events.add([(CHANNEL, other), (CHANNEL, replace(other, id=3))])
    await office.clock.advance(6 * 86400)
    office.sandbox.slack.fail("chat.postMessage", "internal_error", times=1)
    await office.run(LEASE_SECONDS * 2)
    first, last = office.posts(thread=False)
    assert "AX4-B4T-FD8" in first
    assert last == "2 tickets changed at once, or couldn't be reported in time."
    assert office.posts(thread=True) == []


async def test_an_earlier_post_is_found_while_liveagent_is_down(office: Office) -> None:
    """Else it would be posted again, once somebody has deleted it meanwhile."""
    office.trouble.next = [SlackDoesNotAnswer]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(5)
    office.sandbox.liveagent.faults.set("down")
    await office.run(20)
    office.sandbox.slack.workspace.channel(CHANNEL).messages.clear()
    office.sandbox.liveagent.faults.clear()
    await office.run(60)
    assert office.posts(thread=False) == []


async def test_the_owner_is_notified_once_slack_no_longer_lets_the_bot_post(office: Office) -> None:
    """Posting in the channel is restricted, though the bot is still a member of it."""
    office.sandbox.slack.workspace.channel(CHANNEL).is_restricted = True
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(5)
    (notice,) = office.sandbox.slack.workspace.direct("U0ANN").messages
    assert "Slack doesn't let the bot post in the channel." in notice.text
    assert await office.jobs[0].channels.active() == []


async def test_a_channel_gets_one_message_a_second(office: Office) -> None:
    tickets = [
        each.id
        for each in office.sandbox.liveagent.account.tickets.values()
        if each.department == "default" and each.status == "C"
    ]
    assert len(tickets) > 1
    changes = [
        replace(WROTE, what=What.STATUS_CHANGED, ticket_id=ticket, id=number)
        for number, ticket in enumerate(tickets, 1)
    ]
    await office.events.add([(CHANNEL, each) for each in changes])
    counts = list[int]()
    for _ in range(6):
        await office.run(1)
        counts.append(len(office.posts(thread=False)) + len(office.posts(thread=True)))
    assert all(after - before <= 1 for before, after in pairwise(counts))
    assert counts[-1] > 1


async def test_two_bots_at_once_tell_once(office: Office) -> None:
    await office.events.add([(CHANNEL, replace(WROTE, id=number)) for number in range(1, 6)])
    await office.clock.advance(5)
    for _ in range(4):
        await asyncio.gather(*(job.tick() for job in office.jobs))
        await office.clock.advance(2)
    assert len(office.posts(thread=False)) == 1
    assert len(office.posts(thread=True)) == 1


async def test_changes_before_a_retry_are_reported_after_it(office: Office) -> None:
    """The first line arrived, but Slack did not say so; the second does not count as posted."""
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(10)
    office.trouble.next = [SlackDoesNotAnswer]
    await office.events.add([(CHANNEL, replace(WROTE, id=2))])
    await office.run(5)
    assert len(office.posts(thread=True)) == 2
    await office.events.add([(CHANNEL, replace(WROTE, id=3))])
    await office.run(20)
    assert office.posts(thread=True) == ["The customer replied."] * 3


async def test_a_bot_delayed_by_liveagent_posts_nothing_late(office: Office) -> None:
    """Its claim is then over, and the other bot has posted it."""
    slow, other = office.jobs
    gate, reads = asyncio.Event(), slow.drawing.read

    class Slow(LiveMessages):
        async def read(self, ticket_id: str) -> Ticket:
            await gate.wait()
            return await reads(ticket_id)

    drawing = Slow(slow.drawing.desk, slow.drawing.channels, slow.drawing.watch)
    waiting = replace(slow, drawing=drawing)
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.clock.advance(5)
    telling = asyncio.create_task(waiting.tick())
    office.jobs = [other]
    await office.run(LEASE_SECONDS + 10)
    assert len(office.posts(thread=False)) == 1
    gate.set()
    await telling
    await office.run(10)
    assert len(office.posts(thread=False)) == 1
    assert len(office.posts(thread=True)) == 1


async def test_a_bot_whose_clock_is_fast_finds_earlier_posts(office: Office) -> None:
    job = office.jobs[0]
    office.jobs = [
        replace(job, clock=ManualClock(office.sandbox.clock.now() + timedelta(minutes=30)))
    ]
    office.trouble.next = [SlackDoesNotAnswer]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(LEASE_SECONDS)
    assert len(office.posts(thread=False)) == 1


async def test_text_written_in_another_department_is_not_quoted(office: Office) -> None:
    """It moved to another department after the customer wrote, before that was posted."""
    await office.quote_customers()
    ticket = office.sandbox.liveagent.account.ticket(TICKET)
    office.sandbox.liveagent.account.customer_writes(TICKET, "It is for the sales team")
    message_id = ticket.messages[-1].id
    await office.events.add([(CHANNEL, replace(WROTE, id=1, message_id=message_id))])
    await office.run(5)
    assert len(office.posts(thread=True)) == 1
    assert "sales team" in str(office.threads())
    ticket.department = "sales"
    await office.events.add([(CHANNEL, replace(WROTE, id=2, message_id=message_id))])
    await office.run(5)
    assert len(office.posts(thread=True)) == 2
    assert "sales team" not in str(office.threads()[1])


@pytest.mark.parametrize("is_paused", [True, False])
async def test_nothing_is_posted_once_another_company_reads_the_channel(
    office: Office, *, is_paused: bool
) -> None:
    """It is shared while LiveAgent is asked for the customer's words."""
    job = office.jobs[0]

    class Shared(LiveMessages):
        async def messages(self, live: LiveChannel, ticket_id: str) -> Mapping[str, str]:
            await office.share(is_paused=is_paused)
            return await super().messages(live, ticket_id)

    await office.quote_customers()
    drawing = Shared(job.drawing.desk, job.drawing.channels, job.drawing.watch)
    office.jobs = [replace(job, drawing=drawing)]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(5)
    assert len(office.posts(thread=False)) == 1
    assert office.posts(thread=True) == []
    assert len(office.sandbox.slack.workspace.direct("U0ANN").messages) == 1


async def test_a_line_posted_while_the_channel_is_shared_is_hidden(office: Office) -> None:
    """Another bot has heard of it first, and has hidden what was known until then."""
    job = office.jobs[0]

    class Slow(TicketMessages):
        async def remember(self, *messages: TicketMessage) -> None:
            if any(each.shown_as is ShownAs.LINE for each in messages):
                await office.share(is_paused=True)
            await super().remember(*messages)

    office.jobs = [replace(job, messages=Slow(job.messages.database))]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(5)
    assert await office.contents() == [TO_HIDE] * 2


async def test_posts_made_before_the_pause_are_hidden(office: Office) -> None:
    """The owner is told before, which may take long."""
    job = office.jobs[0]
    await office.events.add([(CHANNEL, replace(WROTE, id=1))])
    await office.run(5)
    office.sandbox.slack.workspace.channel(CHANNEL).is_shared_outside = True
    await job.leave(CHANNEL)
    assert await office.contents() == [TO_HIDE] * 2
