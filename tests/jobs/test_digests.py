"""Digests are gathered one after the other when calls are scarce, under a renewed lease."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from blocks.forms.digest import fresh
from bot.desk.desk import Desk
from bot.desk.reads import SharedReads
from bot.domain.digest import Digest
from bot.domain.errors import NotApplied
from bot.domain.ref import Account, TicketRef
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_message import TO_HIDE, TicketMessage
from bot.domain.ticket_system import Search
from bot.i18n import Translator
from bot.jobs.digests import MAX_GATHERING_SECONDS, NOTIFIED_AFTER, DigestJob
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.sandbox import Sandbox, open_sandbox
from bot.slack.people import People
from bot.slack.session import new_session
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.tables import digests as digest_table
from bot.storage.tables import runs, ticket_messages
from bot.storage.ticket_messages import TicketMessages
from tests.clock import ManualClock
from tests.desk.mortal import Killed
from tests.jobs.world import FlakySlack, Trouble
from tests.manifest import read_manifest
from tests.waiting import GUARD_SECONDS

LEASE, FIRST_WAIT = 60.0, 30.0
BEAT = LEASE / 3


@dataclass
class SlowReads:
    """LiveAgent, which answers when it may."""

    liveagent: LiveAgent
    asked: int = 0
    found: int = 0
    failure: Exception | None = None
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        self.asked += 1
        await self.may_answer.wait()
        if self.failure:
            raise self.failure
        return await self.liveagent.search(wanted, limit=limit, offset=offset)

    async def find(self, ref: TicketRef) -> Ticket:
        self.found += 1
        return await self.liveagent.find(ref)


@dataclass
class Office:
    """A job of digests, and what there is around it."""

    sandbox: Sandbox
    database: Database
    store: Digests
    clock: ManualClock
    reads: SlowReads
    job: DigestJob
    trouble: Trouble

    async def add(self, number: int = 0) -> Digest:
        """One that is due."""
        proposed = fresh("C0SUPPORT", "U0ANN", "UTC", Translator("en"))
        digest = replace(
            proposed,
            name=f"Digest {number}",
            departments={"default": "Support"},
            statuses=(Status.NEW, Status.POSTPONED),  # fewer than a page of any server
        )
        due = self.clock.now() - timedelta(seconds=1)
        return await self.store.add(digest, due=due, key=f"V{number}")

    async def run(self) -> tuple[float, int, int]:
        """Until when the only run is taken; how often it was tried, and how often it failed."""
        async with self.database.begin() as connection:
            row = (await connection.execute(runs.select())).one()
            return row.ready, row.lease_token, row.failures

    def posts(self) -> list[str]:
        messages = self.sandbox.slack.workspace.channel("C0SUPPORT").messages
        return [each.text for each in messages]

    def notices(self) -> list[str]:
        """What the owner got by direct message."""
        return [each.text for each in self.sandbox.slack.workspace.direct("U0ANN").messages]


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    clock = ManualClock()
    database = Database(sqlite_url, clock=clock)
    async with open_sandbox(read_manifest()) as sandbox, new_session() as web:
        sandbox.liveagent.switches.calls_per_minute = 100_000
        url, key = sandbox.liveagent.url, sandbox.liveagent.api_key
        liveagent = LiveAgent(web, url, key, ZoneInfo("UTC"), Pace(9000), lambda *_: None)
        slack = FlakySlack(web, sandbox.slack.bot_token, sandbox.slack.api_url)
        slack.trouble = Trouble()
        desk = Desk(liveagent, CachedDirectory(liveagent), Account(url), clock.now)
        store, reads = Digests(database), SlowReads(liveagent)
        job = DigestJob(
            store,
            DigestRuns(database, lease_seconds=LEASE),
            desk,
            slack,
            People(slack, language_of=no_choice),
            SharedReads(reads, clock.now),
            TicketMessages(database, clock),
            first_wait=FIRST_WAIT,
            clock=clock,
        )
        yield Office(sandbox, database, store, clock, reads, job, slack.trouble)
    await database.close()


async def no_choice(_user_id: str) -> str:
    return ""


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(GUARD_SECONDS):
        while not await is_so():
            await asyncio.sleep(0.01)


async def until_asked(office: Office, times: int = 1) -> None:
    async def is_asked() -> bool:
        return office.reads.asked >= times and office.clock.sleepers > 0

    await until(is_asked)


async def beat(office: Office) -> None:
    """The lease is renewed once."""
    before = (await office.run())[0]

    async def is_renewed() -> bool:
        ready, _, failures = await office.run()
        return failures > 0 or (ready > before and office.clock.sleepers > 0)

    await office.clock.advance(BEAT)
    await until(is_renewed)


async def die_after_posting(office: Office) -> None:
    """The next tick is another bot's."""
    office.reads.may_answer.set()
    office.trouble.next = [Killed]
    with pytest.raises(Killed):
        await office.job.tick()
    office.job.reads.forget()


