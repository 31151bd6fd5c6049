"""Builds LiveAgent's client, its directory, and the desks that read tickets."""

from dataclasses import dataclass, replace

from aiohttp import ClientSession

from bot.app.stores import Stores
from bot.desk.customers import Customers
from bot.desk.desk import Desk
from bot.domain.clock import Clock
from bot.domain.ref import Account
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.liveagent.pages import LongestPage
from bot.liveagent.readings import Readings
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack.files import SlackFiles


@dataclass(frozen=True, slots=True)
class HelpDesk:
    """LiveAgent and the desks that read it.

    `background` is the desk for work that nobody waits for: its calls yield to those of people.
    """

    client: LiveAgent
    directory: CachedDirectory
    desk: Desk
    background: Desk
    customers: Customers


def build_help_desk(
    settings: Settings, slack_files: SlackFiles, stores: Stores, metrics: Metrics, clock: Clock
) -> HelpDesk:
    client = _client(settings, slack_files.slack.session, metrics, clock)
    directory, account = CachedDirectory(client, clock=clock), Account(settings.liveagent_url)
    desk = Desk(client, directory, account, clock.now, stores.wakes.status_before)
    customers = Customers(
        replace(desk, system=client.in_background()),
        has_spare_calls=client.pace.has_spare_calls,
        clock=clock,
    )
    desk = replace(desk, others_known=customers.others_known)
    if settings.file_limits.megabytes:
        desk = replace(desk, sends_files=slack_files.can_send)
    return HelpDesk(
        client, directory, desk, replace(desk, system=client.in_background()), customers
    )


def _client(
    settings: Settings, session: ClientSession, metrics: Metrics, clock: Clock
) -> LiveAgent:
    calls_per_minute = settings.liveagent_calls_per_minute
    client = LiveAgent(
        session=session,
        url=settings.liveagent_url,
        api_key=settings.liveagent_api_key.get_secret_value(),
        zone=settings.liveagent_timezone,
        pace=Pace(calls_per_minute, observe=metrics.liveagent_queue),
        observe=metrics.liveagent_call,
        clock=clock,
        readings=Readings(clock),
        longest_page=LongestPage(clock),
    )
    if not settings.liveagent_api_v3_key:
        return client
    apart = Pace(calls_per_minute) if settings.liveagent_keys_counted_apart else None
    key = settings.liveagent_api_v3_key.get_secret_value()
    return client.with_v3(key, pace=apart)
