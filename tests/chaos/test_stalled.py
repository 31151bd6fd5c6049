"""A bot that stands still between its baseline and its call, beside another; then it goes on."""

import asyncio
import signal
from collections.abc import Callable

from bot.domain.outbox import Row, State
from bot.operations import Note, Reply
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.storage.database import Database
from bot.storage.outbox import Entry
from tests.chaos import worker
from tests.chaos.forked import Forked
from tests.outbox import WholeOutbox
from tests.postgres import new_database

TICKET, OTHER = "s4y7t5s7", "plain001"
FEW_CALLS = 27  # three reads go at once, then the write waits for its turn


async def start(url: str, standin: LiveAgentStandIn, calls: int = 1_000_000) -> Forked:
    return await Forked.start(worker.main, url, standin.url, standin.api_key, calls)


async def until(outbox: WholeOutbox, row: Row, holds: Callable[[Row], bool]) -> None:
    while not ((now := await outbox.find(row.id)) and holds(now)):
        await asyncio.sleep(0.01)


async def put(outbox: WholeOutbox, operation: Reply | Note) -> Row:
    entry = Entry(
        idempotency_key=operation.ticket_id,
        kind=operation.kind,
        version=1,
        operation=operation.model_dump(mode="json"),
        ticket_id=operation.ticket_id,
        slack_user="U0ADAM",
    )
    return await outbox.put(entry, hold_seconds=0)


def posts(standin: LiveAgentStandIn) -> int:
    return sum(call.verb == "POST" for call in standin.account.journal)


async def test_the_customer_gets_one_mail(postgres: str, standin: LiveAgentStandIn) -> None:
    standin.switches.calls_per_minute = 1_000_000
    url = new_database(postgres)
    database = Database(url)
    await database.migrate()
    outbox = WholeOutbox(database, lease_seconds=1)
    newest = standin.account.ticket(TICKET).messages[-1].id
    words = of_plain("Mailed once.")
    row = await put(outbox, Reply(ticket_id=TICKET, rich_text=words, last_seen=newest))
    stalled = await start(url, standin, FEW_CALLS)
    bots = [stalled]
    try:
        await until(outbox, row, lambda now: now.baseline is not None)
        stalled.send(signal.SIGSTOP)
        assert posts(standin) == 0
        bots.append(await start(url, standin))
        await until(outbox, row, lambda now: now.state is State.DONE)
        await bots[1].kill()
        stalled.send(signal.SIGCONT)
        later = await put(outbox, Note(ticket_id=OTHER, text="its turn comes after"))
        await until(outbox, later, lambda now: now.state is State.DONE)
    finally:
        for bot in bots:
            await bot.kill()
        await database.close()
    assert len(standin.account.mailbox) == 1
    assert posts(standin) == 2