async def test_a_slow_digest_keeps_its_lease(office: Office) -> None:
    await office.add()
    ticking = asyncio.create_task(office.job.tick())
    await until_asked(office)
    for _ in range(10):  # thrice the lease
        await beat(office)
        assert await office.job.runs.claim() is None
    office.reads.may_answer.set()
    await ticking
    assert len(office.posts()) == 1
    assert office.reads.asked == 1
    assert (await office.run())[1] == 1


async def test_gathering_without_an_end_is_a_failure(office: Office) -> None:
    await office.add()
    ticking = asyncio.create_task(office.job.tick())
    await until_asked(office)
    for _ in range(int(MAX_GATHERING_SECONDS / BEAT)):
        await beat(office)
    await ticking
    _, tokens, failures = await office.run()
    assert (tokens, failures) == (1, 1)
    assert office.posts() == []


async def test_a_bot_that_lost_the_lease_posts_nothing(office: Office) -> None:
    await office.add()
    ticking = asyncio.create_task(office.job.tick())
    await until_asked(office)
    async with office.database.begin() as connection:
        await connection.execute(runs.update().values(lease_token=2))  # as another bot does
    await office.clock.advance(BEAT)
    await ticking
    office.reads.may_answer.set()
    assert office.posts() == []


async def test_while_calls_are_short_one_at_a_time_is_gathered(office: Office) -> None:
    for number in range(3):
        await office.add(number)
    job = replace(office.job, can_call_in_background=lambda: False)
    first = asyncio.create_task(job.tick())
    await until_asked(office)
    await job.tick()
    await job.tick()
    async with office.database.begin() as connection:
        tokens = [run.lease_token for run in await connection.execute(runs.select())]
    assert sorted(tokens) == [0, 0, 1]
    office.reads.may_answer.set()
    await first
    assert len(office.posts()) == 3


async def test_digests_due_together_share_their_readings(office: Office) -> None:
    office.reads.may_answer.set()
    await office.add()
    await office.job.tick()
    one = (office.reads.asked, office.reads.found)
    assert one > (0, 0)
    for number in range(1, 9):
        await office.add(number)
    await office.job.tick()
    assert len(office.posts()) == 9
    assert (office.reads.asked, office.reads.found) == (one[0] * 2, one[1] * 2)


async def test_send_now_does_not_reuse_an_earlier_reading(office: Office) -> None:
    """Though another digest is just being gathered."""
    first, second = await office.add(1), await office.add(2)
    async with office.database.begin() as connection:
        later = office.clock.now() + timedelta(days=1)
        await connection.execute(
            digest_table.update()
            .where(digest_table.c.id == second.id)
            .values(due=later.timestamp())
        )
    gathering = asyncio.create_task(office.job.tick())
    await until_asked(office)
    await office.clock.advance(5)
    assert await office.job.runs.start(second, office.clock.now())
    sending = asyncio.create_task(office.job.tick())
    await until_asked(office, times=2)
    office.reads.may_answer.set()
    await asyncio.gather(gathering, sending)
    assert len(office.posts()) == 2
    assert first


@pytest.mark.parametrize("failure", [NotApplied("GET conversations", "down"), LookupError("a bug")])
async def test_its_owner_is_notified_once_that_it_is_late(
    office: Office, failure: Exception
) -> None:
    await office.add()
    office.reads.may_answer.set()
    office.reads.failure = failure
    for number in range(1, NOTIFIED_AFTER + 4):
        await office.job.tick()
        assert (await office.run())[2] == number
        assert len(office.notices()) == int(number >= NOTIFIED_AFTER)
        await office.clock.advance(1000)
    assert "hasn't been posted yet. We'll keep trying for a day." in office.notices()[0]
    office.reads.failure = None
    await office.job.tick()
    assert len(office.posts()) == 1


async def test_send_now_from_before_the_bot_was_off_is_dropped(office: Office) -> None:
    """Else the channel gets two digests at once: the scheduled one is due too."""
    digest = await office.add()
    assert await office.job.runs.start(digest, office.clock.now(), is_extra=True)
    await office.clock.advance(3 * 3600)
    office.reads.may_answer.set()
    await office.job.tick()
    await office.job.tick()
    assert len(office.posts()) == 1
    assert office.notices() == []


