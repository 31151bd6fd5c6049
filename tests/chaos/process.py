"""A bot of the simulated day: the parts that `bot/app` builds, with a fate."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot.desk.customers import Customers
from bot.desk.delivery.deliverer import Deliverer, Timing
from bot.desk.desk import Desk
from bot.desk.live import LiveSubscriber
from bot.desk.my_tickets import MyTicketsSubscriber
from bot.desk.stored import StoredOperations
from bot.desk.watch.cards import Cards
from bot.desk.watch.listing import Listing
from bot.desk.watch.poller import Poller
from bot.desk.watch.subscribers import Subscribers
from bot.domain.clock import TimeLimit
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.ref import Account
from bot.domain.ticket_message import ShownAs
from bot.jobs.drawing import OwnCards, SharedCards
from bot.jobs.follow import Draw, Follower
from bot.jobs.live import LiveJob
from bot.jobs.live_messages import LiveMessages
from bot.jobs.my_tickets import MyTicketsJob
from bot.jobs.watch import WatchJob
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.liveagent.readings import Readings
from bot.sandbox import Sandbox
from bot.slack.client import Slack
from bot.slack.people import People
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.live_channels import LiveChannels
from bot.storage.live_events import LiveEvents
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.outbox import Outbox
from bot.storage.ticket_messages import TicketMessages
from bot.storage.ticket_news import TicketNews
from bot.storage.watch import Watch
from tests.chaos.frail import Fate, Frail
from tests.clock import ManualClock
from tests.files import files_of

CALLS = 180  # a minute, LiveAgent's limit; the bots share it


@dataclass(frozen=True)
class ApartClock:
    """A machine's clock that is wrong by some seconds."""

    right: ManualClock
    seconds: float

    def now(self) -> datetime:
        return self.right.now() + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.right.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self.right.sleep(seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[TimeLimit]:
        return self.right.timeout(seconds)


@dataclass
class Process:
    fate: Fate
    jobs: Mapping[str, Callable[[], Awaitable[object]]]
    _tasks: dict[str, asyncio.Task[object]] = field(default_factory=dict)

    @classmethod
    def start(
        cls,
        sandbox: Sandbox,
        web: aiohttp.ClientSession,
        database: Database,
        clock: "ApartClock",
        fate: Fate,
    ) -> "Process":
        pace = Pace(CALLS // 2, clock=clock)
        url = sandbox.liveagent.url
        liveagent = LiveAgent(
            web,
            url,
            sandbox.liveagent.api_key,
            ZoneInfo("UTC"),
            pace,
            lambda *_: None,
            readings=Readings(clock),
        )
        system: Any = Frail(fate, liveagent)
        unhurried: Any = Frail(fate, liveagent.in_background())
        slack: Any = Frail(
            fate,
            Slack(web, sandbox.slack.bot_token, sandbox.slack.api_url),
            lambda: SlackDoesNotAnswer("call", "TimeoutError"),
        )
        messages: Any = Frail(fate, TicketMessages(database, clock))
        events: Any = Frail(fate, LiveEvents(database))
        watch: Any = Frail(fate, Watch(database, lease_seconds=30))
        changes: Any = Frail(fate, Changes(database, lease_seconds=60))
        deliveries: Any = Frail(fate, Deliveries(database, lease_seconds=20))
        channels = LiveChannels(database)
        directory = CachedDirectory(liveagent, clock=clock)
        desk = Desk(unhurried, directory, Account(url), clock.now)
        people = People(slack, language_of=_no_choice)
        drawing = LiveMessages(desk, channels, watch)
        live = LiveJob(channels, events, messages, drawing, slack, people, clock)
        choices: Any = Frail(fate, MyTicketsChoices(database, clock))
        news: Any = Frail(fate, TicketNews(database))
        telling = MyTicketsJob(choices, news, messages, desk, slack, people, clock)
        operations = StoredOperations(Outbox(database), clock)
        customers = Customers(desk, has_spare_calls=lambda: False, clock=clock)
        own_cards = OwnCards(desk, people, operations, customers)
        shown: Mapping[ShownAs, Draw] = {
            ShownAs.LIVE: drawing,
            ShownAs.SHARED: SharedCards(desk, people),
            ShownAs.DIRECT: own_cards,
            ShownAs.PRIVATE: own_cards,
        }
        follower = Follower(messages, slack, shown, clock)
        subscribers = Subscribers(
            changes,
            [
                Cards(messages),
                LiveSubscriber(channels, events),
                MyTicketsSubscriber(choices, news, directory),
            ],
        )

        async def server_time() -> datetime | None:
            local: datetime | None = (await unhurried.application()).local_time
            return local and local.replace(tzinfo=ZoneInfo("UTC"))

        poller = Poller(
            Listing(unhurried, directory.departments),
            unhurried,
            server_time,
            directory.agents,
            watch,
            clock,
        )
        watching = WatchJob(
            watch, poller, subscribers, CALLS // 2, is_uncontended=pace.is_uncontended
        )
        deliverer = Deliverer(
            deliveries,
            Desk(system, directory, Account(url), clock.now),
            people.find_now,
            files_of(database),
            timing=Timing(clock=clock),
            observe=lambda *_: watching.hasten(),
        )

        async def deliver() -> None:
            while row := await deliverer.claim():
                await deliverer.deliver(row)

        jobs = {
            "watch": watching.tick,
            "audience": subscribers.tick,
            "live": live.tick,
            "my tickets": telling.tick,
            "follow": follower.tick,
            "deliver": deliver,
        }
        return cls(fate, jobs)

    def start_round(self) -> None:
        """Starts each job that is not under way."""
        for name, job in self.jobs.items():
            if name not in self._tasks:
                self._tasks[name] = asyncio.ensure_future(_task(job))

    def errors(self) -> list[BaseException]:
        """Returns why jobs broke off since it was asked last."""
        done = {name: task for name, task in self._tasks.items() if task.done()}
        for name in done:
            del self._tasks[name]
        found = [None if task.cancelled() else task.exception() for task in done.values()]
        return [error for error in found if error]

    async def end(self) -> None:
        self.fate.is_dead = True
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def _task(job: Callable[[], Awaitable[object]]) -> object:
    return await job()


async def _no_choice(_user_id: str) -> str:
    return ""
