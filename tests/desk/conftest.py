"""A courier connected to LiveAgent's stand-in, on a clock that stands still during work."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Self

import pytest
from sqlalchemy import delete, func, select

from bot.desk.delivery.courier import Courier
from bot.desk.delivery.deliverer import Deliverer, Timing
from bot.desk.delivery.files import FileDelivery
from bot.desk.desk import Desk
from bot.domain.outbox import ACTIVE_STATES, Row, State
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.domain.ticket_system import BeforeWrite
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.operations import ChangeStatus, Delete, Note, Operation, Reply, Snapshot
from bot.operations.rich_text import of_plain
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.outbox import Transition
from bot.storage.tables import file_parts, files, mailed, outbox
from tests.clock import ManualClock
from tests.files import KeptFiles, files_of
from tests.outbox import WholeOutbox

ACCOUNT = Account("https://acme.ladesk.com")
LEASE_SECONDS = 20
TICKET = "s4y7t5s7"
USERS = {"U0ANN": "ann@acme.example", "U0ADAM": "adam@acme.example", "U0SAM": "sam@acme.example"}


class Listener:
    """A notifier that records what authors would be notified of."""

    def __init__(self) -> None:
        self.notices: list[tuple[int, str]] = []
        self.followed: list[tuple[int, bool]] = []
        self.error: Exception | None = None

    async def notify(self, row: Row, *, delivered_here: bool) -> tuple[str, str]:
        if self.error:
            raise self.error
        self.notices.append((row.id, row.state))
        self.followed.append((row.id, delivered_here))
        return "D0", "1.0"

    async def remind(self, row: Row) -> tuple[str, str]:
        return await self.notify(row, delivered_here=False)

    async def follow(self, row: Row) -> None: ...


class Altered:
    """LiveAgent with changes by a test; its writes are not guarded."""

    def __init__(self, liveagent: LiveAgent) -> None:
        self._liveagent = liveagent

    def guarded(self, _before_write: BeforeWrite) -> Self:
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._liveagent, name)


class PostOffice:
    """An outbox and its deliverers, which make one attempt after another. Bots can be killed."""

    def __init__(
        self,
        database: Database,
        liveagent: LiveAgent,
        standin: LiveAgentStandIn,
        clock: ManualClock,
    ) -> None:
        self.database = database
        self.clock = clock
        self.outbox = WholeOutbox(database, lease_seconds=LEASE_SECONDS)
        self.standin = standin
        self.listener = Listener()
        self.liveagent = liveagent
        self._number = 0
        self.users = {
            user_id: SlackUser(user_id, email, "en-US", "UTC") for user_id, email in USERS.items()
        }
        self.desk = self.desk_with(liveagent)
        self.slack_files = KeptFiles()
        self.files = files_of(database, self.slack_files)

    def desk_with(self, system: Any) -> Desk:
        return Desk(system, CachedDirectory(self.liveagent), ACCOUNT, self.clock.now)

    async def start_anew(self) -> None:
        """Resets LiveAgent, where messages get the same ids again, and the outbox."""
        self.standin.account.reset()
        self.standin.switches.calls_per_minute = 100_000
        async with self.database.begin() as connection:
            for each in (outbox, mailed, files, file_parts):
                await connection.execute(delete(each))

    def deliverer(
        self, *, outbox: Any = None, system: Any = None, files: FileDelivery | None = None
    ) -> Deliverer:
        """Returns one bot's deliverer."""
        return Deliverer(
            outbox or self.outbox,
            self.desk_with(system) if system else self.desk,
            self._find_user,
            files or self.files,
            timing=Timing(clock=self.clock),
        )

    def courier(self) -> Courier:
        return Courier(self.deliverer(), self.outbox.notifications, self.listener, clock=self.clock)

    async def put(
        self, operation: Operation, *, by: str = "U0ANN", hold: float = 0, key: str = ""
    ) -> Row:
        self._number += 1
        dedup_key = None if isinstance(operation, Reply | Note) else f"{operation.kind} {by}"
        entry = Entry(
            idempotency_key=key or f"V{self._number}",
            kind=operation.kind,
            version=operation.version,
            operation=operation.model_dump(mode="json"),
            ticket_id=operation.ticket_id,
            slack_user=by,
            dedup_key=dedup_key,
        )
        return await self.outbox.put(entry, hold_seconds=hold)

    async def attempt(self, by: Deliverer | None = None) -> bool:
        """Makes one attempt at the next due row; returns False if there is none."""
        deliverer = by or self.deliverer()
        row = await deliverer.claim()
        if row is not None:
            await deliverer.deliver(row)
        return row is not None

    async def deliver(self, row: Row) -> Row:
        """Works until the row is no longer active, however long; notifies its author."""
        while (now := await self.now(row)).state in ACTIVE_STATES:
            if not await self.attempt():
                await self.turn_to_next()
        await self.notify()
        return now

    async def turn_to_next(self) -> None:
        """Advances until a row is due, also one left by a killed bot."""
        seconds = self.clock.now().timestamp()
        waits = outbox.c.is_open & (outbox.c.due > seconds)
        async with self.database.begin() as connection:
            due = (await connection.execute(select(func.min(outbox.c.due)).where(waits))).scalar()
        assert due, "nothing is under way"
        await self.clock.advance(due - seconds + 0.001)

    async def notify(self) -> None:
        """Notifies all authors of what they don't know yet."""
        courier = self.courier()
        while await courier.notify_next():
            pass

    async def now(self, row: Row) -> Row:
        found = await self.outbox.find(row.id)
        assert found
        return found

    async def _find_user(self, user_id: str) -> SlackUser:
        return self.users[user_id]

    def message_count(self, text: str, ticket_id: str = TICKET) -> int:
        """Returns how often the ticket contains the text."""
        ticket = self.standin.account.ticket(ticket_id)
        return sum(text in message.text for message in ticket.messages)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def standin(clock: ManualClock) -> AsyncIterator[LiveAgentStandIn]:
    """Its delays follow the same clock."""
    standin = LiveAgentStandIn(clock=clock.now, sleep=clock.sleep)
    standin.switches.calls_per_minute = 100_000
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def office(
    sqlite_url: str, liveagent: LiveAgent, standin: LiveAgentStandIn, clock: ManualClock
) -> AsyncIterator[PostOffice]:
    database = Database(sqlite_url, clock=clock)
    with_key = replace(liveagent, clock=clock).with_v3(standin.api_v3_key)
    yield PostOffice(database, with_key, standin, clock)
    await database.close()


