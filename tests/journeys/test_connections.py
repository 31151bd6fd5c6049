"""The connection to Slack: refused, dropped, refreshed and forged; and leaving without loss."""

import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot.app import Bot, running
from bot.domain.errors import SlackDoesNotAnswer
from bot.play import sandbox_settings
from bot.sandbox import Sandbox
from bot.sandbox.liveagent import Fault
from bot.sandbox.slack import Person
from bot.settings import Settings
from tests.journeys.acting import CARD
from tests.journeys.transports import in_socket_mode, over_both, over_http
from tests.waiting import GUARD_SECONDS, until


@over_both
async def test_an_error_right_after_the_acknowledgement_does_not_undo_it(ann: Person) -> None:
    for _ in range(20):
        await ann.types("#support", "/ticket hlep")
    await ann.wait_for("Did you mean")
    assert not ann.sees("failed with the error")


@in_socket_mode
async def test_a_refreshed_connection_is_replaced_before_it_is_given_up(
    ann: Person, sandbox: Sandbox
) -> None:
    await sandbox.slack.sockets.refresh(leaving_seconds=GUARD_SECONDS)
    await sandbox.slack.wait_for_connections(2)
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for(CARD)


@in_socket_mode
async def test_a_command_under_way_during_a_refresh_is_answered(
    ann: Person, sandbox: Sandbox
) -> None:
    sandbox.liveagent.faults.add(Fault(kind="delay", seconds=0.3))
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await sandbox.slack.sockets.refresh(leaving_seconds=0)
    await ann.wait_for(CARD)


@in_socket_mode
async def test_a_dropped_connection_comes_back(ann: Person, sandbox: Sandbox) -> None:
    first = sandbox.slack.sockets.connections[0]
    sandbox.slack.sockets.drop()
    await ann.wait_until(
        lambda: any(each is not first for each in sandbox.slack.sockets.connections)
    )
    await ann.types("#support", "/ticket AX4-B4T-FD8")
    await ann.wait_for(CARD)


@in_socket_mode
async def test_a_refused_address_is_not_tried_twice(ann: Person, sandbox: Sandbox) -> None:
    before = len(sandbox.slack.calls("apps.connections.open"))
    first = sandbox.slack.sockets.connections[0]
    sandbox.slack.sockets.refuse(2)
    sandbox.slack.sockets.drop()
    await ann.wait_until(
        lambda: any(each is not first for each in sandbox.slack.sockets.connections)
    )
    assert len(sandbox.slack.calls("apps.connections.open")) == before + 3


@in_socket_mode
async def test_slack_not_answering_for_a_while_is_waited_for(ann: Person, sandbox: Sandbox) -> None:
    first = sandbox.slack.sockets.connections[0]
    sandbox.slack.fail("apps.connections.open", "internal_error", times=2)
    sandbox.slack.sockets.drop()
    await ann.wait_until(
        lambda: any(each is not first for each in sandbox.slack.sockets.connections)
    )


@over_http
async def test_requests_without_a_valid_signature_are_refused(
    bot: Bot, session: aiohttp.ClientSession
) -> None:
    body = {"command": "/ticket", "text": "AX4-B4T-FD8", "user_id": "U0ANN"}
    url = f"http://127.0.0.1:{bot.port}/slack/events"
    none: dict[str, str] = {}
    for headers in (
        none,
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": str(int(time.time()))},
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Signature": "v0=é", "X-Slack-Request-Timestamp": "1"},
    ):
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 401


@in_socket_mode
async def test_in_socket_mode_http_requests_are_not_found(
    bot: Bot, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"http://127.0.0.1:{bot.port}/slack/events") as answer:
        assert answer.status == 404


@over_both
async def test_health_and_figures(
    bot: Bot, ann: Person, sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    await ann.types("#support", "/ticket bI5fR3oN40708G65")
    await ann.wait_for(CARD)
    pages = {}
    for page in ("healthz", "readyz", "metrics"):
        async with session.get(f"http://127.0.0.1:{bot.port}/{page}") as answer:
            assert answer.status == 200
            pages[page] = await answer.text()
    assert 'call="GET conversations/{id}",outcome="ok"' in pages["metrics"]
    for secret in (sandbox.liveagent.api_key, sandbox.slack.bot_token, "bI5fR3oN40708G65"):
        assert secret not in pages["metrics"]


@in_socket_mode
async def test_without_slack_the_bot_is_alive_but_not_ready(
    bot: Bot, ann: Person, sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    sandbox.slack.fail("apps.connections.open", "internal_error", times=1000)
    sandbox.slack.sockets.drop()
    await ann.wait_until(lambda: not sandbox.slack.sockets.connections)
    await until(lambda: not bot.is_connected)
    async with session.get(f"http://127.0.0.1:{bot.port}/readyz") as answer:
        assert answer.status == 503
    async with session.get(f"http://127.0.0.1:{bot.port}/healthz") as answer:
        assert answer.status == 200


@over_both
async def test_shutdown_finishes_work_in_progress(
    sandbox: Sandbox, transport: str, tmp_path: Path
) -> None:
    ann = sandbox.slack.person("ann")
    async with AsyncExitStack() as stack:
        settings = sandbox_settings(sandbox, tmp_path, socket_mode=transport == "socket")
        bot = await stack.enter_async_context(running(settings))
        if transport == "http":
            sandbox.slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
        sandbox.liveagent.faults.add(Fault(kind="delay", seconds=0.5))
        await ann.types("#support", "/ticket AX4-B4T-FD8")
    assert ann.sees(CARD)


@pytest.mark.parametrize(
    ("token", "call"),
    [("slack_bot_token", "auth.test"), ("slack_app_token", "apps.connections.open")],
)
async def test_a_token_that_slack_refuses_ends_the_start(
    sandbox: Sandbox, tmp_path: Path, token: str, call: str
) -> None:
    known = sandbox_settings(sandbox, tmp_path)
    settings = Settings.model_validate({**known.model_dump(), token: "xoxb-wrong"})
    with pytest.raises(SlackDoesNotAnswer, match=f"{call}: invalid_auth"):
        async with running(settings):
            pass
