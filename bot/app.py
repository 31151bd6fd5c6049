"""The composition root: the only file that knows every class."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

import handlers
from bot import health
from bot.desk.answers import AnswerDesk
from bot.desk.commits import Commits
from bot.desk.customers import Customers
from bot.desk.delivery.courier import Courier
from bot.desk.delivery.deliverer import Deliverer, Timing
from bot.desk.delivery.files import FileDelivery
from bot.desk.desk import Desk
from bot.desk.digests import DigestDesk
from bot.desk.files import FileDesk
from bot.desk.history import History
from bot.desk.late import LateDesk
from bot.desk.live import LiveDesk, LiveListener
from bot.desk.my_tickets import MyTickets, MyTicketsListener
from bot.desk.reads import SharedReads
from bot.desk.search import TicketSearch
from bot.desk.stored import StoredOperations
from bot.desk.submissions import Submissions
from bot.desk.watch.audience import Audience
from bot.desk.watch.cards import Cards
from bot.desk.watch.listing import Listing
from bot.desk.watch.poller import Poller
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import Row
from bot.domain.ref import Account
from bot.domain.ticket_message import ShownAs
from bot.health import Bounded
from bot.jobs.bounces import BounceJob
from bot.jobs.digests import DigestJob
from bot.jobs.drawing import OwnCards, SharedCards
from bot.jobs.follow import Draw, Follower
from bot.jobs.housekeeping import Housekeeping
from bot.jobs.late import LateJob
from bot.jobs.late_posts import LateTools
from bot.jobs.live import LiveJob, LiveMessages
from bot.jobs.my_tickets import MyTicketsJob
from bot.jobs.scheduler import Job, scheduler
from bot.jobs.wakes import WakeJob
from bot.jobs.watch import WatchJob
from bot.liveagent import webhook
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.memberships import SECONDS_EACH
from bot.liveagent.pace import Pace
from bot.liveagent.readings import Readings
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack import server
from bot.slack.bolt import bolt_app
from bot.slack.channels import check_is_ours
from bot.slack.client import FINAL, Slack, new_session
from bot.slack.files import SlackFiles
from bot.slack.people import People
from bot.slack.server import Dispatch
from bot.slack.socket import SocketMode
from bot.storage.answers import SavedAnswers
from bot.storage.audit import Audit
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.digests import Digests
from bot.storage.figures import Figures, can_write, read_figures
from bot.storage.files import Files
from bot.storage.late import LateAlerts
from bot.storage.live import LiveChannels, LiveEvents
from bot.storage.mailed import Mailed
from bot.storage.my_tickets import TicketListeners, TicketNews
from bot.storage.notifications import Notifications
from bot.storage.open_forms import OpenForms as StoredForms
from bot.storage.outbox import Outbox
from bot.storage.preferences import Preferences
from bot.storage.presence import Presence
from bot.storage.recent import Recent
from bot.storage.retention import Retention
from bot.storage.reviews import Reviews
from bot.storage.thread_links import ThreadLinks
from bot.storage.ticket_messages import TicketMessages
from bot.storage.wakes import Wakes
from bot.storage.watch import Watch
from bot.tasks import Tasks
from handlers.dispatch.context import Services
from handlers.notify.bulk import BulkNotifier
from handlers.notify.home import HomePublisher
from handlers.notify.open_forms import OpenForms
from handlers.notify.operations import OperationNotifier
from handlers.notify.place import Places
from handlers.notify.review import ReviewPublisher
from handlers.notify.thread_link import ThreadLinkPoster

log = structlog.get_logger()

DRAIN_SECONDS = 25.0
SLACK_AGAIN_SECONDS = 5.0  # between attempts to reach Slack at the start


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals in seconds. Leases are renewed meanwhile; a digest's lease outlasts its posting.

    A job whose interval is infinite does not run.
    """

    lease: float = 20.0
    digest_lease: float = 60.0
    tick: float = 2.0
    digest_wait: float = 30.0
    waking: float = 30.0
    housekeeping: float = 24 * 3600.0
    token: float = 30.0
    watch: float = 1.0
    watch_lease: float = 30.0
    listener_lease: float = 60.0
    rest: float = 3600.0
    delivery: Timing = field(default_factory=Timing)


