"""The services that listeners use."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cachetools import TTLCache
from slack_sdk.models.views import View

from bot.desk.answers import AnswerDesk
from bot.desk.commits import Commits
from bot.desk.customers import Customers
from bot.desk.digests import DigestDesk
from bot.desk.files import FileDesk
from bot.desk.history import History
from bot.desk.live import LiveDesk
from bot.desk.my_tickets import MyTickets
from bot.desk.overdue import OverdueDesk
from bot.desk.records import Preferences, Presence, RecentTickets, Reviews, TicketMessages
from bot.desk.search import TicketSearch
from bot.desk.stored import StoredOperations
from bot.desk.submissions import Submissions
from bot.desk.tickets import TicketDesk
from bot.domain.clock import MACHINE, Clock
from bot.domain.ref import Account
from bot.domain.ticket import Ticket
from bot.slack.client import Slack
from bot.slack.files import SlackFiles
from bot.slack.people import People
from bot.tasks import Tasks
from handlers.notify.home import HomePublisher
from handlers.notify.locks import KeyedLocks
from handlers.notify.review import ReviewPublisher
from handlers.notify.ticket_forms import TicketForms

PICKED_SECONDS = 30.0


def _for_a_while() -> TTLCache[tuple[str, str], Ticket]:
    """Returns a cache of tickets for a field's options, because each keystroke requests them.

    Keys are the agent and the ticket's id or code.
    """
    return TTLCache(1000, ttl=PICKED_SECONDS)


@dataclass(frozen=True, slots=True)
class Services:
    """The services that listeners use."""

    desk: TicketDesk
    search: TicketSearch
    customers: Customers
    submissions: Submissions
    commits: Commits
    operations: StoredOperations
    digests: DigestDesk
    live: LiveDesk
    overdue: OverdueDesk
    my_tickets: MyTickets
    answers: AnswerDesk
    history: History
    reviews: Reviews
    preferences: Preferences
    presence: Presence
    recent: RecentTickets
    messages: TicketMessages
    slack: Slack
    people: People
    account: Account
    homes: HomePublisher
    review_forms: ReviewPublisher
    ticket_forms: TicketForms
    unfurls_links: bool
    files: FileDesk
    slack_files: SlackFiles
    leave_live: Callable[[str], Awaitable[None]]  # a channel that another company now reads
    observe: Callable[[str, str, str, float], None]  # kind, id, outcome, seconds
    seconds_to_turn: Callable[[], float] = lambda: 0.0  # of LiveAgent's calls
    can_postpone: Callable[[], bool] = lambda: False  # needs a key of version 3
    has_full_text: Callable[[], bool] = lambda: False
    """Whether messages are searched too: that needs version 3 and a server that supports it."""
    clock: Clock = MACHINE
    picked: TTLCache[tuple[str, str], Ticket] = field(default_factory=_for_a_while)
    locks: KeyedLocks = field(default_factory=KeyedLocks)
    getting: dict[tuple[str, str], asyncio.Task[tuple[View, bool]]] = field(default_factory=dict)
    """Files that are being sent to people, by Slack id and button value.

    Each task returns the form that lists what was sent, and whether that is all of it.
    """
    tasks: Tasks = field(default_factory=Tasks)
    """Work that continues after its acknowledgement."""

    async def finish(self, seconds: float) -> None:
        """Waits for work in progress, for `seconds` at most."""
        await self.tasks.drain(seconds)
