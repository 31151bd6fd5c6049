"""A month of mornings with several bots on one PostgreSQL, which die between any two steps.

`python -m tests.chaos.mornings --seed 7 --months 12` is the long form of `test_mornings.py`.
"""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from blocks.forms.digest import fresh, fresh_week
from bot import logs
from bot.desk.desk import Desk
from bot.desk.reads import SharedReads
from bot.domain.digest import Digest
from bot.domain.errors import NotApplied, SlackDoesNotAnswer
from bot.domain.ref import Account
from bot.i18n import Translator
from bot.jobs.digests import DigestJob
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.sandbox import Sandbox, open_sandbox
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.clock import next_morning
from bot.sandbox.liveagent.records import Ticket
from bot.slack.client import Slack
from bot.slack.people import People
from bot.slack.session import new_session
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.tables import digests, runs
from bot.storage.ticket_messages import TicketMessages
from tests.clock import ManualClock
from tests.desk.mortal import Killed, Lives, Mortal
from tests.manifest import read_manifest
from tests.postgres import WITH_TABLES, add_template, new_database, open_postgres

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 10, 18, 6, tzinfo=UTC)  # its clocks are set back on the 25th
MORNINGS = 20
BOTS = 3
LONGEST_LIFE = 14  # calls; a digest takes about ten
ROUNDS = 12  # of a morning; in the last ones nobody dies any more
DYING_ROUNDS = 8
WAITS = {"N", "C", "W"}
CHANNEL = "C0SUPPORT"


