"""Users' text is not kept forever."""

from pathlib import Path

from sqlalchemy import select, update

from bot.app import running
from bot.play import sandbox_settings
from bot.sandbox import Sandbox
from bot.storage.database import Database
from bot.storage.tables import outbox
from tests.journeys.acting import open_form


def on_disk(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.glob("tickets.sqlite3*"))


async def test_a_starting_bot_erases_old_text_and_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = sandbox_settings(sandbox, tmp_path)
    ann = sandbox.slack.person("ann")
    async with running(settings, clock=sandbox.clock):
        form = await open_form(ann, "Reply", "To: John Owner")
        await ann.submits(await ann.fills(form, {"Message": "It left today."}))
        await ann.clicks(await ann.wait_for("Undo"), "Undo")
        undone = await ann.wait_for("Undone. Nothing was sent.")
    database = Database(settings.database_url)
    async with database.begin() as connection:
        await connection.execute(update(outbox).values(finished=outbox.c.finished - 8 * 24 * 3600))

    async def stored() -> str:
        async with database.begin() as connection:
            return str((await connection.execute(select(outbox.c.operation))).scalar_one())

    assert "It left today." in await stored()
    async with running(settings, clock=sandbox.clock) as bot:
        assert bot.is_connected
        while "It left today." in await stored():
            pass
        await ann.clicks(undone, "Edit")
        await ann.wait_for("This text is no longer saved.")
        await ann.opens_home()
        home = await ann.wait_for_home("Recent activity")
        assert "Undone. Nothing was sent." in home
        assert "[Edit]" not in home
    await database.close()
    assert b"It left today." not in on_disk(tmp_path)
