"""Builds the stores: one for each subject."""

from dataclasses import dataclass

from bot.app.intervals import Intervals
from bot.domain.clock import Clock
from bot.storage.answers import SavedAnswers
from bot.storage.audit import Audit
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.digest_runs import DigestRuns
from bot.storage.digests import Digests
from bot.storage.files import Files
from bot.storage.list_forms import ListForms
from bot.storage.live_channels import LiveChannels
from bot.storage.live_events import LiveEvents
from bot.storage.mailed import Mailed
from bot.storage.my_tickets_choices import MyTicketsChoices
from bot.storage.notifications import Notifications
from bot.storage.outbox import Outbox
from bot.storage.overdue import OverdueAlerts
from bot.storage.preferences import Preferences
from bot.storage.presence import Presence
from bot.storage.recent import Recent
from bot.storage.retention import Retention
from bot.storage.reviews import Reviews
from bot.storage.thread_links import ThreadLinks
from bot.storage.ticket_messages import TicketMessages
from bot.storage.ticket_news import TicketNews
from bot.storage.wakes import Wakes
from bot.storage.watch import Watch


@dataclass(frozen=True, slots=True)
class Stores:
    """All stores of one database."""

    answers: SavedAnswers
    audit: Audit
    changes: Changes
    deliveries: Deliveries
    digest_runs: DigestRuns
    digests: Digests
    files: Files
    overdue_alerts: OverdueAlerts
    my_tickets_choices: MyTicketsChoices
    live_channels: LiveChannels
    live_events: LiveEvents
    mailed: Mailed
    messages: TicketMessages
    news: TicketNews
    notifications: Notifications
    list_forms: ListForms
    outbox: Outbox
    preferences: Preferences
    presence: Presence
    recent: Recent
    retention: Retention
    reviews: Reviews
    thread_links: ThreadLinks
    wakes: Wakes
    watch: Watch


def build_stores(database: Database, intervals: Intervals, clock: Clock) -> Stores:
    return Stores(
        answers=SavedAnswers(database),
        audit=Audit(database),
        changes=Changes(database, lease_seconds=intervals.listener_lease),
        deliveries=Deliveries(database, lease_seconds=intervals.lease),
        digest_runs=DigestRuns(database, lease_seconds=intervals.digest_lease),
        digests=Digests(database),
        files=Files(database),
        overdue_alerts=OverdueAlerts(database),
        my_tickets_choices=MyTicketsChoices(database, clock),
        live_channels=LiveChannels(database),
        live_events=LiveEvents(database),
        mailed=Mailed(database),
        messages=TicketMessages(database, clock),
        news=TicketNews(database),
        notifications=Notifications(database),
        list_forms=ListForms(database, clock),
        outbox=Outbox(database),
        preferences=Preferences(database, clock),
        presence=Presence(database, clock),
        recent=Recent(database, clock),
        retention=Retention(database),
        reviews=Reviews(database),
        thread_links=ThreadLinks(database),
        wakes=Wakes(database, clock),
        watch=Watch(database, lease_seconds=intervals.watch_lease),
    )
