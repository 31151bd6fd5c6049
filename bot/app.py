"""The composition root: the one file that knows every class."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

import handlers
from bot import health
from bot.desk.desk import Desk
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.ref import Account
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack import server
from bot.slack.client import FINAL, Slack, web_client
from bot.slack.people import People
from bot.slack.socket import SocketMode
from handlers.context import House

log = structlog.get_logger()

DRAIN_SECONDS = 25.0
SLACK_AGAIN_SECONDS = 5.0  # between attempts while Slack can't be reached at the start


@dataclass(slots=True)
class Bot:
    """A bot that is running. `port` is where it listens, in both modes."""

    port: int
    is_ready: bool = False
    socket: SocketMode | None = None

    @property
    def is_connected(self) -> bool:
        return self.is_ready and (self.socket is None or self.socket.is_connected)


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; what is under way then is finished first."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  asyncio.run makes one
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        async with running(settings):
            await asyncio.Future()


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Bot]:
    """A bot connected to Slack. Raises `SlackDoesNotAnswer` if Slack refuses its tokens."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
    ) as session:
        token = settings.slack_bot_token.get_secret_value()
        slack = Slack(session, token, settings.slack_api_url)
        metrics = Metrics()
        house = _house(settings, slack, metrics)
        app = _bolt(settings, slack)
        handlers.register(app, house)
        try:
            async with _listening(settings, app, metrics) as bot:
                await _greet(slack)
                async with _taking_events(settings, app, slack, bot):
                    yield bot
        finally:
            await house.finish(DRAIN_SECONDS)


def _house(settings: Settings, slack: Slack, metrics: Metrics) -> House:
    liveagent = LiveAgent(
        session=slack.session,
        url=settings.liveagent_url,
        api_key=settings.liveagent_api_key.get_secret_value(),
        zone=settings.liveagent_timezone,
        pace=Pace(settings.liveagent_calls_per_minute),
        observe=metrics.liveagent_call,
    )
    return House(
        desk=Desk(liveagent, CachedDirectory(liveagent), lambda: datetime.now(UTC)),
        slack=slack,
        people=People(slack),
        account=Account(settings.liveagent_url),
        observe=metrics.interaction,
    )


def _bolt(settings: Settings, slack: Slack) -> AsyncApp:
    """No request waits for Slack: who the bot is was asked at the start."""

    async def authorize() -> AuthorizeResult:
        me = await slack.identity()
        return AuthorizeResult(
            enterprise_id=None, team_id=me.team_id, bot_user_id=me.bot_user_id, bot_id=me.bot_id
        )

    secret = settings.slack_signing_secret
    return AsyncApp(
        name="liveagent-tickets",
        client=web_client(slack.session, None, settings.slack_api_url),
        authorize=authorize,
        signing_secret=secret.get_secret_value() if secret else "",
    )


@asynccontextmanager
async def _listening(settings: Settings, app: AsyncApp, metrics: Metrics) -> AsyncIterator[Bot]:
    bot = Bot(settings.port)
    pages = web.Application()
    pages.add_routes(health.routes(metrics.registry, lambda: bot.is_connected))
    if not settings.slack_app_token:
        pages.add_routes(server.routes(app))
    runner = web.AppRunner(pages, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        bot.port = runner.addresses[0][1]
        yield bot
    finally:
        bot.is_ready = False
        await runner.cleanup()


async def _greet(slack: Slack) -> None:
    """Until Slack answers; a token that it refuses is no matter of waiting."""
    while True:
        try:
            await slack.identity()
        except SlackDoesNotAnswer as error:
            if error.why in FINAL:
                raise
            log.warning("waiting for Slack", why=error.why)
            await asyncio.sleep(SLACK_AGAIN_SECONDS)
        else:
            return


@asynccontextmanager
async def _taking_events(
    settings: Settings, app: AsyncApp, slack: Slack, bot: Bot
) -> AsyncIterator[None]:
    if not settings.slack_app_token:
        bot.is_ready = True
        log.info("listening", port=bot.port, path=server.PATH)
        yield
        return
    bot.socket = SocketMode(app.async_dispatch, slack, settings.slack_app_token.get_secret_value())
    await bot.socket.connect()
    bot.is_ready = True
    running = asyncio.create_task(bot.socket.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
        await bot.socket.leave(DRAIN_SECONDS)
