"""The database, its tables and the port."""

from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from bot.app import running
from bot.play import sandbox_settings
from bot.sandbox import Sandbox
from bot.storage.database import Database
from tests.checks.conftest import Checker, files_in
from tests.checks.pages import serving


async def test_a_file_that_is_not_there_yet_is_not_made(checker: Checker, tmp_path: Path) -> None:
    report = await checker.read()
    assert "`run` creates it" in report["database"].message
    assert "`run` creates them" in report["database-tables"].message
    assert not files_in(tmp_path)


async def test_a_folder_that_is_not_there(checker: Checker, tmp_path: Path) -> None:
    report = await checker.read(DATABASE_URL=f"sqlite:///{tmp_path}/none/tickets.db")
    assert report.named("failed") == ["database"]
    assert f"There is no folder {tmp_path}/none" in report["database"].message
    assert "mkdir -p" in report["database"].advice


async def test_a_folder_instead_of_a_file(checker: Checker, tmp_path: Path) -> None:
    report = await checker.read(DATABASE_URL=f"sqlite:///{tmp_path}")
    assert "is no file" in report["database"].message


async def test_a_file_that_is_no_database(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / "tickets.db").write_text("not a database, " * 100)
    report = await checker.read()
    assert report["database"].status == "failed"
    assert "file is not a database" in report["database"].message


async def test_a_file_that_others_can_read(checker: Checker, tmp_path: Path) -> None:
    await migrated(checker, "head")
    assert (await checker.read())["database"].status == "ok"
    (tmp_path / "tickets.db").chmod(0o644)
    report = await checker.read()
    assert report["database"].status == "warning"
    assert "chmod 600" in report["database"].advice


async def test_tables_up_to_date_behind_and_ahead(
    checker: Checker, empty_database_url: str
) -> None:
    checker.settings["DATABASE_URL"] = empty_database_url
    assert "`run` creates them" in (await checker.read())["database-tables"].message
    await migrated(checker, "0004")
    _, known = await versions(checker)
    report = await checker.read()
    assert report["database-tables"].status == "warning"
    behind = len(known) - known.index("0004") - 1
    assert f"{behind} versions behind" in report["database-tables"].message
    assert "python -m bot migrate" in report["database-tables"].advice
    await migrated(checker, "head")
    assert "up to date" in (await checker.read())["database-tables"].message
    await stamp(checker, "9999")
    report = await checker.read()
    assert report["database-tables"].status == "warning"
    assert "newer version of the bot (9999" in report["database-tables"].message


async def test_a_postgresql_that_is_not_there(checker: Checker) -> None:
    report = await checker.read(DATABASE_URL="postgresql://bot:hidden@127.0.0.1:1/tickets")
    assert report.named("failed") == ["database"]
    assert "PostgreSQL can't be reached" in report["database"].message
    assert "hidden" not in str(report)


async def test_a_postgresql_that_has_no_such_database(checker: Checker, postgres: str) -> None:
    report = await checker.read(DATABASE_URL=postgres.replace("/postgres?", "/of_nobody?"))
    assert "does not exist" in report["database"].message


async def test_a_port_that_is_taken(checker: Checker) -> None:
    async with serving(lambda _: web.Response(text="hello")) as url:
        port = url.rpartition(":")[2]
        report = await checker.read(PORT=port)
    assert report.named("failed") == ["port"]
    assert f"Another program listens on 127.0.0.1:{port}" in report["port"].message


async def test_a_running_bot_on_the_port_is_no_failure(
    checker: Checker, sandbox: Sandbox, tmp_path: Path
) -> None:
    async with running(sandbox_settings(sandbox, tmp_path)) as bot:
        report = await checker.read(PORT=str(bot.port))
        assert "a bot listens" in report["port"].message
        assert len(sandbox.slack.sockets.connections) == 1
        assert bot.is_connected


async def test_a_port_of_its_own_for_monitoring(
    checker: Checker, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The bot's pages are there alone; in Socket Mode nothing listens on PORT."""
    async with serving(lambda _: web.Response(text="hello")) as url:
        taken = url.rpartition(":")[2]
        report = await checker.read(PORT="3999", METRICS_PORT=taken)
        assert report["port"].advice == "Set METRICS_PORT to another one."
        assert (await checker.read(PORT=taken, METRICS_PORT="0"))["port"].status == "ok"
    settings = sandbox_settings(sandbox, tmp_path).model_copy(update={"metrics_port": 0})
    async with running(settings) as bot:
        ports = {"PORT": str(bot.metrics_port), "METRICS_PORT": str(bot.metrics_port)}
        report = await checker.read(**ports)
        assert "a bot listens" in report["port"].message


async def test_an_address_of_another_machine(checker: Checker) -> None:
    report = await checker.read(HOST="192.0.2.1", PORT="3999")
    assert "not an address of this machine" in report["port"].message


async def migrated(checker: Checker, revision: str) -> None:
    database = Database(checker.settings["DATABASE_URL"])
    await database.migrate(revision)
    await database.close()


async def versions(checker: Checker) -> tuple[str, Sequence[str]]:
    database = Database(checker.settings["DATABASE_URL"])
    try:
        return await database.versions()
    finally:
        await database.close()


async def stamp(checker: Checker, revision: str) -> None:
    database = Database(checker.settings["DATABASE_URL"])
    async with database.begin() as connection:
        await connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    await database.close()
