"""The history of what people did, with times that people read."""

from datetime import timedelta

from bot.domain.outbox import State
from bot.storage.audit import Audit
from bot.storage.database import Database
from bot.storage.entries import Entry
from tests.outbox import WholeOutbox
from tests.storage.conftest import AdjustedClock


async def test_an_operation_ends_at_the_time_of_day(sqlite_url: str) -> None:
    clock = AdjustedClock()
    database = Database(sqlite_url, clock=clock)
    outbox = WholeOutbox(database, lease_seconds=60)
    await outbox.put(Entry("V1", "note", 1, {}, "t", "U0ANN"), hold_seconds=0)
    clock.ahead = timedelta(hours=8)
    row = await outbox.claim([("note", 1)])
    assert row
    await outbox.end(row, State.REFUSED, {"error": "Refused"}, agent="Ann")
    (entry,) = await Audit(database).of_ticket("t", limit=2)
    assert (entry.at, entry.state) == (clock.now(), State.REFUSED)
    await database.close()
