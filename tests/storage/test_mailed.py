"""Mails that may be returned are checked by one bot at a time."""

from bot.domain.bounces import LOOKS
from bot.domain.outbox import State
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.mailed import LEASE_SECONDS, Mailed
from tests.outbox import WholeOutbox
from tests.storage.conftest import Moved


async def test_each_bounce_check_is_claimed_by_one_bot(moved: Database, clock: Moved) -> None:
    box = WholeOutbox(moved, lease_seconds=60)
    await box.put(Entry("V1", "reply", 1, {}, "t", "U0ANN"), hold_seconds=0)
    row = await box.claim([("reply", 1)])
    assert row
    assert await box.end(row, State.DONE, {}, agent="Ann", remote_id="m1", look_after=LOOKS[0])
    one, other = Mailed(moved), Mailed(moved)
    assert await one.claim() is None
    await clock.advance(LOOKS[0] + 1)
    found = await one.claim()
    assert found
    assert (found.row.id, found.remote_id, found.looks) == (row.id, "m1", 0)
    assert await other.claim() is None
    await clock.advance(LEASE_SECONDS + 1)
    second = await other.claim()
    assert second
    assert not await one.is_ours(found)
    assert await other.is_ours(second)
    await one.reschedule(found, 3, 0)
    await one.drop(found)
    await other.reschedule(second, 1, 60)
    assert await one.claim() is None
    await clock.advance(61)
    again = await one.claim()
    assert again
    assert again.looks == 1
    await one.drop(again)
    await clock.advance(LEASE_SECONDS + 1)
    assert await other.claim() is None
