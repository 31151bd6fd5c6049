"""A tiny app as the counterpart, built with the real Bolt, in both modes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Person, SlackStandIn
from tests.waiting import GUARD_SECONDS

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "bot_user": {"display_name": "echo"},
        "slash_commands": [
            {"command": "/echo", "description": "Says it again", "should_escape": True},
            {"command": "/raw", "description": "The same, unescaped"},
        ],
        "shortcuts": [
            {"name": "Echo this", "type": "message", "callback_id": "echo_message"},
            {"name": "Start", "type": "global", "callback_id": "start"},
        ],
        "unfurl_domains": ["acme.example"],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "chat:write",
                "commands",
                "channels:history",
                "channels:read",
                "im:history",
                "im:read",
                "links:read",
                "links:write",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "link_shared"]},
        "interactivity": {"is_enabled": True},
    },
}

Connect = Callable[[AsyncApp], Awaitable[None]]


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ack_seconds() -> float:
    """How long Slack waits. A test that is about that says it; for all others it is a guard."""
    return GUARD_SECONDS


@pytest.fixture
async def slack(clock: Clock, ack_seconds: float) -> AsyncIterator[SlackStandIn]:
    slack = SlackStandIn(
        MANIFEST, clock=clock, ack_seconds=ack_seconds, redelivery_seconds=(0, 0.01)
    )
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
def ann(slack: SlackStandIn) -> Person:
    return slack.person("ann")


@pytest.fixture
def client(slack: SlackStandIn) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def app(slack: SlackStandIn, client: AsyncWebClient) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0ACME", bot_user_id="U0BOT", bot_token=slack.bot_token
        )

    return AsyncApp(client=client, authorize=authorize, signing_secret=slack.signing_secret)


@asynccontextmanager
async def through_socket(app: AsyncApp, slack: SlackStandIn) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(
        app,
        slack.app_token,
        web_client=AsyncWebClient(slack.app_token, base_url=slack.api_url),
        ping_interval=1,
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.wait_for_connections()
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def through_http(app: AsyncApp, slack: SlackStandIn) -> AsyncIterator[None]:
    runner = web.AppRunner(app.web_app("/slack/events"), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield
    await runner.cleanup()


@pytest.fixture(params=[through_socket, through_http], ids=["socket", "http"])
async def connected(
    request: pytest.FixtureRequest, app: AsyncApp, slack: SlackStandIn
) -> AsyncIterator[AsyncApp]:
    async with request.param(app, slack):
        yield app
