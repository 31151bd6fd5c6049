"""SQLite alone: what a commit costs without SQLAlchemy, without indexes, without the bot."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor


class Store:
    """Commits in a thread, as durably as the bot does."""

    def __init__(self, file: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE forms (id INTEGER PRIMARY KEY, body BLOB)")

    async def keep(self, body: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, body)

    def _commit(self, body: bytes) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO forms (body) VALUES (?)", (body,))
        self._connection.execute("COMMIT")
