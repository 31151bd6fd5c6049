"""Two bots on one PostgreSQL, killed at random while digests are due and LiveAgent fails."""

import asyncio
import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial

from sqlalchemy import select, update

from blocks.forms.digest import fresh
from bot.domain.digest import Schedule
from bot.i18n import Translator
from bot.operations import Note
from bot.sandbox import Sandbox, open_sandbox
from bot.sandbox.liveagent import Fault
from bot.storage.database import Database
from bot.storage.digest_runs import POSTED
from bot.storage.digests import Digests
from bot.storage.entries import Entry
from bot.storage.tables import digests, runs
from tests.chaos import replica
from tests.chaos.forked import Forked
from tests.manifest import read_manifest
from tests.outbox import WholeOutbox
from tests.waiting import until_found

BOTS = 2
DIGESTS, NOTES = 6, 12
KILLS = 2  # a round


class Replicas:
    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": sandbox.slack.bot_token,
            "SLACK_APP_TOKEN": sandbox.slack.app_token,
            "SLACK_API_URL": sandbox.slack.api_url,
            "LIVEAGENT_URL": sandbox.liveagent.url,
            "LIVEAGENT_API_KEY": sandbox.liveagent.api_key,
            "LIVEAGENT_CALLS_PER_MINUTE": "9000",
            "DATABASE_URL": url,
            "PORT": "0",
        }
        self.processes: list[Forked] = []

    async def start(self) -> None:
        self.processes.append(await Forked.start(replica.main, self._environment))

    async def kill(self, chance: random.Random) -> None:
        await self.processes.pop(chance.randrange(len(self.processes))).kill()

    async def stop(self) -> None:
        for process in self.processes:
            await process.kill()


async def disturb_replicas(url: str, chance: random.Random, rounds: int) -> str:
    """Returns what came of it; asserts that each digest and each note stands there once.

    `url` is that of a PostgreSQL with all tables.
    """
    async with open_sandbox(read_manifest()) as sandbox:
        sandbox.liveagent.switches.calls_per_minute = 100_000
        database, replicas = Database(url), Replicas(sandbox, url)
        await add_digests(Digests(database))
        await put_notes(WholeOutbox(database, lease_seconds=4))
        try:
            for _ in range(BOTS):
                await replicas.start()
            for _ in range(rounds):
                await make_due(database)
                await disturb(sandbox, replicas, chance, database)
            await until_all_is_done(database)
        finally:
            await replicas.stop()
        async with database.begin() as connection:
            posted = select(runs.c.id).where(runs.c.state == POSTED)
            wanted = list((await connection.execute(posted)).scalars())
        await database.close()
        stands = count_posts(sandbox)
        assert stands == dict.fromkeys(wanted, 1)
        assert len(stands) == DIGESTS * rounds
        texts = [
            message.text
            for ticket in sandbox.liveagent.account.tickets.values()
            for message in ticket.messages
        ]
        for number in range(NOTES):
            assert sum(f"note {number:02} of the replicas" in text for text in texts) == 1
    return f"{len(stands)} digests and {NOTES} notes stand once after {rounds * KILLS} kills"


async def add_digests(store: Digests) -> None:
    """None is due by itself for days."""
    later = datetime.now(UTC) + timedelta(days=3)
    schedule = Schedule((f"{later:%a}".lower(),), (time(9),), "UTC")
    first = fresh("C0SUPPORT", "U0ADAM", "UTC", Translator("en"))
    for number in range(DIGESTS):
        digest = replace(first, name=f"digest {number}", schedule=schedule, only_changes=False)
        await store.add(digest, due=later, key=f"V{number}")


async def put_notes(outbox: WholeOutbox) -> None:
    for number in range(NOTES):
        note = Note(ticket_id="s4y7t5s7", text=f"note {number:02} of the replicas")
        entry = Entry(
            idempotency_key=f"N{number}",
            kind="note",
            version=1,
            operation=note.model_dump(mode="json"),
            ticket_id=note.ticket_id if number % 2 else "plain001",
            slack_user="U0ADAM",
        )
        await outbox.put(entry, hold_seconds=0)


async def make_due(database: Database) -> None:
    """Once what was due before is posted."""
    await until_posted(database)
    due = datetime.now(UTC).timestamp()
    async with database.begin() as connection:
        await connection.execute(update(digests).values(due=due))


async def disturb(
    sandbox: Sandbox, replicas: Replicas, chance: random.Random, database: Database
) -> None:
    for _ in range(KILLS):
        sandbox.liveagent.faults.clear()
        kind = chance.choice(["down", "html_page", "drop_after", "delay", "cut_body"])
        sandbox.liveagent.faults.add(Fault(kind=kind, calls="*", times=4, seconds=0.3))
        # else none may get as far as work
        await sandbox.slack.wait_for_connections(BOTS, within=180)
        await asyncio.sleep(chance.uniform(0.5, 2.5))
        await replicas.kill(chance)
        await replicas.start()
    sandbox.liveagent.faults.clear()
    await until_posted(database)


async def until_posted(database: Database) -> None:
    async def none_is_due() -> bool:
        async with database.begin() as connection:
            now = datetime.now(UTC).timestamp()
            due = await connection.execute(select(digests.c.id).where(digests.c.due <= now))
            return not due.all()

    await until_found(none_is_due)


async def until_all_is_done(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=4)

    async def is_done(number: int) -> bool:
        row = await outbox.find(number + 1)
        return row is not None and row.state == "done"

    for number in range(NOTES):
        await until_found(partial(is_done, number))


def count_posts(sandbox: Sandbox) -> dict[str, int]:
    """How often each run stands in the channel."""
    messages = sandbox.slack.workspace.channel("C0SUPPORT").messages
    ids = (message.metadata["event_payload"]["run"] for message in messages if message.metadata)
    return dict(Counter(ids))
