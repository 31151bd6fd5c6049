"""Checks the machine: the database, its tables, and the port."""

import asyncio
import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.checks.context import CheckContext
from bot.checks.network import SECONDS, Unreachable, probe
from bot.checks.result import Result, Status, failed, ok, warning
from bot.settings import Settings
from bot.storage.database import Database, reason_of

FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
NO_TABLES = "not there yet; `run` creates them"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  for probing, not for listening


async def has_database(context: CheckContext) -> Result:
    """Does not create a missing file."""
    file = _file(context)
    if file is not None and (result := _judge_file(file)):
        return result
    database = Database(context.settings.database_url)
    try:
        async with asyncio.timeout(SECONDS), database.begin():
            pass
    except SQLAlchemyError as error:
        return _out_of_reach(reason_of(error), file)
    except TimeoutError:
        return _out_of_reach(f"no answer within {SECONDS:g} seconds", file)
    finally:
        await database.close()
    if file is not None and file.stat().st_mode & FOR_OTHERS:
        return warning(
            f"Other users of this machine can open {file}, which contains customers' mail.",
            f"chmod 600 {file}",
        )
    return ok(f"{file} can be written" if file else "PostgreSQL answers")


def _judge_file(file: Path) -> Result | None:
    """Returns None if the file exists and must be opened to tell."""
    folder = file.parent
    if not folder.is_dir():
        return failed(f"There is no folder {folder}.", f"Create it (mkdir -p {folder}).")
    if not os.access(folder, os.W_OK | os.X_OK):
        return failed(
            f"The bot's user may not write in {folder}.",
            "Give it to the bot's user (chown), or set DATABASE_URL to a file elsewhere.",
        )
    if not file.exists():
        return ok(f"{file} is not there yet; `run` creates it")
    if not file.is_file():
        return failed(f"{file} is no file.", "Set DATABASE_URL to a file, not a folder.")
    if not os.access(file, os.R_OK | os.W_OK):
        return failed(f"The bot's user may not write {file}.", "Give it to the bot's user (chown).")
    return None


def _out_of_reach(why: str, file: Path | None) -> Result:
    if file is not None:
        return failed(
            f"{file} can't be opened ({why}).",
            "Check whether another program has it open; if it is not the bot's database, set "
            "DATABASE_URL to a file of its own.",
        )
    return failed(
        f"PostgreSQL can't be reached ({why}).",
        "Check user, password, host and name in DATABASE_URL, and whether the server is running.",
    )


async def is_migrated(context: CheckContext) -> Result:
    file = _file(context)
    if file is not None and not file.exists():
        return ok(NO_TABLES)
    database = Database(context.settings.database_url)
    try:
        stands, known = await database.versions()
    finally:
        await database.close()
    if not stands:
        return ok(NO_TABLES)
    if stands not in known:
        return warning(
            f"The tables are of a newer version of the bot ({stands}; this one knows {known[-1]}).",
            "It works with them. Start the newer version, unless you went back on purpose.",
        )
    if pending := len(known) - known.index(stands) - 1:
        return warning(
            f"The tables are {pending} version{'s' if pending > 1 else ''} behind.",
            "`python -m bot run` brings them up to date, or now: python -m bot migrate",
        )
    return ok(f"up to date ({stands})")


async def can_listen(context: CheckContext) -> Result:
    """Whether each port is free or a bot already listens there."""
    found = [await _can_listen(context, port) for port in _ports(context.settings)]
    bad = (each for each in found if each.status is not Status.OK)
    return next(bad, None) or ok("; ".join(each.message for each in found))


def _ports(settings: Settings) -> Sequence[int]:
    """Returns the port of monitoring, then that of Slack and LiveAgent if they need another."""
    takes_requests = not settings.slack_app_token or settings.liveagent_webhook_secret
    others = [settings.port] if takes_requests else []
    return [*dict.fromkeys([_monitoring(settings), *others])]


def _monitoring(settings: Settings) -> int:
    return settings.port if settings.metrics_port is None else settings.metrics_port


async def _can_listen(context: CheckContext, port: int) -> Result:
    host = context.settings.host
    if port == 0:
        return ok("any free one")
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
    except OSError as error:
        return await _judge_port(context, port, error)
    server.close()
    await server.wait_closed()
    return ok(f"{host}:{port} is free")


async def _judge_port(context: CheckContext, port: int, error: OSError) -> Result:
    settings = context.settings
    host, name = settings.host, "PORT" if port == settings.port else "METRICS_PORT"
    if error.errno == errno.EADDRINUSE:
        with suppress(Unreachable):
            near = EVERYWHERE.get(host, host)
            near = f"[{near}]" if ":" in near else near
            health = f"http://{near}:{_monitoring(settings)}/healthz"
            if (await probe(context.session, health)).body == b"alive\n":
                return ok(f"a bot listens on {host}:{port} already")
        return failed(f"Another program listens on {host}:{port}.", f"Set {name} to another one.")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return failed(f"The bot's user may not listen on {port}.", f"Set {name} to one above 1024.")
    return failed(
        f"{host} is not an address of this machine.",
        "Set HOST=127.0.0.1, or 0.0.0.0 for every address of this machine.",
    )


def _file(context: CheckContext) -> Path | None:
    """Returns the file of SQLite; None for PostgreSQL."""
    url = make_url(context.settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database).absolute() if is_file and url.database else None
