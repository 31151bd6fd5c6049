"""Many writes while LiveAgent fails in every way, and bots are killed, stopped and continued."""

import asyncio
import random
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.outbox import ACTIVE_STATES, AWAITING_AUTHOR, Row, State
from bot.operations import ChangeTags, Create, Note, Operation, Postpone, Reply
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import Fault, LiveAgentStandIn
from bot.sandbox.liveagent.faults import Kind
from bot.storage.database import Database
from bot.storage.entries import Entry
from tests.chaos import worker
from tests.chaos.forked import Forked
from tests.chaos.worker import LEASE_SECONDS
from tests.outbox import WholeOutbox

TICKETS = ("s4y7t5s7", "plain001", "nosubjct", "bugr3prt", "rf10a2c4", "noname01")
AUTHOR = "U0ADAM"
WORKERS = 2
PEACE_SECONDS = 240  # a guard: a busy machine takes its time, and decides nothing
TAGS, POSTPONE, CREATE = 4, 6, 8  # of every ten writes
BLOWS = ("kill", "kill", "stall", "", "", "", "", "")
STALL_SECONDS = LEASE_SECONDS * 1.5
FAULTS: tuple[Kind, ...] = (
    "refuse",
    "drop_after",
    "apply_late",
    "cut_body",
    "empty_body",
    "html_page",
    "down",
    "rate_limited",
    "delay",
    "hang",
)


@dataclass(slots=True)
class Figures:
    """What came of it. `lost` and `twice` are what must not be."""

    writes: int = 0
    done: int = 0
    asked: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    kills: int = 0
    stalls: int = 0
    faults: int = 0

    def __str__(self) -> str:
        return (
            f"{self.writes} writes, {self.faults} faults, {self.kills} kills, "
            f"{self.stalls} stalls: {self.done} done, {self.asked} asked their author, "
            f"{len(self.lost)} lost, {len(self.twice)} twice"
        )


def stall(bot: Forked) -> None:
    """It stands still for longer than its leases, then goes on as if nothing had been."""
    bot.send(signal.SIGSTOP)
    asyncio.get_running_loop().call_later(STALL_SECONDS, bot.send, signal.SIGCONT)


