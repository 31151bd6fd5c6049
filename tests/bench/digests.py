"""A thousand digests due in the same minute, on a clock that is moved.

The bot's own job, scheduler, shared reads and `Pace` post them, against a LiveAgent with 180 calls
a minute, a Slack with one message a second and channel, and a database in memory.
"""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import structlog

from blocks.forms.digest import fresh
from bot.desk.desk import Desk
from bot.desk.reads import SharedReads
from bot.domain.digest import Digest, Run
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.people import Agent, Department, SlackUser
from bot.domain.ref import Account, TicketRef
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import Search
from bot.i18n import Translator
from bot.jobs.digests import DigestJob
from bot.jobs.scheduler import scheduler
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from tests.bench.table import row
from tests.bench.team import LIMIT, LiveAgent, share_of
from tests.clock import START, ManualClock

if TYPE_CHECKING:
    from bot.slack.client import Slack
    from bot.slack.people import People
    from bot.storage.digest_runs import DigestRuns
    from bot.storage.digests import Digests
    from bot.storage.ticket_messages import TicketMessages

DIGESTS, DEPARTMENTS, CHANNELS, OWNERS = 1000, 200, 400, 50
WAITING = 15  # tickets of a department
TICK_SECONDS = 5.0
SLACK_SECONDS = 0.2
MAX_MINUTES = 60
URL = "https://acme.ladesk.com"


@dataclass
class Help(LiveAgent):
    """LiveAgent's lists, where nobody's rows say who has a ticket."""

    asked: Counter[str] = field(default_factory=Counter)
    can_postpone: bool = False
    can_mark_spam: bool = False

    def in_background(self) -> "Help":
        return self

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        self.asked[f"{wanted.department_id or 'all'} from {offset}"] += 1
        await self.call(background=True)
        named = [int(wanted.department_id)] if wanted.department_id else range(DEPARTMENTS)
        found = [ticket for each in named for ticket in _tickets(each)]
        return found[offset : offset + limit]

    async def find(self, ref: TicketRef) -> Ticket:
        self.asked["who has a ticket"] += 1
        await self.call(background=True)
        return _tickets(0)[0]._replace(id=ref.value)

    async def recent_wake_times(self) -> Mapping[str, datetime]:
        return {}

    async def assignees(self, _ticket_ids: Sequence[str]) -> Mapping[str, str]:
        return {}

    async def departments(self) -> Sequence[Department]:
        await self.call(background=True)
        return [_department(each) for each in range(DEPARTMENTS)]

    async def agent(self, identifier: str) -> Agent:
        self.asked["an owner"] += 1
        await self.call(background=True)
        return Agent(identifier, identifier, identifier)

    async def members(self, _department_id: str) -> Sequence[Agent]:
        return []


def _department(number: int) -> Department:
    return Department(str(number), f"Department {number}")


def _tickets(department: int) -> list[Ticket]:
    place, opened = _department(department), START
    return [
        Ticket(f"{department}-{n}", "AX4", Status.NEW, "Hello", place, "Ann", "", opened, opened)
        for n in range(WAITING)
    ]


@dataclass
class OneASecond:
    """Slack, which takes a message a second and channel; its client asks again, twice."""

    clock: ManualClock
    last: dict[str, float] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    async def channel(self, _channel: str) -> dict[str, Any]:
        self.asked["conversations.info"] += 1
        await self.clock.sleep(SLACK_SECONDS)
        return {"is_member": True}

    async def post(self, channel: str, _message: object, **_how: object) -> tuple[str, str]:
        for _ in range(3):
            await self.clock.sleep(SLACK_SECONDS)
            now = self.clock.monotonic()
            if now - self.last.get(channel, -1.0) >= 1:
                self.last[channel] = now
                self.asked["chat.postMessage"] += 1
                return channel, f"{now}"
            self.asked["refused"] += 1
            await self.clock.sleep(1)
        raise SlackDoesNotAnswer("chat.postMessage", "ratelimited")

    async def find_post(self, *_: object) -> str:
        return ""

    async def find(self, user_id: str) -> SlackUser:
        return SlackUser(user_id, f"{user_id}@acme.example", "en-US", "UTC")


