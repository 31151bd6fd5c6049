"""Builds the watch, which reads changes in LiveAgent, and its subscribers."""

from datetime import datetime

from bot.app.foundation import Foundation
from bot.desk.live import LiveSubscriber
from bot.desk.my_tickets import MyTicketsSubscriber
from bot.desk.watch.cards import Cards
from bot.desk.watch.listing import Listing
from bot.desk.watch.poller import Poller
from bot.desk.watch.subscribers import Subscribers
from bot.jobs.watch import WatchJob


def build_watch(base: Foundation) -> WatchJob:
    pace = base.help_desk.client.pace
    return WatchJob(
        base.stores.watch,
        _poller(base),
        _subscribers(base),
        base.settings.liveagent_calls_per_minute,
        is_uncontended=pace.is_uncontended,
        observe=base.metrics.poll,
    )


def _subscribers(base: Foundation) -> Subscribers:
    """Returns all subscribers; a new one is one more line here."""
    stores = base.stores
    return Subscribers(
        stores.changes,
        [
            Cards(stores.messages),
            LiveSubscriber(stores.live_channels, stores.live_events),
            MyTicketsSubscriber(stores.my_tickets_choices, stores.news, base.help_desk.directory),
        ],
    )


def _poller(base: Foundation) -> Poller:
    client, directory = base.help_desk.client.in_background(), base.help_desk.directory

    async def server_time() -> datetime | None:
        local = (await client.application()).local_time
        return local and local.replace(tzinfo=client.zone)

    listing = Listing(client, directory.departments)
    return Poller(listing, client, server_time, directory.agents, base.stores.watch, base.clock)
