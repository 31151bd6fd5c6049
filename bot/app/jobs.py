"""Builds the recurring jobs. Their reads yield to those that people wait for."""

from datetime import timedelta

from bot.app.desks import Desks
from bot.app.foundation import Foundation
from bot.desk.reads import SharedReads
from bot.domain.ticket_message import ShownAs
from bot.jobs.bounces import BounceJob
from bot.jobs.digests import DigestJob
from bot.jobs.drawing import OwnCards, SharedCards
from bot.jobs.follow import Draw, Follower
from bot.jobs.housekeeping import Housekeeping
from bot.jobs.live import LiveJob
from bot.jobs.live_messages import LiveMessages
from bot.jobs.my_tickets import MyTicketsJob
from bot.jobs.overdue import OverdueJob
from bot.jobs.overdue_posts import OverdueTools
from bot.jobs.scheduler import Job
from bot.jobs.shared_channels import SharedChannels
from bot.jobs.wakes import WakeJob
from bot.jobs.watch import WatchJob
from bot.liveagent.memberships import SECONDS_EACH


def build_jobs(base: Foundation, desks: Desks, watch: WatchJob, live: LiveJob) -> dict[Job, float]:
    """Returns each job with its interval in seconds."""
    intervals = base.intervals
    return {
        base.help_desk.directory.read_ahead: SECONDS_EACH,
        watch.tick: intervals.watch,
        watch.subscribers.tick: intervals.watch,
        live.tick: intervals.watch,
        live.rest: intervals.rest,
        _my_tickets(base).tick: intervals.watch,
        _follower(base, desks, live.drawing).tick: intervals.tick,
        SharedChannels(base.stores.messages, base.slack, base.clock).tick: intervals.tick,
        _digests(base).tick: intervals.tick,
        _overdue(base).tick: intervals.tick,
        _wakes(base).tick: intervals.waking,
        _bounces(base).tick: intervals.waking,
        _housekeeping(base).tick: intervals.housekeeping,
    }


def build_live(base: Foundation) -> LiveJob:
    stores = base.stores
    return LiveJob(
        stores.live_channels,
        stores.live_events,
        stores.messages,
        LiveMessages(base.help_desk.background, stores.live_channels, stores.watch),
        base.slack,
        base.people,
        base.clock,
    )


def _my_tickets(base: Foundation) -> MyTicketsJob:
    stores = base.stores
    return MyTicketsJob(
        stores.my_tickets_choices,
        stores.news,
        stores.messages,
        base.help_desk.background,
        base.slack,
        base.people,
        base.clock,
    )


def _follower(base: Foundation, desks: Desks, live: LiveMessages) -> Follower:
    desk, people = base.help_desk.background, base.people
    own_cards = OwnCards(desk, people, desks.operations, base.help_desk.customers)
    drawing: dict[ShownAs, Draw] = {
        ShownAs.LIVE: live,
        ShownAs.SHARED: SharedCards(desk, people),
        ShownAs.DIRECT: own_cards,
        ShownAs.PRIVATE: own_cards,
    }
    return Follower(base.stores.messages, base.slack, drawing, base.clock)


def _digests(base: Foundation) -> DigestJob:
    desk, pace = base.help_desk.background, base.help_desk.client.pace
    return DigestJob(
        base.stores.digests,
        base.stores.digest_runs,
        desk,
        base.slack,
        base.people,
        SharedReads(desk.system, base.clock.now),
        base.stores.messages,
        first_wait=base.intervals.digest_wait,
        can_call_in_background=pace.can_call_in_background,
        is_uncontended=pace.is_uncontended,
        observe=base.metrics.digest,
    )


def _overdue(base: Foundation) -> OverdueJob:
    desk, stores = base.help_desk.background, base.stores
    return OverdueJob(
        OverdueTools(
            stores.overdue_alerts, desk, base.slack, base.people, stores.messages, base.clock
        )
    )


def _wakes(base: Foundation) -> WakeJob:
    desk, find_user = base.help_desk.background, base.people.find_now
    return WakeJob(base.stores.wakes, desk, base.slack, find_user, base.clock)


def _bounces(base: Foundation) -> BounceJob:
    desk, find_user = base.help_desk.background, base.people.find_now
    return BounceJob(base.stores.mailed, desk, base.slack, find_user)


def _housekeeping(base: Foundation) -> Housekeeping:
    return Housekeeping(
        base.stores.retention,
        timedelta(days=base.settings.keep_bodies_days),
        timedelta(days=base.settings.keep_rows_days),
        base.metrics.housekeeping,
    )
