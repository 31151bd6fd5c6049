"""The watch: what reads changes in LiveAgent, and who hears of them."""

from datetime import datetime

from bot.app.foundation import Foundation
from bot.desk.live import LiveListener
from bot.desk.my_tickets import MyTicketsListener
from bot.desk.watch.audience import Audience
from bot.desk.watch.cards import Cards
from bot.desk.watch.listing import Listing
from bot.desk.watch.poller import Poller
from bot.jobs.watch import WatchJob


def build_watch(base: Foundation) -> WatchJob:
    pace = base.help_desk.client.pace
    return WatchJob(
        base.stores.watch,
        _poller(base),
        _audience(base),
        base.settings.liveagent_calls_per_minute,
        is_quiet=pace.is_quiet,
        observe=base.metrics.poll,
    )


def _audience(base: Foundation) -> Audience:
    """Returns all who hear of changes: a new listener is one more line here."""
    stores = base.stores
    return Audience(
        stores.changes,
        [
            Cards(stores.messages),
            LiveListener(stores.live_channels, stores.live_events),
            MyTicketsListener(stores.listeners, stores.news, base.help_desk.directory),
        ],
    )


def _poller(base: Foundation) -> Poller:
    client, directory = base.help_desk.client.in_background(), base.help_desk.directory

    async def server_time() -> datetime | None:
        local = (await client.application()).local_time
        return local and local.replace(tzinfo=client.zone)

    listing = Listing(client, directory.departments)
    return Poller(listing, client, server_time, directory.agents, base.stores.watch, base.clock)