@dataclass
class Memory:
    """Runs in the order of their digests, which are all due at once."""

    digests: dict[int, Digest]
    clock: ManualClock
    lease_seconds: float = 180.0
    ready: dict[int, tuple[float, int]] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)

    async def due(self, _moment: datetime) -> list[Digest]:
        return [each for each in self.digests.values() if not self.is_begun(each.id)]

    def is_begun(self, number: int) -> bool:
        return number in self.ready or number in self.late

    async def start(self, digest: Digest, _due: datetime) -> bool:
        self.ready[digest.id] = (0.0, 0)
        return True

    async def claim(self) -> Run | None:
        now = self.clock.monotonic()
        number = next((each for each, (at, _) in self.ready.items() if at <= now), None)
        if number is None:
            return None
        failures = self.ready[number][1]
        self.ready[number] = (now + self.lease_seconds, failures)
        return Run(str(number), number, START, 1, failures)

    async def find(self, number: int) -> Digest:
        return self.digests[number]

    async def remember(self, *_: object) -> None: ...

    async def renew(self, _run: Run) -> bool:
        return True

    async def reschedule(self, run: Run, seconds: float) -> None:
        self.ready[run.digest_id] = (self.clock.monotonic() + seconds, run.failures + 1)

    async def posted(self, run: Run, *_: object, **__: object) -> bool:
        self.ready.pop(run.digest_id)
        self.late[run.digest_id] = self.clock.monotonic()
        return True


def _digest(number: int, chance: random.Random) -> Digest:
    """Seven in ten of one department, two of three, one of all."""
    how_many = chance.choices((1, 3, 0), (7, 2, 1))[0]
    departments = {str(each): f"{each}" for each in chance.sample(range(DEPARTMENTS), how_many)}
    proposed = fresh(f"C{number % CHANNELS}", f"U{number % OWNERS}", "UTC", Translator("en"))
    return replace(proposed, id=number, name=f"{number}", departments=departments, due=START)


async def morning(digests: int = DIGESTS) -> tuple[Memory, Help, OneASecond]:
    """Until the last is posted."""
    clock, chance = ManualClock(), random.Random(1)
    liveagent, slack = Help(clock, Pace(LIMIT, clock=clock)), OneASecond(clock)
    store = Memory({number: _digest(number, chance) for number in range(digests)}, clock)
    system = cast("Any", liveagent)
    desk = Desk(system, CachedDirectory(system, clock=clock), Account(URL), clock.now)
    job = DigestJob(
        cast("Digests", store),
        cast("DigestRuns", store),
        desk,
        cast("Slack", slack),
        cast("People", slack),
        SharedReads(liveagent, clock.now),
        cast("TicketMessages", store),
        first_wait=30.0,
        can_call_in_background=liveagent.pace.can_call_in_background,
        is_uncontended=liveagent.pace.is_uncontended,
        clock=clock,
    )
    async with scheduler({job.tick: TICK_SECONDS}, clock, drain_seconds=0):
        while len(store.late) < digests and clock.monotonic() < MAX_MINUTES * 60:
            await clock.advance(10)
    return store, liveagent, slack


async def digests_at_once() -> None:
    store, liveagent, slack = await morning()
    late = list(store.late.values())
    p50, p95 = (share_of(late, each) for each in (0.5, 0.95))
    lists = {what: times for what, times in liveagent.asked.items() if " from " in what}
    told = liveagent.asked["who has a ticket"], liveagent.asked["an owner"]
    measured = (
        f"{len(late)} posted; half after {p50:.0f} s, 95 % after {p95:.0f} s, the last after "
        f"{max(late):.0f} s; {sum(lists.values())} calls for {len(lists)} lists, {told[0]} for who "
        f"has a ticket, {told[1]} for owners; {liveagent.over} calls and {slack.asked['refused']} "
        f"messages refused; {slack.asked['conversations.info']} times asked who reads a channel"
    )
    is_met = len(late) == DIGESTS and max(lists.values()) == 1 and told[1] <= OWNERS
    what = f"{DIGESTS:,} digests due in the same minute"
    row(what, "both limits", measured, "each list and owner asked for once", is_met=is_met)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(digests_at_once())
