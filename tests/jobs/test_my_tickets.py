"""People get each message about their tickets once, whatever happens to Slack and the bot."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain.calendar import Hours
from bot.domain.changes import Change, What
from bot.domain.digest import WEEKDAYS
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.my_tickets import PING_SECONDS, Effect, Mode, MyTicketsChoice
from bot.jobs.my_tickets import MAX_MESSAGES, MAX_WAIT, MyTicketsJob
from bot.sandbox import Sandbox
from bot.sandbox.slack.channels import Channel
from bot.storage.database import Database
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.tables import ticket_listeners, ticket_news
from bot.storage.ticket_messages import TicketMessages
from bot.storage.ticket_news import LEASE_SECONDS, TicketNews
from tests.clock import ManualClock
from tests.desk.mortal import Killed
from tests.jobs.world import Trouble, open_world, tick_each
from tests.waiting import until

ANN, AGENT = "U0ANN", "agent001"
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Office:
    sandbox: Sandbox
    clock: ManualClock
    choices: MyTicketsChoices
    news: TicketNews
    trouble: Trouble
    jobs: list[MyTicketsJob]
    tickets: list[str]

    async def answers(self, number: int, ticket: int = 0, effect: Effect = Effect.ANSWER) -> None:
        """Adds what the watch found."""
        what = Change(What.CUSTOMER_WROTE, AT, self.tickets[ticket], status="C", id=number)
        await self.news.add([(ANN, what, effect)])

    async def run(self, seconds: float) -> None:
        """Lets both bots work that long; a killed one is started again."""
        for _ in range(int(seconds)):
            await self.clock.advance(1)
            await tick_each(self.jobs)

    def posts(self) -> list[str]:
        """Returns what stands in the bot's conversation with her."""
        return [each.text for each in self.channel.messages]

    @property
    def channel(self) -> Channel:
        channels = self.sandbox.slack.workspace.channels.values()
        return next(each for each in channels if each.with_user == ANN)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    clock = ManualClock()
    database = Database(sqlite_url, clock=clock)
    async with open_world() as world:
        sandbox, slack, desk = world.sandbox, world.slack, world.desk
        choices, news = MyTicketsChoices(database), TicketNews(database)
        await choices.choose(MyTicketsChoice(ANN, AGENT, Mode.ALWAYS))
        channel, _ = await slack.post(ANN, {"text": "You'll hear here."})
        await choices.remember_channel(ANN, channel)
        messages = TicketMessages(database)
        job = MyTicketsJob(choices, news, messages, desk, slack, world.people, sandbox.clock)
        tickets = [
            each
            for each in sandbox.liveagent.account.tickets.values()
            if each.department == "default"
        ]
        for each in tickets:
            each.assignee = AGENT
        ids = [each.id for each in tickets]
        yield Office(sandbox, clock, choices, news, slack.trouble, [job, replace(job)], ids)
    await database.close()


@pytest.mark.parametrize("error", [SlackDoesNotAnswer, Killed, None])
async def test_news_is_one_message(office: Office, error: type[BaseException] | None) -> None:
    """Slack does not answer, or the bot dies, right after the message has arrived."""
    before = len(office.posts())
    office.trouble.next = [error]
    await office.answers(1)
    await office.run(LEASE_SECONDS * 2)
    assert len(office.posts()) == before + 1
    await office.answers(2)
    await office.run(5)
    assert len(office.posts()) == before + 1
    assert "replied 2 times" in office.posts()[-1]


async def test_two_bots_at_once_tell_once(office: Office) -> None:
    before = len(office.posts())
    for number in range(1, 4):
        await office.answers(number)
    await office.clock.advance(5)
    for _ in range(3):
        await asyncio.gather(*(job.tick() for job in office.jobs))
        await office.clock.advance(2)
    assert len(office.posts()) == before + 1


async def test_a_bot_that_was_suspended_does_not_change_anothers_post(
    office: Office,
) -> None:
    slow, quick = office.jobs
    await office.answers(1)
    await office.run(5)
    await office.answers(2)
    await office.clock.advance(5)
    faults = office.sandbox.liveagent.faults
    faults.set("hang", f"*/{office.tickets[0]}", times=1)
    late = asyncio.create_task(slow.tick())
    await until(lambda: not faults.armed)
    await office.clock.advance(LEASE_SECONDS + 1)
    await office.answers(3)
    await office.clock.advance(5)
    await quick.tick()
    assert "replied 3 times" in office.posts()[-1]
    faults.clear()
    await late
    assert "replied 3 times" in office.posts()[-1]


