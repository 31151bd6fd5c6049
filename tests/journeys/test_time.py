"""Moving the sandbox's clock makes scheduled things happen."""

from datetime import timedelta

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.digesting import add, posted

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


async def test_moving_the_clock_brings_a_digest(ann: Person, sandbox: Sandbox) -> None:
    await add(ann)
    await sandbox.clock.move(timedelta(days=4))
    assert "Where is my order?" in await posted(ann)


async def test_a_deletion_leaves_when_its_ten_minutes_are_over(
    adam: Person, sandbox: Sandbox
) -> None:
    await adam.types("#support", "/ticket delete AX4-B4T-FD8")
    form = await adam.wait_for_form("Confirm")
    form = await adam.fills(form, {"Reason": "asked to be forgotten"})
    await adam.submits(await adam.fills(form, {"Confirm": ["Yes, delete AX4-B4T-FD8"]}))
    await adam.wait_for("[Undo]")
    ticket = sandbox.liveagent.account.ticket("AX4-B4T-FD8")
    assert ticket.status != "X"
    await sandbox.clock.move(timedelta(minutes=10))
    await adam.wait_until(lambda: ticket.status == "X")