class Storm:
    def __init__(self, folder: Path, standin: LiveAgentStandIn, chance: random.Random) -> None:
        self._standin = standin
        self._chance = chance
        self._url = f"sqlite:///{folder}/tickets.db"
        self._database = Database(self._url)
        self._outbox = WholeOutbox(self._database, lease_seconds=1)
        self._expected: Counter[tuple[str, str]] = Counter()
        self._unwanted: list[tuple[str, str]] = []
        self._rows: list[tuple[Row, str]] = []
        self.figures = Figures()

    async def rage(self, writes: int) -> Figures:
        """Puts in all writes, then lets them arrive under disasters; at last in peace."""
        await self._database.migrate()
        await self._put_all(writes)
        await self._disasters(writes)
        self._standin.faults.clear()
        workers = [await self._start() for _ in range(WORKERS)]
        await self._until_over()
        for each in workers:
            await each.kill()
        await self._standin.late_calls()
        await self._count()
        await self._database.close()
        return self.figures

    async def _put_all(self, writes: int) -> None:
        for number in range(writes):
            ticket, text = self._chance.choice(TICKETS), f"word {number:04} of the storm"
            if number % 10 == 0:
                text = "the same on purpose"
            key = f"V{number}"
            if number % 7 == 0:  # typed, sent, and sent again with better words before it left
                await self._put(ticket, f"worse {text}", number, key, hold=30)
                self._unwanted.append((ticket, f"worse {text}"))
            row = await self._put(ticket, text, number, key)
            if number % 5 == 0:  # pressed twice
                await self._put(ticket, text, number, key)
            self._rows.append((row, text))
        self.figures.writes = writes

    async def _put(self, ticket: str, text: str, number: int, key: str, *, hold: float = 0) -> Row:
        operation = self._operation(ticket, text, number)
        entry = Entry(
            idempotency_key=key,
            kind=operation.kind,
            version=1,
            operation=operation.model_dump(mode="json"),
            ticket_id=operation.ticket_id,
            slack_user=AUTHOR,
        )
        return await self._outbox.put(entry, hold_seconds=hold)

    def _operation(self, ticket: str, text: str, number: int) -> Operation:
        """Tags are there or not, so that their names say enough."""
        if number % 10 == TAGS:
            return ChangeTags(ticket_id=ticket, add=(text,))
        if number % 10 == CREATE:
            return Create(
                is_by_customer=False,
                recipient=f"customer{number % 3}@storm.example",
                department_id="default",
                subject=text,
                rich_text=of_plain(text),
            )
        if number % 10 == POSTPONE:
            until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
            return Postpone(ticket_id=ticket, until=until, zone="UTC", note=text)
        if number % 2:
            newest = self._standin.account.ticket(ticket).messages[-1].id
            return Reply(ticket_id=ticket, rich_text=of_plain(text), last_seen=newest)
        return Note(ticket_id=ticket, text=text)

    async def _disasters(self, number: int) -> None:
        self._fail()  # at once: a few writes take less time than the second worker's start
        workers = [await self._start() for _ in range(WORKERS)]
        try:
            for _ in range(number // len(BLOWS) + 1):
                for blow in self._chance.sample(BLOWS, len(BLOWS)):
                    await asyncio.sleep(self._chance.uniform(0.05, 0.3))
                    self._fail()
                    victim = self._chance.randrange(WORKERS)
                    if blow == "kill":
                        await workers[victim].kill()
                        self.figures.kills += 1
                        workers[victim] = await self._start()
                    elif blow == "stall":
                        stall(workers[victim])
                        self.figures.stalls += 1
        finally:
            for each in workers:
                await each.kill()

    def _fail(self) -> None:
        self._standin.faults.clear()
        kind = self._chance.choice(FAULTS)
        calls = self._chance.choice(["writes", "*", "reads"])
        fault = Fault(kind=kind, calls=calls, times=3, seconds=self._chance.uniform(0, 1))
        self._standin.faults.add(fault)
        self.figures.faults += 1

    async def _start(self) -> Forked:
        return await Forked.start(worker.main, self._url, self._standin.url, self._standin.api_key)

    async def _until_over(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PEACE_SECONDS):
                for row, _ in self._rows:
                    while (await self._now(row)).state in ACTIVE_STATES:
                        await asyncio.sleep(0.1)

    async def _now(self, row: Row) -> Row:
        found = await self._outbox.find(row.id)
        assert found
        return found

    async def _count(self) -> None:
        may_stand: Counter[tuple[str, str]] = Counter()
        for row, text in self._rows:
            now = await self._now(row)
            place = (row.ticket_id, text)
            if now.state is State.DONE:
                self.figures.done += 1
                self._expected[place] += 1
            elif now.state in AWAITING_AUTHOR:
                self.figures.asked += 1
                may_stand[place] += 1
            else:
                self.figures.lost.append(f"{text}: {now.state}")
        for (ticket, text), wanted in (self._expected + may_stand).items():
            stands = self._stands(ticket, text)
            sure = self._expected[ticket, text]
            if stands < sure:
                self.figures.lost.append(f"{text}: {stands} of {sure}")
            if stands > wanted:
                self.figures.twice.append(f"{text}: {stands}, not {wanted}")
        self.figures.twice += [text for place, text in self._unwanted if self._stands(place, text)]

    def _stands(self, ticket: str, text: str) -> int:
        if ticket.startswith("new "):
            made = self._standin.account.tickets.values()
            return sum(each.subject == text for each in made)
        texts = [message.text for message in self._standin.account.ticket(ticket).messages]
        worse = sum(f"worse {text}" in each for each in texts)
        return sum(text in each for each in texts) - worse
