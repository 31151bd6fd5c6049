"""Databases with all tables."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.storage.database import Database


def add_tables(url: str) -> None:
    """Works also where a loop runs, which it holds up."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _migrate(url)).result()


@cache
def sqlite_with_tables() -> bytes:
    """Returns the content of a file: creating its tables takes longer than many tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "tickets.db")
        add_tables(f"sqlite:///{file}")
        return file.read_bytes()


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()
