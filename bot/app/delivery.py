"""Builds and runs the courier, which delivers operations and notifies their authors."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.app.foundation import Foundation
from bot.app.intervals import DRAIN_SECONDS
from bot.desk.delivery.courier import Courier, Notifier
from bot.desk.delivery.deliverer import Deliverer
from bot.desk.delivery.files import FileDelivery


def build_courier(base: Foundation, notifier: Notifier, hasten: Callable[[], None]) -> Courier:
    """`hasten` makes the watch poll soon after a delivery."""
    stores, timing = base.stores, base.intervals.delivery

    def ended(kind: str, state: str) -> None:
        base.metrics.operation(kind, state)
        hasten()

    deliverer = Deliverer(
        stores.deliveries,
        base.help_desk.desk,
        base.people.find_now,
        FileDelivery(stores.files, base.slack_files, base.settings.file_limits),
        timing=timing,
        observe=ended,
    )
    return Courier(
        deliverer,
        stores.notifications,
        notifier,
        poll=timing.poll,
        observe_given_up=base.metrics.notice_given_up,
    )


@asynccontextmanager
async def delivering(courier: Courier) -> AsyncIterator[None]:
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
