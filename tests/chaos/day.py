"""A team's day: customers and agents act in LiveAgent and Slack, while bots watch and die.

`python -m tests.chaos.day --seed 7 --events 2000` is the long form of `test_day.py`. Time is
virtual: a second passes once everything that a bot can do in it is done.
"""

import asyncio
import sys
import time
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory

import aiohttp
import stamina
from sqlalchemy import func, select

from bot import logs
from bot.domain.live import LiveChannel
from bot.domain.outbox import ACTIVE_STATES
from bot.domain.ticket import Status
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.sandbox import Sandbox, open_sandbox
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.liveagent import Fault
from bot.storage.database import Database
from bot.storage.live_channels import LiveChannels
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.tables import live_events, outbox, ticket_messages, ticket_news
from bot.storage.ticket_messages import TicketMessages, follows
from tests.chaos.bustle import Bustle, CountedDatabase
from tests.chaos.frail import Fate
from tests.chaos.office import Office
from tests.chaos.personal import LISTENING
from tests.chaos.process import CALLS, ApartClock, Process
from tests.chaos.timed_postgres import TimedPostgres
from tests.chaos.verdict import Verdict
from tests.clock import ManualClock
from tests.desk.mortal import Killed
from tests.manifest import read_manifest
from tests.postgres import WITH_TABLES, add_template, new_database, open_postgres
from tests.tables import add_tables

BOTS = 2
APART = (0.0, 400.0, -200.0)  # seconds by which the bots' clocks differ
LIFE = (300, 6000)  # calls
OUTAGE_SECONDS = 480
GUARD_SECONDS = 120.0  # of the machine, for what a bot does in a second
EVERYTHING, SOME = "C0SUPPORT", "C0JAPAN"
SetTime = Callable[[float], None]
WEATHER = ("rate_limited", "error", "down", "html_page", "cut_body", "drop_after", "refuse")


@dataclass
class Figures:
    events: int = 0
    seconds: float = 0.0
    deaths: int = 0
    stalls: int = 0
    faults: int = 0
    breakdowns: list[str] = field(default_factory=list)
    """Errors that left a job; its next round goes on."""


