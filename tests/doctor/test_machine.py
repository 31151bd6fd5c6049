"""The database, its tables and the port."""

from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from bot.app import running
from bot.play import sandbox_settings
from bot.sandbox import Sandbox
from bot.storage.database import Database
from tests.doctor.conftest import Doctor, files_in
from tests.doctor.pages import serving


async def test_a_file_that_is_not_there_yet_is_not_made(doctor: Doctor, tmp_path: Path) -> None:
    visit = await doctor.look()
    assert "`run` makes it" in visit["database"].message
    assert "`run` makes them" in visit["database-tables"].message
    assert not files_in(tmp_path)


async def test_a_folder_that_is_not_there(doctor: Doctor, tmp_path: Path) -> None:
    visit = await doctor.look(DATABASE_URL=f"sqlite:///{tmp_path}/none/tickets.db")
    assert visit.named("failed") == ["database"]
    assert f"There is no folder {tmp_path}/none" in visit["database"].message
    assert "mkdir -p" in visit["database"].advice


async def test_a_folder_instead_of_a_file(doctor: Doctor, tmp_path: Path) -> None:
    visit = await doctor.look(DATABASE_URL=f"sqlite:///{tmp_path}")
    assert "is no file" in visit["database"].message


async def test_a_file_that_is_no_database(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "tickets.db").write_text("not a database, " * 100)
    visit = await doctor.look()
    assert visit["database"].status == "failed"
    assert "file is not a database" in visit["database"].message


async def test_a_file_that_others_can_read(doctor: Doctor, tmp_path: Path) -> None:
    await migrated(doctor, "head")
    assert (await doctor.look())["database"].status == "ok"
    (tmp_path / "tickets.db").chmod(0o644)
    visit = await doctor.look()
    assert visit["database"].status == "warning"
    assert "chmod 600" in visit["database"].advice


async def test_tables_up_to_date_behind_and_ahead(doctor: Doctor, database_url: str) -> None:
    doctor.settings["DATABASE_URL"] = database_url
    assert "`run` makes them" in (await doctor.look())["database-tables"].message
    await migrated(doctor, "0004")
    _, known = await versions(doctor)
    visit = await doctor.look()
    assert visit["database-tables"].status == "warning"
    behind = len(known) - known.index("0004") - 1
    assert f"{behind} versions behind" in visit["database-tables"].message
    assert "python -m bot migrate" in visit["database-tables"].advice
    await migrated(doctor, "head")
    assert "up to date" in (await doctor.look())["database-tables"].message
    await stamp(doctor, "9999")
    visit = await doctor.look()
    assert visit["database-tables"].status == "warning"
    assert "newer version of the bot (9999" in visit["database-tables"].message


async def test_a_postgresql_that_is_not_there(doctor: Doctor) -> None:
    visit = await doctor.look(DATABASE_URL="postgresql://bot:hidden@127.0.0.1:1/tickets")
    assert visit.named("failed") == ["database"]
    assert "PostgreSQL can't be reached" in visit["database"].message
    assert "hidden" not in str(visit)


async def test_a_postgresql_that_has_no_such_database(doctor: Doctor, postgres: str) -> None:
    visit = await doctor.look(DATABASE_URL=postgres.replace("/postgres?", "/of_nobody?"))
    assert "does not exist" in visit["database"].message


async def test_a_port_that_is_taken(doctor: Doctor) -> None:
    async with serving(lambda _: web.Response(text="hello")) as url:
        port = url.rpartition(":")[2]
        visit = await doctor.look(PORT=port)
    assert visit.named("failed") == ["port"]
    assert f"Another program listens on 127.0.0.1:{port}" in visit["port"].message


async def test_a_bot_that_runs_already_is_no_trouble(
    doctor: Doctor, sandbox: Sandbox, tmp_path: Path
) -> None:
    async with running(sandbox_settings(sandbox, tmp_path)) as bot:
        visit = await doctor.look(PORT=str(bot.port))
        assert "a bot listens" in visit["port"].message
        assert len(sandbox.slack.sockets.connections) == 1
        assert bot.is_connected


async def test_an_address_of_another_machine(doctor: Doctor) -> None:
    visit = await doctor.look(HOST="192.0.2.1", PORT="3999")
    assert "no address of this machine" in visit["port"].message


async def migrated(doctor: Doctor, revision: str) -> None:
    database = Database(doctor.settings["DATABASE_URL"])
    await database.migrate(revision)
    await database.close()


async def versions(doctor: Doctor) -> tuple[str, Sequence[str]]:
    database = Database(doctor.settings["DATABASE_URL"])
    try:
        return await database.versions()
    finally:
        await database.close()


async def stamp(doctor: Doctor, revision: str) -> None:
    database = Database(doctor.settings["DATABASE_URL"])
    async with database.begin() as connection:
        await connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    await database.close()
