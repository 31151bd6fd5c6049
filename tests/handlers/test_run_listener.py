"""Whatever a listener does, Slack gets its acknowledgement in time, and the user an answer."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck

from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.run import ACKNOWLEDGED_SECONDS, Acknowledgement, run_listener
from tests.bench.services import open_services
from tests.clock import ManualClock
from tests.waiting import GUARD_SECONDS

INPUT = {"type": "input", "block_id": "note_text", "element": {"type": "plain_text_input"}}


def body_of(ack: AsyncAck) -> str:
    """Of the acknowledgement; "" where there is none."""
    return str(ack.response.body) if ack.response else ""


@pytest.mark.parametrize(
    ("blocks", "answer", "advice"),
    [
        ([INPUT], "errors", "Press again"),
        ([{"type": "divider"}], "update", "Check before you try again"),
        ([], "update", "Check before you try again"),
    ],
)
async def test_a_form_that_takes_too_long_is_answered(
    blocks: list[Any], answer: str, advice: str
) -> None:
    clock, ack = ManualClock(), Acknowledgement()
    ended = asyncio.Event()

    async def never(_: Context) -> None:
        try:
            await asyncio.Future()
        finally:
            ended.set()

    view = {"id": "V1", "type": "modal", "callback_id": "note", "blocks": blocks, "submit": {}}
    sent = Interaction("U1", "", "submission", "note", view=view, teams=frozenset({"T1"}))
    async with open_services() as (services, _):
        context = Context(sent, replace(services, clock=clock))
        attending = asyncio.create_task(run_listener(context, never, ack))
        async with asyncio.timeout(GUARD_SECONDS):
            while not clock.sleepers:  # the limit
                await asyncio.sleep(0)
        await clock.advance(ACKNOWLEDGED_SECONDS - 0.1)
        assert body_of(ack) == ""
        await clock.advance(0.2)
        await attending
    assert ended.is_set()
    assert f'"response_action": "{answer}"' in body_of(ack)
    assert "may or may not have been saved" in body_of(ack)
    assert advice in body_of(ack)


async def test_an_acknowledged_listener_has_no_time_limit() -> None:
    clock, ack = ManualClock(), Acknowledgement()
    ended = []

    async def take_long(context: Context) -> None:
        await ack()
        await context.services.clock.sleep(2 * ACKNOWLEDGED_SECONDS)
        ended.append(context.interaction.id)

    sent = Interaction("U1", "", "submission", "note", teams=frozenset({"T1"}))
    async with open_services() as (services, _):
        context = Context(sent, replace(services, clock=clock))
        attending = asyncio.create_task(run_listener(context, take_long, ack))
        await ack.given
        await clock.advance(2 * ACKNOWLEDGED_SECONDS)
        await attending
    assert ended == ["note"]