@dataclass
class Day:
    sandbox: Sandbox
    database: Database
    clock: ManualClock
    bustle: Bustle
    chance: Random
    hire: Callable[[float, int], Process]
    office: Office
    set_time: SetTime
    figures: Figures = field(default_factory=Figures)
    bots: list[Process] = field(default_factory=list)

    async def open(self) -> None:
        """Two live channels, a shared card, and agents who hear of their tickets."""
        channels = LiveChannels(self.database)
        every = tuple(Status)
        self.set_time(self.clock.now().timestamp())
        for live in (
            LiveChannel(EVERYTHING, {}, every, "en", "U0ADAM"),
            LiveChannel(SOME, {"default": "Support"}, ("N", "C"), "en", "U0ADAM"),
        ):
            await channels.change(live.channel, partial(_instead, live), agent="Adam")
        card = self.sandbox.slack.workspace.post(EVERYTHING, {"text": "a shared card"})
        shared = TicketMessage(EVERYTHING, card.ts, "rf10a2c4", ShownAs.SHARED, slack_user="U0ADAM")
        await TicketMessages(self.database, self.clock).remember(shared)
        choices = MyTicketsChoices(self.database, self.clock)
        for person in LISTENING:
            await choices.choose(person)
            await choices.remember_channel(person.slack_user, f"D{person.slack_user[1:]}")
        self.bots = [self._hire() for _ in range(BOTS)]
        await self._pass(60, step=5)

    async def pass_by(self, events: int, *, storms: int = 2) -> Verdict:
        """Lets so many events happen, waits until all is posted, and checks the result."""
        await self.open()
        stormy = {events // 4, events * 3 // 4} if storms > 1 else {events // 4}
        for number in range(events):
            if number in stormy:
                self.office.storm()
            if number == events // 3:
                await self._outage()
            if number == events // 2:
                self.sandbox.slack.workspace.channel(SOME).is_shared_outside = True
            if self.chance.random() < 0.05:
                self._bad_weather()
            await self.office.act()
            await self._pass(self.chance.choice((0, 0, 1, 1, 2, 3)))
        await self._end()
        self.figures.events = self.office.events
        self.figures.seconds = self.clock.monotonic()
        return await Verdict.of(self.sandbox, self.database, self.office, EVERYTHING, SOME)

    async def _outage(self) -> None:
        self.sandbox.liveagent.faults.set("down")
        for _ in range(10):
            await self.office.act()
            await self._pass(OUTAGE_SECONDS // 10, step=8)
        self.sandbox.liveagent.faults.clear()

    def _bad_weather(self) -> None:
        self.figures.faults += 1
        fault = Fault(kind=self.chance.choice(WEATHER), times=self.chance.randrange(1, 6))
        self.sandbox.liveagent.faults.add(fault)

    async def _end(self) -> None:
        """Nothing fails any more; returns once nothing is left to do."""
        self.sandbox.liveagent.faults.clear()
        for _ in range(400):
            for bot in self.bots:
                bot.fate.have_peace()
            await self._pass(6, step=3)
            if not await self._left():
                return
        self.figures.breakdowns.append(f"{await self._left()} things are left to do")

    async def _left(self) -> int:
        soon = self.clock.now().timestamp() + 30
        is_due, is_told = ticket_news.c.due.between(1, soon), ticket_news.c.slack_user != "U0SAM"
        counts = [
            select(func.count()).where(live_events.c.is_open),
            select(func.count()).where(ticket_messages.c.due > 0, follows()),
            select(func.count()).where(outbox.c.is_open, outbox.c.state.in_(ACTIVE_STATES)),
            select(func.count()).where(is_due, is_told),
        ]
        is_polled = self.clock.monotonic() - self.office.last > 150
        async with self.database.begin() as connection:
            found = [(await connection.execute(each)).scalar_one() for each in counts]
        return sum(found) + (not is_polled)

    async def _pass(self, seconds: int, step: int = 1) -> None:
        for _ in range(0, seconds, step):
            for bot in self.bots:
                bot.start_round()
            end = self.clock.monotonic() + step
            async with asyncio.timeout(GUARD_SECONDS):
                await self.bustle.is_over()
                while self.clock.wake_next(end):
                    self.set_time(self.clock.now().timestamp())
                    await self.bustle.is_over()
            self.set_time(self.clock.now().timestamp())
            for place, bot in enumerate(self.bots):
                self._look_after(bot)
                if bot.fate.is_dead:
                    await bot.end()
                    self.figures.deaths += 1
                    self.figures.stalls += bot.fate.stalls
                    self.bots[place] = self._hire()

    def _look_after(self, bot: Process) -> None:
        for error in bot.errors():
            if not isinstance(error, Killed | asyncio.CancelledError):
                self.figures.breakdowns.append(repr(error)[:300])

    def _hire(self) -> Process:
        return self.hire(self.chance.choice(APART), self.chance.randrange(*LIFE))


def _steady(_seconds: float) -> None:
    """SQLite asks the clock itself."""


def _instead(live: LiveChannel, _before: LiveChannel | None) -> LiveChannel:
    return live


@asynccontextmanager
async def a_day(url: str, seed: int, set_time: SetTime = _steady) -> AsyncIterator[Day]:
    """`set_time` tells the database what time it is, in seconds since 1970."""
    clock, chance, bustle = ManualClock(), Random(seed), Bustle()
    database = CountedDatabase(url, bustle, clock)
    manifest = read_manifest()
    hands = SandboxClock(real=clock.now)
    with stamina.set_testing(testing=True, attempts=3, cap=True):  # else it waits for real seconds
        session = aiohttp.ClientSession(trace_configs=[bustle.traced()])
        async with open_sandbox(manifest, clock=hands) as sandbox, session as web:
            sandbox.liveagent.switches.calls_per_minute = CALLS
            sandbox.slack.workspace.rates.is_on = False  # the verdict counts
            lives = Random(chance.random())

            def hire(apart: float, calls: int) -> Process:
                fate = Fate(clock, Random(lives.random()), calls)
                return Process.start(sandbox, web, database, ApartClock(clock, apart), fate)

            office = Office(sandbox, database, clock, Random(chance.random()), EVERYTHING)
            day = Day(sandbox, database, clock, bustle, chance, hire, office, set_time)
            yield day
            for bot in day.bots:
                await bot.end()
    await database.close()


async def main(seed: int, events: int, *, on_postgres: bool) -> int:
    logs.set_up("CRITICAL", "console", [])
    with TemporaryDirectory() as folder, ExitStack() as stack:
        url = f"sqlite:///{Path(folder, 'day.db')}"
        set_time: SetTime = _steady
        if on_postgres:
            server = stack.enter_context(open_postgres(Path(folder, "server")))
            add_template(server)
            url = new_database(server, WITH_TABLES)
            timed = stack.enter_context(closing(TimedPostgres(url)))
            set_time = timed.set
        else:
            add_tables(url)
        began = time.process_time()
        async with a_day(url, seed, set_time) as day:
            verdict = await day.pass_by(events)
            database = "PostgreSQL" if on_postgres else "SQLite"
            print(f"seed {seed}, {database}, {time.process_time() - began:.0f} s of CPU")
            print(day.figures)
            print(verdict)
    return 1 if verdict.troubles or day.figures.breakdowns else 0


if __name__ == "__main__":
    arguments = ArgumentParser(prog="python -m tests.chaos.day")
    arguments.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    arguments.add_argument("--events", type=int, default=2000)
    arguments.add_argument("--postgresql", action="store_true")
    given = arguments.parse_args()
    sys.exit(asyncio.run(main(given.seed, given.events, on_postgres=given.postgresql)))