def reply(text: str, standin: LiveAgentStandIn, ticket_id: str = TICKET, **more: object) -> Reply:
    """Returns a reply as from a form that was just opened."""
    newest = standin.account.ticket(ticket_id).messages[-1].id
    return Reply.model_validate(
        {"ticket_id": ticket_id, "rich_text": of_plain(text), "last_seen": newest, **more}
    )


def note(text: str, ticket_id: str = TICKET) -> Note:
    return Note(ticket_id=ticket_id, text=text)


def resolve(ticket_id: str = TICKET) -> ChangeStatus:
    return ChangeStatus(kind="resolve", ticket_id=ticket_id)


async def put_deletion(office: PostOffice) -> Row:
    ticket = office.standin.account.ticket(TICKET)
    seen = Snapshot(
        status=ticket.status,
        department=ticket.department,
        assignee=ticket.assignee or "",
        newest=ticket.messages[-1].id,
        count=len(ticket.messages),
    )
    return await office.put(Delete(ticket_id=TICKET, reason="spam", seen=seen), by="U0ADAM")


async def send_anyway(office: PostOffice, row: Row) -> None:
    confirm = Transition(frozenset({State.ASKS}), State.HELD, confirms=True)
    lease_token = (await office.now(row)).lease_token
    assert await office.outbox.move(row.id, "U0ANN", confirm, lease_token=lease_token)