async def missed(office: Office) -> None:
    """Adds a digest that was due two days ago."""
    digest = await office.add()
    due = office.clock.now() - timedelta(days=2)
    async with office.database.begin() as connection:
        await connection.execute(digest_table.update().values(due=due.timestamp()))
    assert await office.job.runs.start(digest, due)
    office.reads.may_answer.set()


async def test_the_owner_is_notified_of_a_pause_however_late(office: Office) -> None:
    await missed(office)
    office.sandbox.slack.workspace.channel("C0SUPPORT").is_shared_outside = True
    office.sandbox.slack.fail("chat.postMessage", "internal_error", times=1)
    await office.job.tick()
    await office.clock.advance(1000)
    await office.job.tick()
    (notice,) = office.notices()
    assert "is paused" in notice


async def test_a_digest_missed_for_days_survives_a_failure(office: Office) -> None:
    """The bot was off, and LiveAgent is not reachable at once when it starts."""
    await missed(office)
    office.reads.failure = NotApplied("GET conversations", "down")
    for _ in range(NOTIFIED_AFTER - 1):
        await office.job.tick()
        await office.clock.advance(1000)
    assert office.notices() == []
    office.reads.failure = None
    await office.job.tick()
    assert len(office.posts()) == 1


class Busy(TicketMessages):
    """In a database that is too slow for best effort."""

    async def note(self, *_: TicketMessage) -> None:
        return


async def test_what_is_posted_can_be_hidden_however_slow_the_database_is(office: Office) -> None:
    await office.add()
    office.reads.may_answer.set()
    job = replace(office.job, messages=Busy(office.database, office.clock))
    await job.tick()
    (post,) = office.sandbox.slack.workspace.channel("C0SUPPORT").messages
    assert len(await job.messages.of_message("C0SUPPORT", post.ts)) > 1


async def test_a_repeated_due_time_is_skipped(office: Office) -> None:
    """Such as of a digest that was saved by a bot whose clock is a second behind."""
    digest = await office.add()
    office.reads.may_answer.set()
    await office.job.tick()
    assert digest.due
    await office.store.pause(digest.id)
    await office.store.resume(digest.id, due=digest.due)
    await office.job.tick()
    assert len(office.posts()) == 1
    assert await office.job.runs.due(office.clock.now()) == []


async def test_changes_after_a_killed_bots_post_belong_to_the_next_digest(office: Office) -> None:
    """Slack's clock is five minutes behind the bot's."""
    slack_now = office.sandbox.clock.now
    await office.clock.advance((slack_now() - office.clock.now()).total_seconds() + 300)
    tickets = [
        each
        for each in office.sandbox.liveagent.account.tickets.values()
        if each.department == "default" and each.status == Status.NEW
    ]
    came, changed, same = tickets[:3]
    digest = await office.add()
    await die_after_posting(office)
    changed.changed = came.created = came.changed = slack_now() + timedelta(minutes=1)
    await office.clock.advance(LEASE)
    await office.job.tick()
    (post,) = office.sandbox.slack.workspace.channel("C0SUPPORT").messages
    found = await office.store.find(digest.id)
    assert found
    assert found.last
    assert came.id not in found.last
    assert found.last[changed.id].changed == float(post.ts)
    assert found.last[same.id].changed == int(same.changed.timestamp())
    shown = await office.job.messages.of_message("C0SUPPORT", post.ts)
    assert {changed.id, same.id} <= {each.ticket_id for each in shown}


async def test_a_killed_bots_post_is_never_reported_as_missing(office: Office) -> None:
    """LiveAgent is down from then on, for more than a day."""
    slack_now = office.sandbox.clock.now
    await office.clock.advance((slack_now() - office.clock.now()).total_seconds())
    digest = await office.add()
    await die_after_posting(office)
    office.reads.failure = NotApplied("GET conversations", "down")
    for _ in range(NOTIFIED_AFTER + 1):
        await office.clock.advance(15_000)
        await office.job.tick()
    (post,) = office.sandbox.slack.workspace.channel("C0SUPPORT").messages
    assert office.notices() == []
    found = await office.store.find(digest.id)
    assert found
    assert found.last_came
    assert round(found.last_came.timestamp(), 3) == round(float(post.ts), 3)
    assert await office.job.runs.claim() is None


async def test_a_killed_bots_post_is_taken_back_where_another_company_reads_by_now(
    office: Office,
) -> None:
    await office.add()
    await die_after_posting(office)
    office.sandbox.slack.workspace.channel("C0SUPPORT").is_shared_outside = True
    office.job.slack.forget_channel("C0SUPPORT")
    await office.clock.advance(LEASE)
    await office.job.tick()
    async with office.database.begin() as connection:
        found = (await connection.execute(select(ticket_messages.c.content))).scalars()
    assert TO_HIDE in list(found)
