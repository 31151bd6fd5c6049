"""After a restart with a clock that was set back, nothing is silent, and times are right again."""

from datetime import timedelta

from sqlalchemy import select

from bot.storage.clock_set_back import POLLS_APART
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.tables import outbox
from bot.storage.watch import Progress, Watch
from tests.clock import START, ManualClock
from tests.outbox import WholeOutbox, entry
from tests.storage.conftest import AdjustedClock

HELD = 600.0


async def test_what_waits_is_due_as_if_the_clock_had_been_right(sqlite_url: str) -> None:
    before = Database(sqlite_url, clock=ManualClock(START + timedelta(hours=9)))
    poll = await Watch(before, lease_seconds=20).claim()
    assert poll
    progress = Progress(0.0, 0.0)
    await Watch(before, lease_seconds=20).finish(poll, progress, [], [], seconds=15)
    await WholeOutbox(before, lease_seconds=20).put(entry(1), hold_seconds=HELD)
    await before.close()
    clock = ManualClock(START)
    after = Database(sqlite_url, clock=clock)
    await after.set_clock()
    async with after.begin() as connection:
        row = (await connection.execute(outbox.select())).mappings().one()
    assert round(row["due"] - row["created"]) == HELD
    assert START.timestamp() < row["due"] <= START.timestamp() + HELD + POLLS_APART
    await clock.advance(POLLS_APART)
    assert await Watch(after, lease_seconds=20).claim()
    await after.set_clock()
    async with after.begin() as connection:
        assert (await connection.execute(outbox.select())).mappings().one() == row
    await after.close()


async def test_a_clock_that_was_behind_at_the_start_is_followed_once(sqlite_url: str) -> None:
    clock = AdjustedClock()
    clock.ahead = -timedelta(days=100)
    database = Database(sqlite_url, clock=clock)
    clock.ahead = timedelta()
    await database.set_clock()
    async with database.begin() as connection:
        assert (await connection.execute(select(now()))).scalar_one() == clock.now().timestamp()
    await database.close()
