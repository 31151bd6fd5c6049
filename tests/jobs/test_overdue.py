"""A channel is alerted to overdue tickets once, in one message, in working hours."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.calendar import Calendar, Hours
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.lease import LeaseLost
from bot.domain.overdue import OverdueAlert
from bot.domain.ticket_message import ShownAs
from bot.jobs.overdue import OverdueJob
from bot.jobs.overdue_message import OverdueMessage, WaitingTickets
from bot.jobs.overdue_posts import OverdueTools
from bot.sandbox import Sandbox
from bot.sandbox.liveagent.records import Ticket
from bot.sandbox.slack.channels import Message
from bot.storage.database import Database
from bot.storage.overdue import OverdueAlerts
from bot.storage.ticket_messages import TicketMessages
from tests.clock import ManualClock
from tests.desk.mortal import Killed
from tests.jobs.world import Trouble, open_world, tick_each
from tests.waiting import until

LONG_STEP = 5  # minutes: more often is no other
CHANNEL, LEADS = "C0SUPPORT", "S0LEADS"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALENDAR = Calendar(Hours(begin=time(9), end=time(17)), "UTC", ("11-25",))
ALERT = OverdueAlert(CHANNEL, {"default": "Support"}, {"N": 60, "C": 60}, "en", "U0ANN", CALENDAR)
NAMING = replace(ALERT, escalates_after=60, escalates_to=LEADS)


@dataclass
class Office:
    sandbox: Sandbox
    clock: ManualClock
    alerts: OverdueAlerts
    trouble: Trouble
    jobs: list[OverdueJob]

    async def run(self, minutes: int) -> None:
        """Lets both bots work that long; a killed one is started again."""
        for step in [LONG_STEP] * (minutes // LONG_STEP) + [1] * (minutes % LONG_STEP):
            await self.clock.advance(60 * step)
            await self.look()

    async def look(self) -> None:
        await tick_each(self.jobs)

    async def until(self, moment: datetime) -> None:
        """Lets time pass without a bot, and then lets them look."""
        await self.clock.advance((moment - self.clock.now()).total_seconds() - 60)
        await self.look()
        await self.run(1)

    def waits(self, number: int, since: datetime, status: str = "C") -> Ticket:
        """Makes a ticket wait since then."""
        ticket = list(self.sandbox.liveagent.account.tickets.values())[number]
        ticket.department, ticket.status = "default", status
        ticket.created = ticket.changed = since
        return ticket

    def calls(self) -> int:
        journal = self.sandbox.liveagent.account.journal
        return sum(each.path.endswith("/conversations") for each in journal)

    @property
    def messages(self) -> list[Message]:
        return self.sandbox.slack.workspace.channel(CHANNEL).messages

    def lists(self) -> list[str]:
        return [each.text for each in self.messages if each.text.endswith("overdue")]

    def named(self) -> list[str]:
        return [str(each.blocks) for each in self.messages if each.thread_ts]


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    clock = ManualClock(MONDAY)
    database = Database(sqlite_url, clock=clock)
    async with open_world() as world:
        for ticket in world.sandbox.liveagent.account.tickets.values():
            ticket.status = "R"
        alerts = OverdueAlerts(database)
        await alerts.save(ALERT, agent="Ann")
        messages = TicketMessages(database)
        tools = OverdueTools(alerts, world.desk, world.slack, world.people, messages, clock)
        jobs = [OverdueJob(tools), OverdueJob(tools)]
        yield Office(world.sandbox, clock, alerts, world.slack.trouble, jobs)
    await database.close()


ONE, TWO = "One ticket is overdue", "2 tickets are overdue"
NOBODY = "No tickets are overdue"


async def test_one_message_is_updated_as_tickets_come_and_go(office: Office) -> None:
    first = office.waits(0, MONDAY)
    await office.run(59)
    assert not office.lists()
    await office.run(2)
    assert office.lists() == [ONE]
    second = office.waits(1, MONDAY + timedelta(minutes=10), "N")
    await office.run(20)
    assert office.lists() == [TWO]
    rows = [each for each in office.messages[-1].blocks if each["type"] == "section"]
    assert [first.code in str(each) for each in rows] == [True, False]
    assert "Assign to me" in str(rows[1])
    assert "owner" not in str(rows)
    assert first.subject not in str(rows)
    first.status = second.status = "A"
    await office.run(1)
    assert len(office.messages) == 1
    assert NOBODY in office.messages[0].text


async def test_only_an_answer_ends_a_wait(office: Office) -> None:
    """A note changes it too; an answer ends the wait."""
    ticket = office.waits(0, MONDAY)
    await office.run(30)
    ticket.changed = office.clock.now()
    await office.run(31)
    assert office.lists() == [ONE]
    ticket.status = "A"
    await office.run(1)
    ticket.status, ticket.changed = "C", office.clock.now()
    await office.run(59)
    assert not office.lists()
    await office.run(2)
    assert office.lists() == [ONE]


@pytest.mark.parametrize("error", [SlackDoesNotAnswer, Killed])
@pytest.mark.parametrize("place", [0, 1])
async def test_each_event_is_reported_once(
    office: Office, error: type[BaseException], place: int
) -> None:
    """Slack does not answer, or the bot dies, right after the message or the line has arrived."""
    await office.alerts.save(NAMING, agent="Ann")
    office.trouble.next = [*[None] * place, error]
    office.waits(0, MONDAY)
    await office.run(150)
    assert office.lists() == [ONE]
    assert len(office.named()) == 1
    assert LEADS in office.named()[0]


async def test_somebody_is_named_once_for_each_ticket(office: Office) -> None:
    await office.alerts.save(NAMING, agent="Ann")
    office.waits(0, MONDAY)
    office.waits(1, MONDAY + timedelta(minutes=5))
    await office.run(118)
    assert not office.named()
    await office.run(30)
    assert len(office.named()) == 2
    await office.until(MONDAY + timedelta(days=1, hours=1))
    assert len(office.named()) == 2


async def test_nothing_is_posted_at_night_and_the_morning_sums_it_up(
    office: Office,
) -> None:
    evening, morning = MONDAY + timedelta(hours=7, minutes=50), MONDAY + timedelta(days=1)
    ticket = office.waits(0, evening)
    await office.until(MONDAY + timedelta(hours=8))
    office.waits(1, evening + timedelta(hours=5))
    office.waits(2, evening - timedelta(hours=5))
    await office.run(15)
    assert not office.lists()
    await office.until(morning + timedelta(minutes=49))
    assert office.lists() == [ONE]  # the one since the afternoon
    assert "2 more came in outside" not in str(office.messages[-1].blocks)
    assert "One more came in outside" in str(office.messages[-1].blocks)
    await office.run(2)
    assert office.lists() == [TWO]
    assert ticket.code in str(office.messages[-1].blocks)
    holiday, thursday = MONDAY + timedelta(days=2, hours=3), MONDAY + timedelta(days=3)
    await office.until(holiday)
    assert len(office.messages) == 1
    await office.until(thursday + timedelta(minutes=1))
    assert office.lists() == ["3 tickets are overdue"]
    assert "continues in a newer message" in office.messages[0].text


async def test_a_message_deleted_by_hand_comes_back_with_another_ticket(office: Office) -> None:
    office.waits(0, MONDAY)
    await office.run(61)
    office.messages.clear()
    await office.run(60)
    assert not office.messages
    office.waits(1, MONDAY + timedelta(minutes=61))
    await office.run(1)
    assert office.lists() == [TWO]


async def test_overdue_alerts_survive_an_outage(office: Office) -> None:
    office.waits(0, MONDAY)
    await office.run(61)
    office.sandbox.liveagent.faults.set("error", "reads", times=30)
    await office.run(20)
    assert office.lists() == [ONE]
    office.sandbox.liveagent.faults.clear()
    ticket = office.waits(1, office.clock.now() - timedelta(minutes=70))
    await office.run(2)
    assert office.lists() == [TWO]
    assert ticket.code in str(office.messages[-1].blocks)


async def test_an_empty_answer_of_liveagent_repeats_nothing(office: Office) -> None:
    await office.alerts.save(NAMING, agent="Ann")
    ticket = office.waits(0, MONDAY)
    await office.run(125)
    ticket.department = "sales"  # as if the list lacked it
    await office.run(2)
    ticket.department = "default"
    await office.run(10)
    assert len(office.named()) == 1


async def test_a_channel_that_another_company_reads_is_paused(office: Office) -> None:
    office.waits(0, MONDAY)
    await office.run(61)
    office.sandbox.slack.workspace.channel(CHANNEL).is_shared_outside = True
    office.waits(1, MONDAY)
    await office.run(2)
    assert not office.lists()
    assert (await office.alerts.find(CHANNEL)) == replace(ALERT, is_paused=True)
    direct = office.sandbox.slack.workspace.channel("D0ANN").messages
    assert len(direct) == 1
    assert CHANNEL in str(direct[0].blocks)
    await office.run(5)
    assert len(direct) == 1


async def test_departments_the_owner_lost_are_left_out(office: Office) -> None:
    both = replace(ALERT, departments={"default": "Support", "sales": "Sales"})
    await office.alerts.save(both, agent="Ann")
    office.waits(0, MONDAY)
    office.waits(1, MONDAY).department = "sales"
    await office.run(61)
    assert office.lists() == [ONE]
    before = len(office.sandbox.slack.calls("conversations.info"))
    for _ in range(5):
        await office.run(1)
    assert len(office.sandbox.slack.calls("conversations.info")) == before


async def test_the_longest_waiting_of_seven_hundred_are_reported(office: Office) -> None:
    """LiveAgent lists a hundred at once, the last changed first, without who has them."""
    account = office.sandbox.liveagent.account
    account.switches.longest_page = 100
    first = office.waits(0, MONDAY)
    for number in range(700):
        changed = MONDAY + timedelta(seconds=1 + number // 12)
        account.tickets[f"more{number}"] = replace(first, id=f"more{number}", changed=changed)
    await office.run(50)
    before = len(account.journal)
    await office.run(11)
    message = office.messages[-1]
    assert message.text == "701 tickets are overdue"
    assert first.id in str(message.blocks)
    assert "and 691 more" in str(message.blocks)
    assert len(message.blocks) < 50
    assert len(str(message.blocks)) < 12_000
    who_and_bounds = 10 + 2
    assert len(account.journal) - before == 3 * 8 + who_and_bounds
    account.switches.longest_page = 10
    await office.run(10)
    assert "There are more tickets than could be loaded." in str(office.messages[-1].blocks)


async def test_a_department_that_is_gone_stops_no_channels_reading(office: Office) -> None:
    gone = replace(ALERT, channel="C0JAPAN", departments={"gone": "Gone", "dep1s5a4": "Sales"})
    await office.alerts.save(gone, agent="Ann")
    account = office.sandbox.liveagent.account
    account.switches.department_or_owner_required = True
    office.waits(0, MONDAY)
    await office.run(61)
    assert office.lists() == [ONE]
    asked = {each.parameters.get("department", "") for each in account.journal}
    assert asked == {"", "default", "dep1s5a4"}


async def test_a_slow_reading_keeps_its_claim(office: Office) -> None:
    office.waits(0, MONDAY)
    await office.clock.advance(61 * 60)
    faults = office.sandbox.liveagent.faults
    faults.set("hang", "*/conversations", times=1)
    reading = asyncio.create_task(office.jobs[0].tick())
    await until(lambda: not faults.armed)
    for _ in range(10):  # five minutes
        await until(lambda: office.clock.sleepers > 0)
        await office.clock.advance(30)
        assert await office.alerts.claim() == []
    faults.clear()
    await reading
    assert office.lists() == [ONE]


async def test_channels_share_one_list_a_minute(office: Office) -> None:
    await office.alerts.save(replace(ALERT, channel="C0JAPAN"), agent="Ann")
    await office.run(1)
    before = office.calls()
    await office.run(10)
    assert office.calls() - before <= 11


@pytest.mark.parametrize("is_stopped", [False, True])
async def test_settings_changed_during_a_post_win(office: Office, *, is_stopped: bool) -> None:
    office.waits(0, MONDAY)
    await office.run(61)
    await office.clock.advance(60)
    (work,) = await office.alerts.claim()
    if is_stopped:
        await office.alerts.remove(CHANNEL, slack_user="U0ANN", agent="Ann")
    else:
        await office.alerts.save(replace(ALERT, limits={"N": 60}), agent="Ann")
    message = OverdueMessage(
        office.jobs[0].tools, work, WaitingTickets([], office.clock.now(), 60.0)
    )
    with pytest.raises(LeaseLost):
        await message.update()
    assert office.lists() == [ONE]


async def test_readings_continue_while_slack_fails(office: Office) -> None:
    """A note meanwhile ends no wait, because LiveAgent was read all the time."""
    ticket = office.waits(0, MONDAY)
    await office.run(61)
    office.sandbox.slack.fail("users.info", "internal_error", times=3)
    for _ in range(5):
        ticket.changed = office.clock.now()
        await office.run(5)
    assert office.lists() == [ONE]


@pytest.mark.parametrize("whom", [LEADS, "U0GONE"])
async def test_the_owner_is_mentioned_for_somebody_no_longer_in_slack(
    office: Office, whom: str
) -> None:
    """Slack refuses a group that it does not know; it takes the mention of who has left."""
    await office.alerts.save(replace(NAMING, escalates_to=whom), agent="Ann")
    office.waits(0, MONDAY)
    await office.run(119)
    if whom == LEADS:
        office.sandbox.slack.fail("chat.postMessage", "invalid_blocks", times=1)
    await office.run(20)
    (line,) = office.named()
    assert whom not in line
    assert ALERT.created_by in line


async def test_where_nobody_may_reply_the_mention_is_in_the_channel(office: Office) -> None:
    await office.alerts.save(NAMING, agent="Ann")
    office.waits(0, MONDAY)
    await office.run(119)
    refusal = "restricted_action_non_threadable_channel"
    office.sandbox.slack.fail("chat.postMessage", refusal, times=1)
    await office.run(30)
    (mention,) = [each for each in office.messages if LEADS in str(each.blocks)]
    assert not mention.thread_ts


async def test_a_message_that_slack_lets_nobody_change_is_followed_by_another(
    office: Office,
) -> None:
    office.waits(0, MONDAY)
    await office.run(61)
    office.sandbox.slack.fail("chat.update", "edit_window_closed", times=100)
    await office.run(30)
    assert office.lists() == [ONE]
    office.waits(1, MONDAY + timedelta(minutes=31))
    await office.run(5)
    assert office.lists() == [ONE, TWO]


async def test_somebody_is_named_once_in_a_quarter_of_an_hour(office: Office) -> None:
    await office.alerts.save(NAMING, agent="Ann")
    for number in range(4):
        office.waits(number, MONDAY + timedelta(minutes=number))
    await office.run(120)
    for _ in range(14):
        await office.run(1)
    assert len(office.named()) == 1
    await office.run(5)
    assert len(office.named()) == 2


@pytest.mark.parametrize("error", [None, Killed])
async def test_alerts_and_mentions_are_remembered_so_that_they_can_be_hidden(
    office: Office, error: type[BaseException] | None
) -> None:
    office.trouble.next = [None, error]
    await office.alerts.save(NAMING, agent="Ann")
    ticket = office.waits(0, MONDAY)
    await office.run(125)
    messages = office.jobs[0].tools.messages
    for each in office.messages:
        (shown,) = await messages.of_message(CHANNEL, each.ts)
        assert (shown.ticket_id, shown.shown_as) == (ticket.id, ShownAs.DIGEST)


async def test_a_killed_bots_alert_is_found_days_later(office: Office) -> None:
    office.waits(0, MONDAY)
    office.trouble.next = [Killed]
    await office.clock.advance(61 * 60)
    with pytest.raises(Killed):
        await office.jobs[0].tick()
    much_later = office.sandbox.clock.now() + timedelta(days=3)
    days = 7 * (1 + (much_later - MONDAY).days // 7)
    await office.until(MONDAY + timedelta(days=days, hours=1))
    assert office.lists() == [ONE]
    assert len(office.messages) == 2