@dataclass(slots=True)
class Bot:
    """A running bot. It listens on `port` and serves monitoring on `metrics_port`."""

    port: int
    metrics_port: int
    database: Database
    slack: Slack
    clock: Clock
    has_greeted: bool = False
    socket: SocketMode | None = None
    token_refusal: str = ""
    """Slack's error if it no longer accepts the bot's token, else ""."""
    _can_write: Bounded[bool] = field(init=False)
    _figures: Bounded[Figures | None] = field(init=False)

    def __post_init__(self) -> None:
        self._can_write = Bounded(lambda: can_write(self.database), clock=self.clock)
        self._figures = Bounded(self._read_figures, clock=self.clock)

    @property
    def is_connected(self) -> bool:
        has_way = self.socket is None or self.socket.is_connected
        return self.has_greeted and has_way and not self.token_refusal

    async def is_ready(self) -> bool:
        """Whether Slack is connected and the database takes writes."""
        return self.is_connected and await self._can_write() is True

    async def look(self, metrics: Metrics) -> None:
        """Updates the metrics; figures are missing while the database does not answer."""
        writes, figures = await asyncio.gather(self._can_write(), self._figures())
        metrics.look(figures, is_connected=self.is_connected, can_write=writes is True)

    async def check_token(self) -> None:
        """Detects a revoked token.

        Over HTTP nothing else does, because Slack keeps sending requests.
        """
        refusal = ""
        try:
            await self.slack.token()
        except SlackDoesNotAnswer as error:
            refusal = error.why if error.why in FINAL else self.token_refusal
        if refusal and not self.token_refusal:
            log.error("Slack refuses the bot's token", why=refusal)
        elif self.token_refusal and not refusal:
            log.info("Slack takes the bot's token again")
        self.token_refusal = refusal

    async def _read_figures(self) -> Figures | None:
        with suppress(SQLAlchemyError, OSError):
            return await read_figures(self.database)
        return None


