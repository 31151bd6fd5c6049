"""Authors are told once that a ticket woke, also if nobody looked for days."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.domain.ticket import Status
from bot.jobs.wakes import MAX_AGAIN, WakeJob
from bot.operations import Postpone
from bot.sandbox import Sandbox
from bot.storage.database import Database
from bot.storage.tables import outbox
from bot.storage.wakes import Wakes
from tests.clock import ManualClock
from tests.jobs.world import open_world
from tests.outbox import FINISHED

TICKET = "s4y7t5s7"


@dataclass
class Office:
    sandbox: Sandbox
    clock: ManualClock
    job: WakeJob

    def notices(self) -> list[str]:
        return [each.text for each in self.sandbox.slack.workspace.direct("U0ANN").messages]


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """The ticket should have woken two days ago."""
    clock = ManualClock()
    database = Database(sqlite_url, clock=clock)
    until = clock.now() - timedelta(days=2)
    postponed = Postpone(ticket_id=TICKET, until=until, zone="UTC", note="Postponed.")
    row = {
        **FINISHED,
        "idempotency_key": "V1",
        "kind": "postpone",
        "operation": postponed.model_dump(mode="json"),
        "ticket_id": TICKET,
        "wakes_at": until.timestamp(),
    }
    async with database.begin() as connection:
        await connection.execute(insert(outbox).values(row))
    async with open_world() as world:
        wakes = Wakes(database, clock)
        job = WakeJob(wakes, world.desk, world.slack, world.people.find_now, clock)
        yield Office(world.sandbox, clock, job)
    await database.close()


async def test_a_late_notice_survives_a_failure(office: Office) -> None:
    office.sandbox.liveagent.faults.set("down")
    await office.job.tick()
    office.sandbox.liveagent.faults.clear()
    await office.clock.advance(MAX_AGAIN.total_seconds() + 1)
    await office.job.tick()
    (notice,) = office.notices()
    assert "Woke up" in notice


async def test_what_was_answered_since_is_no_news(office: Office) -> None:
    office.sandbox.liveagent.account.ticket(TICKET).status = Status.ANSWERED
    await office.job.tick()
    assert office.notices() == []
    assert await office.job.wakes.claim(office.clock.now().timestamp() + 1e6) is None
