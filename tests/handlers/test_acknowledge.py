"""Slack gets its acknowledgement at once, or after the commit; later errors lose nothing."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import structlog
from slack_bolt.async_app import AsyncAck

from handlers.dispatch.acknowledge import acknowledge_and_run, run_until_acknowledged
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.services import Services
from tests.bench.services import bolt, click, submission


def clicked(services: Services) -> Context:
    return Context(Interaction("U1", "", "action", "x", teams=frozenset({"T1"})), services)


async def fail(_: Context) -> None:
    raise RuntimeError("after the acknowledgement")


async def test_a_click_is_acknowledged_before_its_listener_begins(services: Services) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def wait(_: Context) -> None:
        begun.set()
        await may_end.wait()

    assert acknowledge_and_run(clicked(services), wait).status == 200
    assert not begun.is_set()
    await begun.wait()
    finishing = asyncio.create_task(services.finish(30))
    await asyncio.sleep(0)
    assert not finishing.done()  # the bot does not leave meanwhile
    may_end.set()
    await finishing
    assert not services.tasks


async def test_a_listener_that_fails_takes_no_acknowledgement_back(services: Services) -> None:
    assert acknowledge_and_run(clicked(services), fail).status == 200

    async def acknowledge(context: Context, ack: AsyncAck) -> None:
        await ack(response_action="clear")
        await fail(context)

    response = await run_until_acknowledged(clicked(services), acknowledge)
    assert (response.status, response.body) == (200, '{"response_action": "clear"}')
    await services.finish(30)


async def test_a_listener_that_never_acknowledges_is_an_error(services: Services) -> None:
    async def forget(_context: Context, _ack: AsyncAck) -> None: ...

    response = await run_until_acknowledged(clicked(services), forget)
    assert response.status == 500


async def test_an_error_of_the_error_handler_is_logged(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    def observe(*_: object) -> None:
        raise RuntimeError("a full disk, perhaps")

    broken = replace(services, observe=observe)
    acknowledge_and_run(clicked(broken), fail)
    await broken.finish(30)
    assert "background task failed" in caplog.text
    response = await run_until_acknowledged(clicked(broken), lambda context, _: fail(context))
    assert response.status == 200  # a notice in the form, given before


async def test_concurrent_listeners_log_their_own_reference(services: Services) -> None:
    met, bound = asyncio.Barrier(2), {}

    async def note(context: Context) -> None:
        await met.wait()
        context_variables = structlog.contextvars.get_contextvars()
        bound[context.interaction.reference] = context_variables["reference"]

    contexts = [clicked(services), clicked(services)]
    for each in contexts:
        acknowledge_and_run(each, note)
    await services.finish(30)
    assert bound == {each.interaction.reference: each.interaction.reference for each in contexts}
    assert "reference" not in structlog.contextvars.get_contextvars()


async def test_a_form_is_acknowledged_once_its_row_is_there(services: Services) -> None:
    assert await services.operations.last_of("U1", limit=1) == []
    assert (await bolt(services)(submission(1))).status == 200
    assert await services.operations.last_of("U1", limit=1)


async def test_other_requests_go_to_bolt(services: Services) -> None:
    dispatch = bolt(services)
    asked: dict[str, Any] = {"type": "url_verification", "challenge": "c-1"}
    assert "c-1" in (await dispatch(asked)).body
    unknown: dict[str, Any]
    for unknown in ({"type": "view_closed", "view": {}}, {"command": "/other"}):
        assert (await dispatch(unknown)).status == 404
    event = {"type": "event_callback", "team_id": "T1", "event": {"type": "link_shared"}}
    assert (await dispatch(event)).status == 200
    assert services.tasks  # acknowledged, and begun
    await services.finish(30)
    own = {**event, "event": {"type": "link_shared", "user": "U0"}}
    assert (await dispatch(own)).status == 200
    assert not services.tasks
    assert (await dispatch(click("open_in_liveagent", "s4y7t5s7"))).status == 200
    await services.finish(30)
