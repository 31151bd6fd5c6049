"""A bot that stalls between its baseline and its call does not write after resuming."""

import signal
from functools import partial

from bot.domain.outbox import Row, State
from bot.operations import Note, Reply
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.storage.database import Database
from bot.storage.entries import Entry
from tests.chaos import worker
from tests.chaos.forked import Forked
from tests.outbox import WholeOutbox
from tests.postgres import WITH_TABLES, new_database
from tests.waiting import until_found

TICKET, OTHER = "s4y7t5s7", "plain001"


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


async def test_the_customer_gets_one_mail(
    postgres_with_tables: str, standin: LiveAgentStandIn
) -> None:
    standin.switches.calls_per_minute = 1_000_000
    url = new_database(postgres_with_tables, WITH_TABLES)
    database = Database(url)
    outbox = WholeOutbox(database, lease_seconds=1)
    newest = standin.account.ticket(TICKET).messages[-1].id
    words = of_plain("Mailed once.")
    row = await put(outbox, Reply(ticket_id=TICKET, rich_text=words, last_seen=newest))
    given = (url, standin.url, standin.api_key)

    async def is_begun() -> bool:
        now = await outbox.find(row.id)
        return now is not None and now.baseline is not None

    async def is_done(row: Row) -> bool:
        now = await outbox.find(row.id)
        return now is not None and now.state is State.DONE

    async def goes_on(row: Row) -> bool:
        stalled.send(signal.SIGCONT)  # it stands still before each call
        return await is_done(row)

    stalled = await Forked.start(worker.main, *given, worker.Stalling)
    bots = [stalled]
    try:
        await until_found(is_begun)
        assert posts(standin) == 0
        bots.append(await Forked.start(worker.main, *given))
        await until_found(partial(is_done, row))
        await bots.pop().end()
        later = await put(outbox, Note(ticket_id=OTHER, text="its turn comes after"))
        await until_found(partial(goes_on, later))
        await stalled.end()
    finally:
        for bot in bots:
            await bot.kill()
        await database.close()
    assert len(standin.account.mailbox) == 1
    assert posts(standin) == 2
