"""Submits operations concurrently, in a process that is killed at each of its steps in turn.

It prints a line of JSON for each: which were acknowledged, and which are in the file afterwards.
"""

import asyncio
import itertools
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, event

from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.outbox import Outbox

TOGETHER = 3


async def put_in(path: Path, acknowledged: int, last_step: int) -> None:
    """Two groups, one after the other; each key is written to `acknowledged` when its put ends."""
    numbers = itertools.count(1)

    def step(*_: object) -> None:
        if next(numbers) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, step)
    database = Database(f"sqlite:///{path}")
    outbox = Outbox(database)

    async def one(key: str) -> None:
        await outbox.put(Entry(key, "note", 1, {"text": key}, "t", "U1"), hold_seconds=10)
        step()
        os.write(acknowledged, f"{key} ".encode())
        step()

    for group in "ab":
        await asyncio.gather(*(one(f"{group}{number}") for number in range(TOGETHER)))
    await database.close()


def is_killed_at(last_step: int, migrated: Path, path: Path) -> bool:
    """Says what came of it; False where the process came to its end."""
    shutil.copy(migrated, path)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        asyncio.run(put_in(path, writing, last_step))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        acknowledged = pipe.read().split()
    _, status = os.waitpid(child, 0)
    with closing(sqlite3.connect(path)) as file:
        stored = [key for (key,) in file.execute("SELECT key FROM outbox ORDER BY id")]
        (health,) = file.execute("PRAGMA integrity_check").fetchone()
    print(json.dumps({"acknowledged": acknowledged, "stored": stored, "health": health}))
    return os.WIFSIGNALED(status)


def main(migrated: str, folder: str) -> None:
    for last_step in itertools.count(1):
        if not is_killed_at(last_step, Path(migrated), Path(folder) / f"{last_step}.sqlite3"):
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
