"""The instructions of docs/running.md work, on both databases if they are SQL."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.outbox import ENDED, State
from bot.metrics import Metrics
from bot.operations import redact_operation
from bot.storage.database import Database
from bot.storage.outbox import Transition
from bot.storage.retention import Retention
from tests.outbox import KNOWN, WholeOutbox, entry

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "running.md").read_text()
RESTORED, DISCARDED = re.findall(r"```sql\n(.+?);\n```", PAGE, re.DOTALL)


async def execute(database: Database, sql: str) -> None:
    async with database.begin() as connection:
        await connection.execute(text(sql))


async def test_after_a_restore_authors_are_asked_and_nothing_is_sent(
    database: Database,
) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    rows = [await outbox.put(entry(number), hold_seconds=0) for number in range(3)]
    done = await outbox.claim(KNOWN)
    assert done
    await outbox.end(done, State.DONE, {}, agent="Ann")
    ended = await outbox.find(done.id)
    assert ended
    await outbox.mark_notified(ended, "D", "1.0")
    await execute(database, RESTORED)
    assert await outbox.claim(KNOWN) is None
    notified = set()
    while row := await outbox.claim_notice(KNOWN):
        assert row.state is State.DOUBTFUL
        notified.add(row.id)
    assert notified | {done.id} == {row.id for row in rows}
    try_again = Transition(frozenset({State.DOUBTFUL}), State.HELD)
    again = await outbox.move(min(notified), "U0ANN", try_again)
    assert again
    assert await outbox.claim(KNOWN)


async def test_undecided_operations_of_a_former_user_are_discarded_and_erased(
    database: Database,
) -> None:
    outbox = WholeOutbox(database, lease_seconds=60)
    await outbox.put(entry(1), hold_seconds=0)
    row = await outbox.claim(KNOWN)
    assert row
    await outbox.end(row, State.REFUSED, {}, agent="Ann")
    await execute(database, DISCARDED.replace("U0123456", "U0ANN"))
    found = await outbox.find(row.id)
    assert found
    assert found.state in ENDED
    assert await Retention(database).blank(KNOWN, redact_operation, seconds=0) == 1


async def test_a_backup_of_sqlite_while_the_bot_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///tickets.sqlite3")
    await database.migrate()
    await WholeOutbox(database, lease_seconds=60).put(entry(1), hold_seconds=0)
    (vacuum,) = re.findall(r"^sqlite3 tickets.sqlite3 \"(VACUUM .+)\"$", PAGE, re.MULTILINE)
    with closing(sqlite3.connect("tickets.sqlite3")) as connection:
        connection.execute(vacuum)
    with closing(sqlite3.connect("backup.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (1,)
    await database.close()


def test_every_series_is_explained_and_no_other() -> None:
    named = set(re.findall(r"`([a-z]+_[a-z_]+)(?:\{|`)", PAGE))
    series = {
        each.name + ("_total" if each.type == "counter" else "")
        for each in Metrics().registry.collect()
        if not each.name.startswith("process_")
    }
    assert series <= named


def test_the_events_that_are_explained_are_logged() -> None:
    table = PAGE.split("| event | |")[1].split("\n\n")[0]
    events = set(
        re.findall(r"`([^`]+)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
    )
    code = "".join(
        file.read_text() for part in ("bot", "handlers") for file in (ROOT / part).rglob("*.py")
    )
    assert len(events) > 40
    assert {each for each in events if f'"{each}"' not in code} == set()