async def test_many_at_once_are_one_message(office: Office) -> None:
    before, count = len(office.posts()), MAX_MESSAGES + 2
    assert len(office.tickets) >= count
    for number in range(count):
        await office.answers(number + 1, ticket=number)
    await office.run(30)
    assert office.posts()[before:] == [f"There is news about {count} of your tickets."]


async def test_late_changes_are_one_summary_each_quarter_of_an_hour(
    office: Office,
) -> None:
    before = len(office.posts())
    await office.answers(1, effect=Effect.LATE)
    await office.answers(2, ticket=1, effect=Effect.LATE)
    await office.run(10)
    await office.answers(3, effect=Effect.LATE)
    await office.run(60)
    assert len(office.posts()) == before + 1
    await office.clock.advance(PING_SECONDS)
    await office.run(5)
    assert len(office.posts()) == before + 2


async def test_a_message_deleted_by_hand_is_news_again_after_a_quarter_of_an_hour(
    office: Office,
) -> None:
    await office.answers(1)
    await office.run(5)
    office.channel.messages.clear()
    await office.answers(2)
    await office.run(60)
    assert office.posts() == []
    await office.clock.advance(PING_SECONDS)
    await office.run(5)
    assert len(office.posts()) == 1


async def test_a_ticket_that_can_not_be_read_holds_back_no_other(office: Office) -> None:
    before = len(office.posts())
    office.sandbox.liveagent.faults.set("html_page", f"*/{office.tickets[0]}")
    await office.answers(1)
    await office.answers(2, ticket=1)
    await office.run(10)
    assert len(office.posts()) == before + 1
    office.sandbox.liveagent.faults.clear()
    await office.run(60)
    assert len(office.posts()) == before + 2


async def test_a_message_that_slack_refuses_holds_back_no_other(office: Office) -> None:
    before = len(office.posts())
    await office.answers(1)
    await office.answers(2, ticket=1)
    office.sandbox.slack.fail("chat.postMessage", "msg_too_long", times=1)
    await office.run(4)
    (told,) = office.posts()[before:]
    assert office.sandbox.liveagent.account.ticket(office.tickets[1]).code in told
    await office.run(10)
    assert len(office.posts()) == before + 2


async def test_somebody_elses_ticket_is_not_reported(office: Office) -> None:
    before = len(office.posts())
    office.sandbox.liveagent.account.tickets[office.tickets[0]].assignee = "agent002"
    await office.answers(1)
    await office.run(10)
    assert len(office.posts()) == before


@pytest.mark.parametrize("calls", ["*", "*/{ticket}"])
async def test_a_long_outage_erases_nothing(office: Office, calls: str) -> None:
    before = len(office.posts())
    faults = office.sandbox.liveagent.faults
    faults.set("html_page", calls.format(ticket=office.tickets[0]))
    await office.answers(1)
    for table in (ticket_listeners, ticket_news):
        async with office.news.database.begin() as connection:
            await connection.execute(update(table).values(failures=1000))
    await office.run(4)
    assert len(office.posts()) == before
    faults.clear()
    await office.clock.advance(MAX_WAIT + 1)
    await office.run(5)
    assert len(office.posts()) == before + 1


async def test_outside_their_hours_liveagent_is_not_asked(office: Office) -> None:
    another_day = office.sandbox.clock.now() + timedelta(days=2)
    hours = Hours(days=(WEEKDAYS[another_day.weekday()],))
    await office.choices.choose(MyTicketsChoice(ANN, AGENT, Mode.HOURS, hours))
    await office.answers(1)
    journal = office.sandbox.liveagent.account.journal
    asked = len(journal)
    await office.run(5)
    assert len(journal) == asked


async def test_a_killed_bots_post_is_found_days_later(office: Office) -> None:
    before = len(office.posts())
    office.trouble.next = [Killed]
    await office.answers(1)
    await office.clock.advance(5)
    with pytest.raises(Killed):
        await office.jobs[0].tick()
    await office.sandbox.clock.move(timedelta(days=3))
    await office.run(LEASE_SECONDS)
    assert len(office.posts()) == before + 1
