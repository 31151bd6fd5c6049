"""The composition root: the only package that imports every layer.

Each module builds one part of the bot; `running` starts and stops the whole.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import handlers
from bot.app.bot import Bot
from bot.app.connections import listening, routes, taking_events, wait_for_slack
from bot.app.delivery import build_courier, delivering
from bot.app.desks import build_desks
from bot.app.foundation import build_foundation
from bot.app.intervals import DRAIN_SECONDS, USUAL, Intervals
from bot.app.jobs import build_jobs, build_live
from bot.app.notifiers import build_notifiers
from bot.app.services import build_services
from bot.app.watching import build_watch
from bot.domain.clock import MACHINE, Clock
from bot.jobs.scheduler import scheduler
from bot.settings import Settings
from bot.slack.bolt import bolt_app
from bot.slack.client import Slack
from bot.slack.session import new_session
from bot.storage.database import Database

__all__ = ["Bot", "Intervals", "run", "running"]


async def run(settings: Settings, intervals: Intervals = USUAL, clock: Clock = MACHINE) -> None:
    """Runs until SIGTERM or SIGINT, then finishes work in progress."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  asyncio.run creates one
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        async with running(settings, intervals, clock):
            await asyncio.Future()


@asynccontextmanager
async def running(
    settings: Settings, intervals: Intervals = USUAL, clock: Clock = MACHINE
) -> AsyncIterator[Bot]:
    """Runs a bot connected to Slack. Raises `SlackDoesNotAnswer` if Slack refuses its tokens.

    Jobs, listeners and the age of tickets follow `clock`. The database, deliveries, LiveAgent's
    pace and the cache of Slack's users follow the machine's.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session())
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        await database.migrate()
        token = settings.slack_bot_token.get_secret_value()
        slack = Slack(session, token, settings.slack_api_url, clock=clock)

        base = build_foundation(settings, intervals, clock, slack, database)
        watch, live = build_watch(base), build_live(base)
        desks = build_desks(base, watch.hasten)
        notifiers = build_notifiers(base, desks)
        courier = build_courier(base, notifiers.operations, watch.hasten)
        services = build_services(base, desks, notifiers, wake=courier.wake, leave_live=live.leave)
        stack.push_async_callback(services.homes.finish, DRAIN_SECONDS)
        stack.push_async_callback(services.finish, DRAIN_SECONDS)

        app = bolt_app(slack, settings.slack_api_url)
        handlers.register(app, services)
        dispatch = handlers.interactions(services, app.async_dispatch).dispatch
        bot = Bot(settings.port, settings.port, database, slack, clock)
        served = routes(settings, dispatch, watch.hasten, base.metrics)
        await stack.enter_async_context(listening(settings, bot, served, base.metrics))
        await wait_for_slack(slack, clock)
        await database.set_clock()

        await stack.enter_async_context(delivering(courier))
        jobs = build_jobs(base, desks, watch, live) | {bot.check_token: intervals.token}
        await stack.enter_async_context(scheduler(jobs, clock, drain_seconds=DRAIN_SECONDS))
        await stack.enter_async_context(taking_events(settings, dispatch, bot))
        yield bot
