"""A courier before LiveAgent's stand-in, with times a test can wait for."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot.desk.courier import Courier, Timing
from bot.desk.desk import Desk
from bot.domain.outbox import OPEN, Row
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.operations import ChangeStatus, Note, Operation, Reply
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.storage.database import Database
from bot.storage.outbox import Entry, Outbox
from bot.storage.tables import outbox

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACCOUNT = Account("https://acme.ladesk.com")
FAST = Timing(looks=(0.02, 0.05, 0.1, 0.5), first_wait=0.02, longest_wait=0.2, poll=0.02)
TICKET = "s4y7t5s7"
USERS = {"U0ANN": "ann@acme.example", "U0ADAM": "adam@acme.example", "U0SAM": "sam@acme.example"}


class Listener:
    """A reporter that keeps what authors would be told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []

    async def tell(self, row: Row) -> tuple[str, str]:
        self.told.append((row.id, row.state))
        return "D0", "1.0"

    async def follow(self, row: Row) -> None: ...


class PostOffice:
    """An outbox, and couriers that can be killed."""

    def __init__(self, database: Database, liveagent: LiveAgent, standin: LiveAgentStandIn) -> None:
        self._database = database
        self.outbox = Outbox(database, lease_seconds=0.3)
        self.standin = standin
        self.listener = Listener()
        self.liveagent = liveagent
        self._number = 0
        self.users = {
            user_id: SlackUser(user_id, email, "en-US", "UTC") for user_id, email in USERS.items()
        }

    async def start_anew(self) -> None:
        """LiveAgent is as in the beginning, where messages get the same ids again."""
        self.standin.account.reset()
        self.standin.switches.calls_per_minute = 100_000
        async with self._database.begin() as connection:
            await connection.execute(delete(outbox))

    def courier(self, *, outbox: Any = None, system: Any = None) -> Courier:
        directory = CachedDirectory(self.liveagent)
        return Courier(
            outbox or self.outbox,
            Desk(system or self.liveagent, directory, ACCOUNT, lambda: NOON),
            self._find_user,
            self.listener,
            timing=FAST,
        )

    async def put(
        self, operation: Operation, *, by: str = "U0ANN", hold: float = 0, key: str = ""
    ) -> Row:
        self._number += 1
        once = None if isinstance(operation, Reply | Note) else f"{operation.kind} {by}"
        entry = Entry(
            key=key or f"V{self._number}",
            kind=operation.kind,
            version=operation.version,
            operation=operation.model_dump(mode="json"),
            ticket_id=operation.ticket_id,
            slack_user=by,
            once=once,
        )
        return await self.outbox.put(entry, hold_seconds=hold)

    async def deliver(self, row: Row, *, within: float = 10) -> Row:
        """Works until the row is no longer open, and its author knows."""
        courier = self.courier()
        running = asyncio.create_task(courier.run())
        try:
            async with asyncio.timeout(within):
                while (now := await self.now(row)).state in OPEN:
                    await asyncio.sleep(0.01)
                while (row.id, now.state) not in self.listener.told:
                    await asyncio.sleep(0.01)
                return now
        finally:
            courier.stop()
            await running

    async def now(self, row: Row) -> Row:
        found = await self.outbox.find(row.id)
        assert found
        return found

    async def _find_user(self, user_id: str) -> SlackUser:
        return self.users[user_id]

    def said(self, text: str, ticket_id: str = TICKET) -> int:
        """How often this stands in the ticket."""
        ticket = self.standin.account.ticket(ticket_id)
        return sum(text in message.text for message in ticket.messages)


@pytest.fixture
async def office(
    tmp_path: Path, liveagent: LiveAgent, standin: LiveAgentStandIn
) -> AsyncIterator[PostOffice]:
    database = Database(f"sqlite:///{tmp_path}/tickets.db")
    await database.migrate()
    standin.switches.calls_per_minute = 100_000
    yield PostOffice(database, liveagent, standin)
    await database.close()


def reply(text: str, standin: LiveAgentStandIn, ticket_id: str = TICKET, **more: object) -> Reply:
    """As from a form that was opened just now."""
    newest = standin.account.ticket(ticket_id).messages[-1].id
    return Reply.model_validate(
        {"ticket_id": ticket_id, "rich_text": of_plain(text), "last_seen": newest, **more}
    )


def note(text: str, ticket_id: str = TICKET) -> Note:
    return Note(ticket_id=ticket_id, text=text)


def resolve(ticket_id: str = TICKET) -> ChangeStatus:
    return ChangeStatus(kind="resolve", ticket_id=ticket_id)
