"""How many rows wait, on both databases, without reading finished ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from blocks.forms.digest import fresh
from bot.domain.outbox import State
from bot.i18n import Translator
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.digests import Digests
from bot.storage.figures import can_write, read_figures
from tests.outbox import FINISHED, KNOWN, WholeOutbox, entry


async def test_an_empty_database_has_zero_figures(database: Database) -> None:
    figures = await read_figures(database)
    assert set(figures.rows.values()) == {0}
    assert (figures.oldest, figures.digest_overdue) == (0, 0)


async def test_held_operations_do_not_count_as_late(database: Database) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    await outbox.put(entry(1), hold_seconds=600)
    await outbox.put(entry(2), hold_seconds=0)
    claimed = await outbox.claim(KNOWN)
    assert claimed
    await outbox.end(claimed, State.ASKS, {}, agent="Ann")
    async with database.begin() as connection:
        await connection.execute(
            insert(tables.outbox).values(FINISHED | {"idempotency_key": "F", "dedup_key": None})
        )
        await connection.execute(update(tables.outbox).values(created=now() - 100))
    figures = await read_figures(database)
    assert {state: count for state, count in figures.rows.items() if count} == {
        "held": 1,
        "asks": 1,
    }
    assert figures.oldest == 0
    await outbox.hurry(600)  # nobody took it when its time came
    assert 100 <= (await read_figures(database)).oldest < 200


async def test_a_paused_digest_is_not_late(database: Database) -> None:
    store, today = Digests(database), datetime.now(UTC)
    proposed = fresh("C1", "U0ANN", "Asia/Tokyo", Translator("en"))
    digest = await store.add(proposed, due=today + timedelta(days=1), key="V1")
    assert (await read_figures(database)).digest_overdue == 0
    yesterday = today - timedelta(days=1)
    await store.change(digest.id, lambda before: replace(before, due=yesterday))
    assert (await read_figures(database)).digest_overdue > timedelta(hours=23).total_seconds()
    await store.pause(digest.id)
    assert (await read_figures(database)).digest_overdue == 0


async def test_whether_the_database_takes_writes(database: Database) -> None:
    assert await can_write(database)
    assert await can_write(database)
    async with database.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE readiness RENAME TO elsewhere")
    assert not await can_write(database)
