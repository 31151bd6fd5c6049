"""However much data there is, reading it does not block others: see `test_hostile_mail`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, Self, cast

import pytest
from sqlalchemy import update

from blocks.forms import digest as digest_form
from bot.desk.watch.listing import Listing
from bot.desk.watch.poller import Poller
from bot.domain.calendar import Calendar, Hours
from bot.domain.changes import KnownTicket
from bot.domain.clock import MACHINE
from bot.domain.digest import WEEKDAYS
from bot.domain.filter import Filter
from bot.domain.overdue import AlertState, OverdueAlert
from bot.domain.people import Agent, Department, Role, SlackUser
from bot.domain.ref import Account
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Search
from bot.i18n import Translator
from bot.jobs.overdue_message import OverdueMessage, WaitingTickets
from bot.jobs.overdue_posts import OverdueTools
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.overdue import OverdueAlerts
from bot.storage.tables import digests
from bot.storage.ticket_messages import TicketMessages
from bot.storage.watch import Progress
from handlers.listeners.filter_words import read_words
from tests.pulse import Pulse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUPPORT = Department("default", "Support")


@pytest.fixture
async def stored(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database(sqlite_url)
    yield database
    await database.close()


async def test_lists_of_digests_that_saw_ten_thousand_tickets(
    stored: Database, pulse: Pulse
) -> None:
    kept, runs = Digests(stored), DigestRuns(stored, lease_seconds=60)
    fresh = digest_form.fresh("C1", "U1", "UTC", Translator("en"))
    for number in range(20):
        await kept.add(fresh, due=NOW, key=str(number))
    last = {f"ticket{n:05}": ["C", "2026-11-23 09:00:00"] for n in range(10_000)}
    async with stored.begin() as connection:
        await connection.execute(update(digests).values(last=last, last_posted=1.0))
    for name, read in {
        "channel": lambda: kept.of_channel("C1"),
        "owner": lambda: kept.of_user("U1"),
        "due": lambda: runs.due(NOW),
    }.items():
        assert len(await pulse.measure(name, read)) == 20
    assert pulse.too_long() == {}


def ticket(number: int, changed: datetime) -> Ticket:
    code, email = f"AAA-{number:05}", f"{number}@customer.example"
    created = NOW - timedelta(minutes=number)
    return Ticket(str(number), code, "C", "Help", SUPPORT, "Cora", email, created, changed)


async def test_a_filter_of_maximum_length_is_read_fast(pulse: Pulse) -> None:
    async def read() -> Filter:
        return read_words(["x"] * 4000, [SUPPORT])

    found = await pulse.measure("words", read)
    assert found.subject.startswith("x x")
    assert pulse.too_long() == {}


class Server:
    """A help desk of ten thousand tickets, all of which have just changed."""

    async def search(self, _: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        return [ticket(n, NOW) for n in range(offset, min(offset + limit, 10_000))]

    async def known(self, _: Sequence[str]) -> Mapping[str, KnownTicket]:
        return {}


@pytest.mark.parametrize("reads", [True, False])
async def test_a_poll_in_which_ten_thousand_tickets_have_changed(
    pulse: Pulse, *, reads: bool
) -> None:
    server = Server()

    async def departments() -> Sequence[Department]:
        return [SUPPORT]

    async def time() -> datetime:
        return NOW

    poller = Poller(
        Listing(server, departments),
        cast("Any", server),
        time,
        cast("Any", departments),
        cast("Any", server),
        MACHINE,
    )
    await pulse.measure("begin", partial(poller.begin, reads=reads))
    progress = Progress(NOW.timestamp(), NOW.timestamp() - 1e6)
    found = await pulse.measure("look", lambda: poller.poll(progress, 0.0, reads=reads))
    assert len(found.known) == 10_000
    assert pulse.too_long() == {}


class Channel:
    """Slack, LiveAgent and the people of a channel that is told of waits."""

    account = Account("https://acme.ladesk.com")

    @property
    def system(self) -> Self:
        return self

    async def actor(self, _: SlackUser) -> Agent:
        return Agent("a1", "adam@acme.example", "Adam", Role.ADMIN)

    async def find(self, _: object) -> Any:
        return ticket(1, NOW)

    find_now = find

    async def name_of(self, _: str) -> str:
        return ""

    async def channel(self, _: str) -> Mapping[str, Any]:
        return {"is_member": True}

    async def post(self, channel: str, *_: object, **__: object) -> tuple[str, str]:
        return channel, "1.0"


async def test_a_channel_gets_alerts_of_ten_thousand_waits(stored: Database, pulse: Pulse) -> None:
    channel, alerts = cast("Any", Channel()), OverdueAlerts(stored)
    alert = OverdueAlert(
        "C1", {}, {"C": 60}, "en", "U1", Calendar(Hours(WEEKDAYS, time(0), time(0)))
    )
    await alerts.save(alert, agent="Adam")
    tools = OverdueTools(alerts, channel, channel, channel, TicketMessages(stored))
    waiting = [ticket(n, NOW - timedelta(hours=2 + n % 9)) for n in range(10_000)]
    (work,) = await alerts.claim()
    for name, state in {
        "first": AlertState(),
        "again": AlertState().seeing(alert, waiting, NOW),
    }.items():
        message = OverdueMessage(
            tools, replace(work, state=state), WaitingTickets(waiting, NOW, 60.0)
        )
        await pulse.measure(name, message.update)
        assert len(message.overdue) == 10_000
        assert message.state.ts
    assert pulse.too_long(0.05) == {}
