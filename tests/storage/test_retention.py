"""Old data is erased, on both databases; unfinished rows are never touched."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from bot.domain.outbox import ACTIVE_STATES, ENDED, State
from bot.domain.review import ReviewTicket
from bot.jobs.housekeeping import Housekeeping
from bot.operations import DEFINITIONS, Note, read_operation, redact_operation
from bot.operations.rich_text import of_plain
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.dialects import now
from bot.storage.entries import Entry
from bot.storage.list_forms import ListForms
from bot.storage.mailed import Mailed
from bot.storage.presence import Presence
from bot.storage.retention import BATCH, Retention
from bot.storage.reviews import Reviews
from tests.clock import ManualClock
from tests.outbox import WholeOutbox

DAY = 24 * 3600.0
SECRET = "My lamp is broken"
EVERYTHING = {
    "rich_text": of_plain(SECRET),
    "text": SECRET,
    "note": SECRET,
    "reason": SECRET,
    "subject": SECRET,
    "ticket_id": "t",
    "recipient": "john@owner.com",
    "department_id": "d",
    "is_by_customer": True,
    "tags": ["vip"],
    "until": "2026-11-26T08:00:00Z",
    "zone": "Europe/London",
    "files": [{"id": "F1", "name": SECRET}],
}
SHOWN = {"code": "AX4", "newest": {"body": SECRET}, "shown": {"status": "N"}}


@dataclass(frozen=True)
class Past:
    """A row of the outbox, and how many days ago it came to its state."""

    state: State
    days: float


PASTS = [Past(state, days) for state in State for days in (0, 0.9, 1.1, 2.9, 3.1, 40)]


def row_of(past: Past, number: int) -> dict[str, Any]:
    is_open = past.state in ACTIVE_STATES
    operation = Note(ticket_id="t", text=SECRET).model_dump(mode="json")
    return {
        "idempotency_key": f"P{number}",
        "kind": "note",
        "version": 1,
        "operation": operation,
        "ticket_id": "t",
        "slack_user": "U0ANN",
        "state": past.state,
        "notified": past.state,
        "is_open": is_open,
        "due": 0,
        "outcome": SHOWN,
        "created": 0,
        "finished": None if is_open else time.time() - past.days * DAY,
    }


async def put_past(database: Database, pasts: list[Past]) -> None:
    async with database.begin() as connection:
        for table in (tables.outbox, tables.audit, tables.runs):
            await connection.execute(table.delete())
        rows = [row_of(past, number) for number, past in enumerate(pasts)]
        await connection.execute(insert(tables.outbox), rows)


async def all_of(database: Database, table: Table) -> list[Mapping[Any, Any]]:
    async with database.begin() as connection:
        return list((await connection.execute(select(table))).mappings())


def housekeeping(database: Database, *, bodies: float = 1, rows: float = 3) -> Housekeeping:
    return Housekeeping(Retention(database), timedelta(days=bodies), timedelta(days=rows))


@pytest.mark.parametrize("newest", [Past(State.DONE, 40), Past(State.ASKS, 40)])
async def test_retention_erases_only_ended_rows(database: Database, newest: Past) -> None:
    pasts = [*PASTS, newest]
    await put_past(database, pasts)
    await housekeeping(database).tick()
    left = {row["key"]: row for row in await all_of(database, tables.outbox)}
    for number, past in enumerate(pasts):
        row = left.get(f"P{number}")
        has_ended, is_newest = past.state in ENDED, number == len(pasts) - 1
        if has_ended and past.days > 3 and not is_newest:
            assert row is None
            continue
        assert row
        is_blank = has_ended and past.days > 1
        assert (SECRET not in f"{row['operation']}{row['outcome']}") is is_blank
        assert row["is_blank"] is is_blank
        assert row["outcome"]["code"] == "AX4"


def test_redacted_operations_can_still_be_read() -> None:
    for kind, definition in DEFINITIONS.items():
        fields, version = definition.model.model_fields, definition.versions[-1]
        given = {name: EVERYTHING[name] for name in EVERYTHING if name in fields}
        whole = read_operation(kind, version, {**given, "kind": kind})
        assert SECRET in whole.model_dump_json()
        left = redact_operation(kind, whole.model_dump(mode="json"))
        assert SECRET not in read_operation(kind, version, left).model_dump_json()


def test_no_field_of_an_operation_is_forgotten() -> None:
    """A new one is named here as what it is: words, or what may be kept."""
    kept = """
        kind version ticket_id code then email_customer last_seen seen_count recipient owner seen
        add remove department_id department_name agent_id is_by_customer recipient_name copies
        status link_thread until zone tags despite
    """.split()
    for definition in DEFINITIONS.values():
        assert set(definition.model.model_fields) <= {
            *kept,
            "subject",
            "files",
            *definition.text_fields,
        }


async def test_more_than_a_batch_by_several_bots_at_once(database: Database) -> None:
    many = [Past(State.DONE, 40)] * (2 * BATCH) + [Past(State.ASKS, 40)]
    await put_past(database, many)
    await asyncio.gather(*(housekeeping(database).tick() for _ in range(3)))
    (asking,) = await all_of(database, tables.outbox)
    assert asking["state"] == State.ASKS
    assert SECRET in str(asking["operation"])


async def test_retention_leaves_newer_versions_alone(database: Database) -> None:
    await put_past(database, [Past(State.DONE, 40), Past(State.DONE, 0)])
    async with database.begin() as connection:
        await connection.execute(tables.outbox.update().values(version=99))
    await housekeeping(database).tick()
    assert [row["is_blank"] for row in await all_of(database, tables.outbox)] == [False, False]


async def test_a_row_whose_mail_may_come_back_stays(database: Database) -> None:
    await put_past(database, [Past(State.DONE, 40)] * 3)
    (_, second, _) = sorted(row["id"] for row in await all_of(database, tables.outbox))
    async with database.begin() as connection:
        await connection.execute(insert(tables.mailed).values(row_id=second, due=0))
    await housekeeping(database).tick()
    assert second in [row["id"] for row in await all_of(database, tables.outbox)]
    claimed = await Mailed(database).claim()
    assert claimed
    await Mailed(database).drop(claimed)
    await housekeeping(database).tick()
    assert len(await all_of(database, tables.outbox)) == 1


async def test_an_id_is_never_given_twice(database: Database) -> None:
    """Buttons of old notices name it."""
    await put_past(database, [Past(State.DONE, 40)] * 3)
    await housekeeping(database).tick()
    (newest,) = await all_of(database, tables.outbox)
    entry = Entry("V1", "note", 1, {}, "t", "U0ANN")
    row = await WholeOutbox(database, lease_seconds=60).put(entry, hold_seconds=0)
    assert row.id > newest["id"]


@pytest.mark.parametrize(("days", "left"), [(2.9, 1), (3.1, 0)])
async def test_the_history_and_the_runs_of_digests(
    database: Database, days: float, left: int
) -> None:
    async with database.begin() as connection:
        at = (await connection.execute(select(now()))).scalar_one() - days * DAY
        done = {"at": at, "ticket_id": "t", "kind": "note", "slack_user": "U", "agent": "Ann"}
        await connection.execute(insert(tables.audit).values(**done, state="done"))
        for number, state in enumerate(["open", "posted", "given_up"]):
            run = {"id": state, "digest_id": number, "due": at, "state": state}
            await connection.execute(insert(tables.runs).values(run))
    await housekeeping(database).tick()
    assert len(await all_of(database, tables.audit)) == left
    states = {row["state"] for row in await all_of(database, tables.runs)}
    assert states == {"open"} | ({"posted", "given_up"} if left else set())


class Locked(Retention):
    async def blank(self, *_: object, **__: object) -> int:
        raise RuntimeError


async def test_a_table_that_fails_keeps_no_other_and_the_run_does_not_count(
    sqlite_url: str,
) -> None:
    database, seen = Database(sqlite_url), list[Mapping[str, int]]()
    await Presence(database).opened("t", "reply", "U0ANN")
    async with database.begin() as connection:
        await connection.execute(tables.presence.update().values(opened=0))
    keep = timedelta(days=1)
    await Housekeeping(Locked(database), keep, keep, seen.append).tick()
    assert await all_of(database, tables.presence) == []
    assert seen == []
    await Housekeeping(Retention(database), keep, keep, seen.append).tick()
    assert len(seen) == 1
    await database.close()


async def test_reviews_and_open_forms_end_by_themselves(database: Database) -> None:
    """Also where nobody begins another."""
    kept = Reviews(database)
    walked = await kept.start("U0ANN", [ReviewTicket("t", "AX4")])
    await Presence(database, ManualClock()).opened("t", "reply", "U0ANN")
    await ListForms(database, ManualClock()).show("V0LIST", "t", ["t", "u"])
    await housekeeping(database).tick()
    assert await kept.find(walked.id, "U0ANN")
    assert await all_of(database, tables.presence)
    assert await all_of(database, tables.open_forms)
    async with database.begin() as connection:
        await connection.execute(tables.rounds.update().values(created=0))
        await connection.execute(tables.presence.update().values(opened=0))
        await connection.execute(tables.open_forms.update().values(at=0))
    await housekeeping(database).tick()
    assert await kept.find(walked.id, "U0ANN") is None
    assert await all_of(database, tables.presence) == []
    assert await all_of(database, tables.open_forms) == []


async def test_preferences_and_digests_stay(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(
            insert(tables.preferences).values(slack_user="U0ANN", language="ja")
        )
        await connection.execute(
            insert(tables.recent).values(slack_user="U0ANN", ticket_id="t", at=0)
        )
    await housekeeping(database).tick()
    assert await all_of(database, tables.preferences)
    assert await all_of(database, tables.recent)