class Unsteady:
    """Passes calls on; some fail, before or after they were made."""

    def __init__(self, inner: Any, chance: Random, error: Callable[[], Exception]) -> None:
        self._inner = inner
        self._chance = chance
        self._error = error

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._failing(found) if callable(found) else found

    def _failing(self, call: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def once(*arguments: object, **named: object) -> object:
            fate = self._chance.random()
            if fate < 0.04:
                raise self._error()
            result = await call(*arguments, **named)
            if fate > 0.97:
                raise self._error()
            return result

        return once


@dataclass
class Month:
    """What happened, by morning."""

    sandbox: Sandbox
    database: Database
    clock: ManualClock
    job: DigestJob
    life: Random
    """Decides what customers and agents do, independently of the bots."""
    chance: Random
    digests: Sequence[Digest] = ()
    deaths: int = 0
    late: int = 0
    quiet: int = 0
    seen: int = 0
    troubles: list[str] = field(default_factory=list)

    async def add_digests(self) -> None:
        """One of changes, one of everything that may be silent, and the week."""
        t = Translator("en")
        first = fresh(CHANNEL, "U0ADAM", "Europe/London", t)
        wanted = [
            replace(first, name="changes", departments={"default": "Support"}),
            replace(first, name="everything", only_changes=False, posts_empty=False),
            replace(fresh_week(CHANNEL, "U0ADAM", "Europe/London", t), name="week"),
        ]
        store = Digests(self.database)
        due = next_morning(self.clock.now(), LONDON)
        self.digests = [
            await store.add(each, due=due, key=f"V{number}") for number, each in enumerate(wanted)
        ]

    async def pass_by(self, mornings: int) -> None:
        for _ in range(mornings):
            self._live()
            morning = next_morning(self.clock.now(), LONDON)
            await self.clock.advance((morning - self.clock.now()).total_seconds() + 1)
            await self._post(morning)
            await self._check(morning)

    def _live(self) -> None:
        """What happens until the next morning."""
        account = self.sandbox.liveagent.account
        waiting = self._waiting()
        what = self.life.choice(["nothing", "written", "done", "all done"])
        if what == "written":
            for ticket in self.life.sample(list(account.tickets.values()), 2):
                account.customer_writes(ticket.id, "Is anybody there?")
        elif what != "nothing":
            for ticket in waiting if what == "all done" else waiting[:1]:
                ticket.status = self.life.choice("AR")

    async def _post(self, morning: datetime) -> None:
        """Bots come, work at once, and die, until all that is due has been posted."""
        for number in range(ROUNDS):
            is_dying = number < DYING_ROUNDS
            bots = [self._bot(is_dying=is_dying) for _ in range(BOTS)]
            ends = await asyncio.gather(*(each.tick() for each in bots), return_exceptions=True)
            for end in ends:
                if isinstance(end, Killed):
                    self.deaths += 1
                elif end is not None:
                    raise end
            if not await self._due():
                self.late += number > 0
                return
            await self.clock.advance(40)
            async with self.database.begin() as connection:  # leases and waits end
                await connection.execute(update(runs).values(ready=0))
        self.troubles.append(f"{morning:%d %b}: not posted")

    def _bot(self, *, is_dying: bool) -> DigestJob:
        """A bot that has just been started, with so many calls to live."""
        job, lives = self.job, Lives(10**9, dies_before=False)
        system: Any = job.desk.system
        slack: Any = job.slack
        messages: Any = job.messages
        store: Any = job.digests
        if is_dying:
            calls = self.chance.randrange(1, LONGEST_LIFE)
            lives = Lives(calls, dies_before=self.chance.random() < 0.5)
            down, lost = lambda: NotApplied("", "down"), lambda: SlackDoesNotAnswer("call", "lost")
            messages, store = Mortal(lives, messages), Mortal(lives, store)
            system = Mortal(lives, Unsteady(system, self.chance, down))
            slack = Mortal(lives, Unsteady(slack, self.chance, lost))
        return replace(
            job,
            digests=store,
            messages=messages,
            desk=replace(job.desk, system=system),
            slack=slack,
            reads=SharedReads(system, self.clock.now),
            _under_way=set(),
        )

    async def _due(self) -> bool:
        async with self.database.begin() as connection:
            now = self.clock.now().timestamp()
            found = await connection.execute(select(digests.c.id).where(digests.c.due <= now))
            return bool(found.all())

    async def _check(self, morning: datetime) -> None:
        """Each run stands there once, and says how many wait."""
        said: dict[str, list[str]] = {}
        for each in self.sandbox.slack.workspace.channel(CHANNEL).messages:
            if each.metadata:
                run_id = each.metadata["event_payload"]["run"]
                said.setdefault(run_id, []).append(f"{each.text} {each.blocks}")
        async with self.database.begin() as connection:
            wanted = select(runs.c.digest_id, runs.c.id).where(runs.c.due == morning.timestamp())
            ran = {digest: said.get(run, []) for digest, run in await connection.execute(wanted)}
        changes, everything, week = (ran.get(each.id, []) for each in self.digests)
        waiting = self._waiting()
        support = [each for each in waiting if each.department == "default"]
        self._expect(morning, changes, _all(support) if support else "Nobody is")
        self._expect(morning, everything, _all(waiting) if waiting else None)
        self._expect(morning, week, None if morning.weekday() else "Customers' ratings")
        self.quiet += any("Nothing new" in each for each in changes)

    def _expect(self, morning: datetime, posts: Sequence[str], words: str | None) -> None:
        """One post with these words, or none at all."""
        self.seen += len(posts)
        if len(posts) != (words is not None) or any(not _says(each, words) for each in posts):
            self.troubles.append(f"{morning:%d %b}: {words} is not all of {posts}"[:500])

    def _waiting(self) -> Sequence[Ticket]:
        tickets = self.sandbox.liveagent.account.tickets.values()
        return [each for each in tickets if each.status in WAITS]


def _all(tickets: Sequence[Ticket]) -> str:
    return f"Show all ({len(tickets)})"


def _says(post: str, words: str | None) -> bool:
    """Whether it has the words, or shows all tickets, so that no button shows more."""
    shown = post.count("#Conversation;id=")
    return str(words) in post or words == f"Show all ({shown})"


@asynccontextmanager
async def a_month(url: str, seed: int) -> AsyncIterator[Month]:
    clock, chance = ManualClock(START), Random(seed)
    database = Database(url, clock=clock)
    hands = SandboxClock(real=clock.now)
    manifest = read_manifest()
    async with open_sandbox(manifest, clock=hands) as sandbox, new_session() as web:
        sandbox.liveagent.switches.calls_per_minute = 1_000_000
        sandbox.slack.workspace.rates.is_on = False
        address, key = sandbox.liveagent.url, sandbox.liveagent.api_key
        liveagent = LiveAgent(web, address, key, ZoneInfo("UTC"), Pace(10**6), lambda *_: None)
        slack = Slack(web, sandbox.slack.bot_token, sandbox.slack.api_url)
        desk = Desk(liveagent, CachedDirectory(liveagent), Account(address), clock.now)
        job = DigestJob(
            Digests(database),
            DigestRuns(database, lease_seconds=60),
            desk,
            slack,
            People(slack, language_of=_no_choice),
            SharedReads(liveagent, clock.now),
            TicketMessages(database, clock),
            first_wait=30,
            clock=clock,
        )
        month = Month(sandbox, database, clock, job, Random(seed), chance)
        await month.add_digests()
        yield month
    await database.close()


async def _no_choice(_user_id: str) -> str:
    return ""


async def main(seed: int, months: int) -> int:
    logs.set_up("CRITICAL", "console", [])
    troubles = 0
    with TemporaryDirectory() as folder, open_postgres(Path(folder, "postgres")) as server:
        await asyncio.to_thread(add_template, server)
        for number in range(seed, seed + months):
            async with a_month(new_database(server, WITH_TABLES), number) as month:
                await month.pass_by(MORNINGS)
                print(
                    f"seed {number}: {month.seen} posts, {month.deaths} deaths, "
                    f"{month.late} mornings late, {month.troubles or 'no trouble'}",
                    flush=True,
                )
                troubles += len(month.troubles)
    return 1 if troubles else 0


if __name__ == "__main__":
    arguments = ArgumentParser(prog="python -m tests.chaos.mornings")
    arguments.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    arguments.add_argument("--months", type=int, default=1)
    given = arguments.parse_args()
    sys.exit(asyncio.run(main(given.seed, given.months)))
