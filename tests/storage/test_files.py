"""Parts of files: those of a restarted download are not mixed with late ones."""

import asyncio

from sqlalchemy import func, select, update

from bot.domain.outbox import State
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.files import ERASED_AT_ONCE, Files
from bot.storage.outbox import Transition
from bot.storage.retention import Retention
from bot.storage.tables import file_parts
from bot.storage.tables import files as table
from tests.outbox import WholeOutbox


async def content(files: Files, file_id: int) -> bytes:
    return b"".join([part async for part in files.parts(file_id)])


async def left(database: Database) -> tuple[int, int]:
    async with database.begin() as connection:
        stored = await connection.execute(select(func.count(table.c.id)))
        parts = await connection.execute(select(func.count(file_parts.c.number)))
        return int(stored.scalar_one()), int(parts.scalar_one())


async def test_a_stalled_download_can_not_write_into_a_new_one(database: Database) -> None:
    files = Files(database)
    stalled = await files.begin(1, "F1", "a.png")
    assert await files.add(stalled, 0, b"first")
    anew = await files.begin(1, "F1", "a.png")
    assert not await files.add(stalled, 1, b"late")
    assert not await files.finish(stalled, type="image/png", size=9)
    assert await files.add(anew, 0, b"\0\xff" * 1000)
    assert await files.add(anew, 1, b"end")
    assert (await files.of(1))["F1"].size == 0
    assert await files.finish(anew, type="image/png", size=2003)
    assert await files.uploaded(anew, "la1")
    (stored,) = (await files.of(1)).values()
    assert (stored.size, stored.remote_id, stored.type) == (2003, "la1", "image/png")
    assert await content(files, anew) == b"\0\xff" * 1000 + b"end"
    assert await left(database) == (1, 2)


async def test_content_goes_once_it_has_arrived(database: Database) -> None:
    files = Files(database)
    for row_id, are_kept in ((1, True), (2, None), (3, False)):
        file_id = await files.begin(row_id, "F1", "a.png")
        for number in range(2 * ERASED_AT_ONCE):
            await files.add(file_id, number, b"content")
        assert await files.were_recently_kept()
        await files.arrived(row_id, are_kept=are_kept)
    assert not await files.were_recently_kept()
    assert await left(database) == (3, 0)


async def test_housekeeping_leaves_what_waits(database: Database) -> None:
    outbox, files = WholeOutbox(database, lease_seconds=20), Files(database)
    for number, state in enumerate((State.HELD, State.UNDONE)):
        entry = Entry(f"V{number}", "note", 2, {"text": "x"}, f"t{number}", "U0ANN")
        row = await outbox.put(entry, hold_seconds=60)
        await files.add(await files.begin(row.id, "F1", "a.png"), 0, b"content")
        if state is not State.HELD:
            assert await outbox.move(row.id, "U0ANN", Transition(frozenset({State.HELD}), state))
    for key in ("of a bot that died", "on its way"):
        await files.add(await files.begin(0, key, "b.png"), 0, b"content")
    died = update(table).where(table.c.slack_id == "of a bot that died").values(stored=1)
    async with database.begin() as connection:
        await connection.execute(died)
    retention = Retention(database)
    assert await retention.drop_files() == 2
    assert await retention.drop_file_parts() == 2
    assert await left(database) == (2, 2)


async def test_only_the_newest_of_several_downloads_can_finish(
    database: Database, database_url: str
) -> None:
    """Also in the same moment, since a second click may reach another bot."""
    another = Database(database_url)
    stores = [Files(each) for each in (database, another) * 3]
    begun = await asyncio.gather(*[each.begin(0, "U0ANN t m1 0", "") for each in stores])
    await another.close()
    finished = [await Files(database).finish(each, type="", size=0) for each in begun]
    assert sum(finished) == 1
    assert finished[begun.index(max(begun))]