async def run(settings: Settings, tempo: Intervals = Intervals(), clock: Clock = MACHINE) -> None:
    """Runs until SIGTERM or SIGINT, and then finishes what is under way."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  asyncio.run creates one
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        async with running(settings, tempo, clock):
            await asyncio.Future()


@asynccontextmanager
async def running(
    settings: Settings, tempo: Intervals = Intervals(), clock: Clock = MACHINE
) -> AsyncIterator[Bot]:
    """Runs a bot connected to Slack. Raises `SlackDoesNotAnswer` if Slack refuses its tokens.

    All waiting and the age of tickets follow `clock`.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session())
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        await database.migrate()
        slack = Slack(session, settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        metrics = Metrics()
        services, courier, watching, jobs = _services(
            settings, slack, database, metrics, tempo, clock
        )
        stack.push_async_callback(services.homes.finish, DRAIN_SECONDS)
        stack.push_async_callback(services.finish, DRAIN_SECONDS)
        app = bolt_app(slack, settings.slack_api_url)
        handlers.register(app, services)
        dispatch = handlers.interactions(services, app.async_dispatch).dispatch
        asked = _asked(settings, dispatch, watching.hasten, metrics)
        bot = await stack.enter_async_context(
            _listening(settings, asked, database, slack, metrics, clock)
        )
        await _greet(slack, clock)
        await stack.enter_async_context(_delivering(courier))
        housekeeping = Housekeeping(
            Retention(database),
            timedelta(days=settings.keep_bodies_days),
            timedelta(days=settings.keep_rows_days),
            metrics.housekeeping,
        )
        jobs |= {housekeeping.tick: tempo.housekeeping, bot.check_token: tempo.token}
        await stack.enter_async_context(scheduler(jobs, clock, drain_seconds=DRAIN_SECONDS))
        await stack.enter_async_context(_taking_events(settings, dispatch, slack, bot))
        yield bot


def _liveagent(settings: Settings, slack: Slack, metrics: Metrics, clock: Clock) -> LiveAgent:
    liveagent = LiveAgent(
        session=slack.session,
        url=settings.liveagent_url,
        api_key=settings.liveagent_api_key.get_secret_value(),
        zone=settings.liveagent_timezone,
        pace=Pace(settings.liveagent_calls_per_minute, observe=metrics.liveagent_turn),
        observe=metrics.liveagent_call,
        readings=Readings(clock),
    )
    if not settings.liveagent_api_v3_key:
        return liveagent
    calls = settings.liveagent_calls_per_minute
    apart = Pace(calls) if settings.liveagent_keys_counted_apart else None
    key = settings.liveagent_api_v3_key.get_secret_value()
    return liveagent.with_v3(key, pace=apart, clock=clock)


def _services(
    settings: Settings,
    slack: Slack,
    database: Database,
    metrics: Metrics,
    tempo: Intervals,
    clock: Clock,
) -> tuple[Services, Courier, WatchJob, dict[Job, float]]:
    liveagent = _liveagent(settings, slack, metrics, clock)
    preferences, wakes = Preferences(database, clock), Wakes(database, clock)
    directory = CachedDirectory(liveagent, clock=clock)
    people = People(slack, language_of=preferences.language_of)
    account = Account(settings.liveagent_url)
    desk = Desk(liveagent, directory, account, clock.now, wakes.status_before)
    customers = _customers(desk, liveagent, clock)
    desk = replace(desk, others_known=customers.others_known)
    outbox, audit = Outbox(database), Audit(database)
    messages = TicketMessages(database, clock)
    live_channels, live_events = LiveChannels(database), LiveEvents(database)
    late_alerts = LateAlerts(database)
    listeners, news = TicketListeners(database, clock), TicketNews(database)
    audience = Audience(
        Changes(database, lease_seconds=tempo.listener_lease),
        [
            Cards(messages),
            LiveListener(live_channels, live_events),
            MyTicketsListener(listeners, news, directory),
        ],
    )
    watch = Watch(database, lease_seconds=tempo.watch_lease)
    watching = WatchJob(
        watch,
        _poller(liveagent, directory, watch, clock),
        audience,
        settings.liveagent_calls_per_minute,
        is_quiet=liveagent.pace.is_quiet,
        observe=metrics.poll,
    )
    channel_digests = Digests(database, lease_seconds=tempo.digest_lease)
    operations = StoredOperations(outbox, clock)
    commits = Commits(clock)
    digest_desk = DigestDesk(
        desk, channel_digests, people.find, partial(check_is_ours, slack), commits, clock
    )
    search = TicketSearch.of(desk)
    live_desk = LiveDesk(
        desk,
        live_channels,
        people.find,
        partial(check_is_ours, slack),
        watching.hasten,
        commits,
        clock,
    )
    my_tickets = MyTickets(desk, listeners, people.find, watching.hasten)
    homes = HomePublisher(
        desk,
        slack,
        people,
        preferences,
        operations,
        digest_desk,
        live_desk,
        my_tickets,
        search,
        account,
    )
    open_forms, reviews = OpenForms(StoredForms(database, clock)), Reviews(database)
    review_forms = ReviewPublisher(desk, slack, people, reviews, operations, account)
    places = Places(desk, slack, operations, account, open_forms, review_forms)
    notifier = OperationNotifier(
        slack,
        people,
        account,
        preferences,
        homes,
        BulkNotifier(slack, people, operations, preferences, account, places),
        places,
        ThreadLinkPoster(slack, account, ThreadLinks(database), messages),
    )

    def ended(kind: str, state: str) -> None:
        metrics.operation(kind, state)
        watching.hasten()

    files, tasks = Files(database), Tasks()
    slack_files = SlackFiles(
        slack, settings.slack_bot_token.get_secret_value(), settings.slack_api_url
    )
    deliverer = Deliverer(
        Deliveries(database, lease_seconds=tempo.lease),
        desk,
        people.find_now,
        FileDelivery(files, slack_files, settings.file_limits),
        timing=tempo.delivery,
        observe=ended,
    )
    courier = Courier(deliverer, Notifications(database), notifier, poll=tempo.delivery.poll)
    unhurried = replace(desk, system=liveagent.in_background())
    live_messages = LiveMessages(unhurried, live_channels, watch)
    live = LiveJob(live_channels, live_events, messages, live_messages, slack, people, clock)
    services = Services(
        desk=desk,
        search=search,
        customers=customers,
        submissions=Submissions(
            outbox, commits, settings.hold_seconds, courier.wake, _dropping(files, tasks)
        ),
        commits=commits,
        operations=operations,
        digests=digest_desk,
        live=live_desk,
        late=LateDesk(
            desk, late_alerts, people.find, partial(check_is_ours, slack), commits, clock
        ),
        my_tickets=my_tickets,
        answers=AnswerDesk(desk, SavedAnswers(database), people.find, commits, clock),
        history=History(desk, audit),
        reviews=reviews,
        review_forms=review_forms,
        preferences=preferences,
        presence=Presence(database, clock),
        recent=Recent(database, clock),
        messages=messages,
        homes=homes,
        open_forms=open_forms,
        turns=places.turns,
        slack=slack,
        people=people,
        account=account,
        unfurls_links=settings.unfurl_links,
        files=FileDesk(desk, files, settings.file_limits),
        tasks=tasks,
        slack_files=slack_files,
        leave_live=live.leave,
        observe=metrics.interaction,
        seconds_to_turn=liveagent.pace.seconds_to_turn,
        can_postpone=lambda: liveagent.can_postpone,
        has_full_text=lambda: liveagent.has_full_text,
        clock=clock,
    )
    jobs = _jobs(live, operations, liveagent.pace, database, metrics, tempo)
    jobs |= {
        directory.read_on: SECONDS_EACH,
        watching.tick: tempo.watch,
        audience.tick: tempo.watch,
    }
    return services, courier, watching, jobs


def _jobs(
    live: LiveJob,
    operations: StoredOperations,
    pace: Pace,
    database: Database,
    metrics: Metrics,
    tempo: Intervals,
) -> dict[Job, float]:
    """Returns what works in the background, and how often. Its reads give way to people's."""
    slack, people, messages, clock = live.slack, live.people, live.messages, live.clock
    unhurried = live.drawing.desk
    own_cards = OwnCards(unhurried, people, operations)
    drawing: Mapping[ShownAs, Draw] = {
        ShownAs.LIVE: live.drawing,
        ShownAs.SHARED: SharedCards(unhurried, people),
        ShownAs.CONVERSATION: own_cards,
        ShownAs.PRIVATE: own_cards,
    }
    listeners, news = TicketListeners(database, clock), TicketNews(database)
    telling = MyTicketsJob(listeners, news, messages, unhurried, slack, people, clock)
    digests = DigestJob(
        Digests(database, lease_seconds=tempo.digest_lease),
        unhurried,
        slack,
        people,
        SharedReads(unhurried.system, clock.now),
        first_wait=tempo.digest_wait,
        has_room=pace.has_room,
        is_quiet=pace.is_quiet,
        observe=metrics.digest,
        messages=messages,
    )
    waking = WakeJob(Wakes(database, clock), unhurried, slack, people.find_now, clock)
    return {
        digests.tick: tempo.tick,
        Follower(messages, slack, drawing, clock).tick: tempo.tick,
        waking.tick: tempo.waking,
        BounceJob(Mailed(database), unhurried, slack, people.find_now).tick: tempo.waking,
        live.tick: tempo.watch,
        LateJob(
            LateTools(LateAlerts(database), unhurried, slack, people, messages, clock)
        ).tick: tempo.tick,
        telling.tick: tempo.watch,
        live.rest: tempo.rest,
    }


def _customers(desk: Desk, liveagent: LiveAgent, clock: Clock) -> Customers:
    """Returns what reads customers' tickets while nobody lacks calls."""
    pace, unhurried = liveagent.pace, replace(desk, system=liveagent.in_background())
    return Customers(unhurried, is_plenty=lambda: pace.has_room() and pace.is_quiet(), clock=clock)


def _poller(liveagent: LiveAgent, directory: CachedDirectory, store: Watch, clock: Clock) -> Poller:
    system = liveagent.in_background()

    async def server_time() -> datetime | None:
        local = (await system.application()).local_time
        return local and local.replace(tzinfo=liveagent.zone)

    listing = Listing(system, directory.departments)
    return Poller(listing, system, server_time, directory.agents, store, clock)


def _dropping(files: Files, tasks: Tasks) -> Callable[[Row], None]:
    """Returns what begins to drop the files of a row that its author gave up."""

    def drop(row: Row) -> None:
        if row.operation.get("files"):
            tasks.start(files.drop_all(row.id))

    return drop


@asynccontextmanager
async def _delivering(courier: Courier) -> AsyncIterator[None]:
    """Runs the courier.

    At the end it finishes current deliveries; the rest stays in the database.
    """
    running = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        courier.stop()
        await asyncio.wait([running], timeout=DRAIN_SECONDS)
        running.cancel()


@asynccontextmanager
async def _listening(
    settings: Settings,
    asked: Sequence[web.RouteDef],
    database: Database,
    slack: Slack,
    metrics: Metrics,
    clock: Clock,
) -> AsyncIterator[Bot]:
    """Listens on one port, or on two if monitoring has its own."""
    bot = Bot(settings.port, settings.port, database, slack, clock)
    watched = health.routes(metrics.registry, bot.is_ready, lambda: bot.look(metrics))
    async with AsyncExitStack() as stack:
        if settings.metrics_port is None:
            pages = server.listening(settings.host, settings.port, [*watched, *asked])
            bot.port = bot.metrics_port = await stack.enter_async_context(pages)
        else:
            pages = server.listening(settings.host, settings.metrics_port, watched)
            bot.port = bot.metrics_port = await stack.enter_async_context(pages)
            if asked:
                pages = server.listening(settings.host, settings.port, asked)
                bot.port = await stack.enter_async_context(pages)
        stack.callback(setattr, bot, "has_greeted", False)  # noqa: FBT003  the attribute's value
        yield bot


def _asked(
    settings: Settings, dispatch: Dispatch, hasten: Callable[[], None], metrics: Metrics
) -> list[web.RouteDef]:
    """Returns the routes for Slack, unless it uses the socket, and for LiveAgent's rules."""
    asked = list[web.RouteDef]()
    if not settings.slack_app_token:
        secret = settings.slack_signing_secret
        signing_secret = secret.get_secret_value() if secret else ""
        asked += server.routes(dispatch, signing_secret, MACHINE)
    if webhook_secret := settings.liveagent_webhook_secret:
        asked += webhook.routes(webhook_secret.get_secret_value(), hasten, metrics.webhook)
    return asked


async def _greet(slack: Slack, clock: Clock) -> None:
    """Waits until Slack answers; raises at once if Slack refuses the token."""
    while True:
        try:
            await slack.identity()
        except SlackDoesNotAnswer as error:
            if error.why in FINAL:
                raise
            log.warning("waiting for Slack", why=error.why)
            await clock.sleep(SLACK_AGAIN_SECONDS)
        else:
            return


@asynccontextmanager
async def _taking_events(
    settings: Settings, dispatch: Dispatch, slack: Slack, bot: Bot
) -> AsyncIterator[None]:
    if not settings.slack_app_token:
        bot.has_greeted = True
        log.info("listening", port=bot.port, path=server.PATH)
        yield
        return
    bot.socket = SocketMode(dispatch, slack, settings.slack_app_token.get_secret_value(), bot.clock)
    await bot.socket.connect()
    bot.has_greeted = True
    running = asyncio.create_task(bot.socket.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
        await bot.socket.leave(DRAIN_SECONDS)
