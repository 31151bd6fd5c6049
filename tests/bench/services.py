"""`Services` with a real desk, database and adapter, before a Slack that answers at once."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

import handlers
from bot.desk.answers import AnswerDesk
from bot.desk.channel_rights import ChannelRights
from bot.desk.commits import Commits
from bot.desk.customers import Customers
from bot.desk.desk import Desk
from bot.desk.digests import DigestDesk
from bot.desk.files import FileDesk
from bot.desk.history import History
from bot.desk.live import LiveDesk
from bot.desk.my_tickets import MyTickets
from bot.desk.overdue import OverdueDesk
from bot.desk.search import TicketSearch
from bot.desk.stored import StoredOperations
from bot.desk.submissions import Submissions
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.slack.channels import check_is_ours
from bot.slack.client import Identity
from bot.slack.server import Dispatch
from bot.storage.answers import SavedAnswers
from bot.storage.audit import Audit
from bot.storage.database import Database
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.files import Files
from bot.storage.list_forms import ListForms
from bot.storage.live_channels import LiveChannels
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.overdue import OverdueAlerts
from bot.storage.preferences import Preferences
from bot.storage.presence import Presence
from bot.storage.recent import Recent
from bot.storage.reviews import Reviews
from bot.storage.ticket_messages import TicketMessages
from handlers.dispatch.acknowledge import Bolt
from handlers.dispatch.services import Services
from handlers.notify.ticket_forms import TicketForms
from tests.bench.store import Store
from tests.files import LIMITS
from tests.outbox import WholeOutbox
from tests.tables import sqlite_with_tables

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.slack.client import Slack
    from bot.slack.files import SlackFiles
    from bot.slack.people import People
    from handlers.notify.home import HomePublisher
    from handlers.notify.review import ReviewPublisher


class QuickSlack:
    """Takes everything."""

    async def identity(self) -> Identity:
        return Identity("T1", "U0", "B0")

    async def respond(self, *_: object, **__: object) -> None: ...

    async def update_form(self, *_: object) -> str:
        return ""

    async def open_form(self, *_: object) -> str:
        return "V1"

    async def delete(self, *_: object) -> None: ...

    async def post(self, *_: object) -> tuple[str, str]:
        return "D1", "1.0"


class Ann:
    """Everybody is Ann, an agent."""

    async def find(self, user_id: str) -> SlackUser:
        return SlackUser(user_id, "ann@acme.example", "en-US", "UTC")


class Silent:
    """Nobody is found, ever: what follows an acknowledgement does not begin."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()

    async def find(self, _user_id: str) -> SlackUser:
        self._asked.set()
        await asyncio.Future()
        raise AssertionError

    async def until_asked(self) -> None:
        await self._asked.wait()
        self._asked.clear()


@asynccontextmanager
async def open_services(
    *, has_spare_calls: bool = False
) -> AsyncIterator[tuple[Services, LiveAgentStandIn]]:
    """With `has_spare_calls`, customers' other tickets are read beside what is shown."""
    standin = LiveAgentStandIn()
    standin.switches.calls_per_minute = 10**9
    async with AsyncExitStack() as stack:
        await standin.start()
        stack.push_async_callback(standin.stop)
        folder = stack.enter_context(TemporaryDirectory())
        file = Path(folder, "tickets.db")
        await asyncio.to_thread(file.write_bytes, sqlite_with_tables())
        database = Database(f"sqlite:///{file}")
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield _services(standin, database, session, has_spare_calls=has_spare_calls), standin


def _services(
    standin: LiveAgentStandIn,
    database: Database,
    session: aiohttp.ClientSession,
    *,
    has_spare_calls: bool,
) -> Services:
    pace = Pace(10**9)
    zone = ZoneInfo("UTC")
    liveagent = LiveAgent(session, standin.url, standin.api_key, zone, pace, lambda *_: None)
    account = Account(standin.url)
    outbox = WholeOutbox(database, lease_seconds=180)
    desk = Desk(liveagent, CachedDirectory(liveagent), account, lambda: datetime.now(UTC))
    customers = Customers(desk, has_spare_calls=lambda: has_spare_calls)
    desk = replace(desk, others_known=customers.others_known)
    slack, people, audit = cast("Slack", QuickSlack()), cast("People", Ann()), Audit(database)
    digests, runs = Digests(database), DigestRuns(database, lease_seconds=180)
    commits = Commits()
    rights = ChannelRights(desk, people.find, partial(check_is_ours, slack))
    return Services(
        desk=desk,
        search=TicketSearch.of(desk),
        customers=customers,
        submissions=Submissions(outbox, commits, {}, lambda: None),
        commits=commits,
        operations=StoredOperations(outbox),
        history=History(desk, audit),
        presence=Presence(database),
        reviews=Reviews(database),
        live=LiveDesk(rights, LiveChannels(database), lambda: None, commits),
        overdue=OverdueDesk(rights, OverdueAlerts(database), commits),
        digests=DigestDesk(rights, digests, runs, commits),
        my_tickets=MyTickets(desk, MyTicketsChoices(database), people.find, lambda: None, commits),
        answers=AnswerDesk(desk, SavedAnswers(database), people.find, commits),
        recent=Recent(database),
        messages=TicketMessages(database),
        preferences=Preferences(database),
        slack=slack,
        people=people,
        account=account,
        leave_live=cast("Callable[[str], Awaitable[None]]", None),
        homes=cast("HomePublisher", None),
        review_forms=cast("ReviewPublisher", None),
        ticket_forms=TicketForms(ListForms(database)),
        unfurls_links=False,
        files=FileDesk(desk, Files(database), LIMITS),
        slack_files=cast("SlackFiles", None),
        observe=lambda *_: None,
    )


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0", bot_id="B0")


def bolt(services: Services) -> Dispatch:
    app = _app(process_before_response=True)
    handlers.register(app, services)
    return handlers.interactions(services, app.async_dispatch).dispatch


def bare(kind: str, store: Store | None = None) -> Bolt:
    """One listener, for a command, an action or a view, that acknowledges and nothing else.

    With a `store` it first commits the body there.
    """
    app = _app()

    async def take(ack: Any, body: dict[str, Any]) -> None:
        if store:
            await store.keep(json.dumps(body).encode())
        await ack()

    matching: str | re.Pattern[str] = "/ticket" if kind == "command" else re.compile("")
    getattr(app, kind)(matching)(take)
    return app.async_dispatch


def _app(**more: Any) -> AsyncApp:
    return AsyncApp(
        authorize=_authorize, signing_secret="x", request_verification_enabled=False, **more
    )


def command(text: str) -> dict[str, Any]:
    body = {
        "command": "/ticket",
        "text": text,
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
    }
    more = {"trigger_id": f"{time.monotonic_ns()}", "response_url": "https://slack.example/r"}
    return {**body, **more}


def click(action_id: str, value: str) -> dict[str, Any]:
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
    return _interaction({"type": "block_actions", "actions": [action], "response_url": "https://x"})


def submission(number: int) -> dict[str, Any]:
    field = {"note_text": {"note_text": {"type": "plain_text_input", "value": f"note {number}"}}}
    view = {
        "id": f"V{time.monotonic_ns()}",
        "type": "modal",
        "callback_id": "note",
        "private_metadata": json.dumps({"ticket": "s4y7t5s7"}),
        "blocks": [],
        "submit": {"type": "plain_text", "text": "Add"},
        "state": {"values": field},
    }
    return _interaction({"type": "view_submission", "view": view})


def _interaction(payload: dict[str, Any]) -> dict[str, Any]:
    known = {"user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": f"{time.monotonic_ns()}"}
    return known | payload
