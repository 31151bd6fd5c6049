"""A bot that stalls, or whose database does, sends nothing late; a running one keeps its rows."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.desk.delivery.deliverer import Deliverer
from bot.domain.outbox import Row, State
from bot.liveagent.pace import Pace
from tests.desk.conftest import LEASE_SECONDS, PostOffice, note, reply

STALL_SECONDS = 300
LIVES_SECONDS = 3 * LEASE_SECONDS


class Gate(Pace):
    """Lets every call through until the row's baseline is stored; then it waits to be opened."""

    def __init__(self, office: PostOffice, row: Row) -> None:
        super().__init__(9000)
        self._office = office
        self._row = row
        self.is_reached = asyncio.Event()
        self.is_open = asyncio.Event()

    async def turn(self, *, background: bool) -> None:
        await super().turn(background=background)
        if (await self._office.now(self._row)).baseline:
            self.is_reached.set()
            await self.is_open.wait()


@pytest.fixture
async def row(office: PostOffice) -> Row:
    return await office.put(reply("Mailed once.", office.standin))


@pytest.fixture
def gate(office: PostOffice, row: Row) -> Gate:
    return Gate(office, row)


@pytest.fixture
def stalled(office: PostOffice, gate: Gate) -> Deliverer:
    """A bot that gets as far as its first write."""
    patient = office.liveagent.in_background()  # waits for its turn as long as it takes
    return office.deliverer(system=replace(patient, pace=gate))


async def test_a_bot_suspended_before_its_call_does_not_send_late(
    office: PostOffice, row: Row, gate: Gate, stalled: Deliverer
) -> None:
    working = asyncio.create_task(office.attempt(stalled))
    await gate.is_reached.wait()
    await office.clock.advance(STALL_SECONDS)
    assert (await office.deliver(row)).state is State.DONE
    gate.is_open.set()
    await working
    assert len(office.standin.account.mailbox) == 1
    assert office.message_count("Mailed once.") == 1
    assert (await office.now(row)).state is State.DONE


async def test_a_suspended_bot_continues_if_nobody_took_its_row(
    office: PostOffice, row: Row, gate: Gate, stalled: Deliverer
) -> None:
    """Nobody took its row, itself included."""
    working = asyncio.create_task(office.attempt(stalled))
    await gate.is_reached.wait()
    await office.clock.advance(STALL_SECONDS)
    assert await stalled.claim() is None
    gate.is_open.set()
    await working
    assert (await office.now(row)).state is State.DONE
    assert (await office.now(row)).lease_token == 1


async def test_a_long_delivery_keeps_its_lease(
    office: PostOffice, row: Row, gate: Gate, stalled: Deliverer
) -> None:
    heart = asyncio.create_task(stalled.leases.keep())
    working = asyncio.create_task(office.attempt(stalled))
    await gate.is_reached.wait()
    for _ in range(LIVES_SECONDS):
        await beat(office, row)
        assert not await office.attempt()
    gate.is_open.set()
    await working
    heart.cancel()
    assert (await office.now(row)).lease_token == 1
    assert (await office.now(row)).state is State.DONE


async def beat(office: PostOffice, row: Row) -> None:
    """A second passes; what the heartbeat begins then is on disk."""
    due = (await office.now(row)).due
    await office.clock.advance(1)
    renewed = office.clock.now().timestamp() + LEASE_SECONDS
    if due < renewed - LEASE_SECONDS / 4:
        while (await office.now(row)).due < renewed:
            await asyncio.sleep(0.001)


async def test_a_killed_bots_row_is_taken_over_within_seconds(office: PostOffice, row: Row) -> None:
    assert await office.deliverer().claim()  # and no more
    began = office.clock.monotonic()
    assert (await office.deliver(row)).state is State.DONE
    assert office.clock.monotonic() - began < LEASE_SECONDS + 1


class Slow:
    """An outbox in which a confirmation takes so long."""

    def __init__(self, office: PostOffice, seconds: float) -> None:
        self._office = office
        self._seconds = seconds

    async def renew(self, rows: list[Row]) -> frozenset[int]:
        renewed = await self._office.outbox.renew(rows)
        await self._office.clock.advance(self._seconds)
        return renewed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._office.outbox, name)


@pytest.mark.parametrize(("share", "sent"), [(0.4, 1), (0.6, 0)])
async def test_a_slow_lease_confirmation_stops_the_write(
    office: PostOffice, share: float, sent: int
) -> None:
    row = await office.put(note("perhaps too late"))
    slow = Slow(office, LEASE_SECONDS * share)
    await office.attempt(office.deliverer(outbox=slow))
    assert office.message_count("perhaps too late") == sent
    assert (await office.deliver(row)).state is State.DONE
    assert office.message_count("perhaps too late") == 1


async def test_a_renewal_is_by_token(office: PostOffice) -> None:
    outbox = office.outbox
    row = await office.put(note("mine"))
    first = await office.deliverer().claim()
    assert first
    assert await outbox.renew([first]) == {row.id}
    await office.clock.advance(LEASE_SECONDS + 1)
    second = await office.deliverer().claim()
    assert second
    assert await outbox.renew([first]) == frozenset()
    assert await outbox.renew([first, second]) == {row.id}
