"""The bot's connections: HTTP ports, and Slack's events over the socket or HTTP."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiohttp import web

from bot import health
from bot.app.bot import Bot
from bot.app.intervals import DRAIN_SECONDS
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import SlackDoesNotAnswer
from bot.liveagent import webhook
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack import server
from bot.slack.client import Slack
from bot.slack.refusals import FINAL
from bot.slack.server import Dispatch
from bot.slack.socket import SocketMode
from bot.tasks import Tasks

log = structlog.get_logger()

RETRY_SECONDS = 5.0  # between attempts to reach Slack at the start


def routes(
    settings: Settings, dispatch: Dispatch, hasten: Callable[[], None], metrics: Metrics
) -> list[web.RouteDef]:
    """Returns the routes for Slack (unless Socket Mode is used) and for LiveAgent's webhook."""
    found = list[web.RouteDef]()
    if not settings.slack_app_token:
        secret = settings.slack_signing_secret
        signing_secret = secret.get_secret_value() if secret else ""
        found += server.routes(dispatch, signing_secret, MACHINE)
    if webhook_secret := settings.liveagent_webhook_secret:
        found += webhook.routes(webhook_secret.get_secret_value(), hasten, metrics.webhook)
    return found


@asynccontextmanager
async def listening(
    settings: Settings, bot: Bot, routes: Sequence[web.RouteDef], metrics: Metrics
) -> AsyncIterator[None]:
    """Listens on one port, or on two if monitoring has its own."""
    watched = health.routes(metrics.registry, bot.is_ready, lambda: bot.refresh_metrics(metrics))
    async with AsyncExitStack() as stack:

        async def listen(port: int, routes: Sequence[web.RouteDef]) -> int:
            pages = server.listening(settings.host, port, routes)
            return await stack.enter_async_context(pages)

        if settings.metrics_port is None or settings.metrics_port == settings.port != 0:
            bot.port = bot.metrics_port = await listen(settings.port, [*watched, *routes])
        else:
            bot.port = bot.metrics_port = await listen(settings.metrics_port, watched)
            if routes:
                bot.port = await listen(settings.port, routes)
        stack.callback(setattr, bot, "takes_events", False)  # noqa: FBT003  the attribute's value
        yield


async def wait_for_slack(slack: Slack, clock: Clock) -> None:
    """Waits until Slack answers. Raises `SlackDoesNotAnswer` if Slack refuses the token."""
    while True:
        try:
            await slack.identity()
        except SlackDoesNotAnswer as error:
            if error.why in FINAL:
                raise
            log.warning("waiting for Slack", why=error.why)
            await clock.sleep(RETRY_SECONDS)
        else:
            return


@asynccontextmanager
async def taking_events(settings: Settings, dispatch: Dispatch, bot: Bot) -> AsyncIterator[None]:
    """Receives Slack's events over Socket Mode if there is an app-level token, else over HTTP."""
    if not settings.slack_app_token:
        bot.takes_events = True
        log.info("listening", port=bot.port, path=server.PATH)
        yield
        return
    token = settings.slack_app_token.get_secret_value()
    bot.socket = SocketMode(dispatch, bot.slack, token, bot.clock)
    await bot.socket.connect()
    bot.takes_events = True
    running = Tasks()
    running.start(bot.socket.run())
    try:
        yield
    finally:
        await running.cancel()
        await bot.socket.leave(DRAIN_SECONDS)
