"""Works through the outbox: delivers due rows and notifies authors of the results."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.desk.delivery.deliverer import Deliverer, bound
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import Row
from bot.operations import KNOWN
from bot.storage.notifications import Notifications
from bot.tasks import Tasks

log = structlog.get_logger()

MAX_DELIVERIES = 8
MAX_NOTICES = 4


class Notifier(Protocol):
    """Notifies authors."""

    async def notify(self, row: Row, *, delivered_here: bool) -> tuple[str, str]:
        """Returns the notice's channel and timestamp, both "" without a direct message.

        Unless `delivered_here`, another bot made the write, so this bot's cached readings may lack
        it. Raises `SlackDoesNotAnswer`; the notice is then retried later.
        """

    async def remind(self, row: Row) -> tuple[str, str]:
        """Reminds the author of a pending decision. Returns and raises as `notify` does."""

    async def follow(self, row: Row) -> None:
        """Updates other views of the ticket, after the author was notified."""


class Courier:
    """Delivers and notifies. Bots that share an outbox coordinate by claims."""

    def __init__(
        self,
        deliverer: Deliverer,
        notifications: Notifications,
        notifier: Notifier,
        *,
        poll: float = 1.0,
        clock: Clock = MACHINE,
        observe_given_up: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._deliverer = deliverer
        self._notifications = notifications
        self._notifier = notifier
        self._poll = poll
        self._clock = clock
        self._observe_given_up = observe_given_up
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._delivering = Tasks()
        self._notifying = Tasks()

    def wake(self) -> None:
        """Makes waiting loops poll now, after a submission or a decision."""
        woken, self._wake = self._wake, asyncio.Event()
        woken.set()

    async def run(self) -> None:
        """Runs until `stop`, then finishes deliveries and notices in progress."""
        heartbeat = asyncio.create_task(self._deliverer.leases.keep())
        try:
            await asyncio.gather(
                self._repeat(self._start_delivery),
                self._repeat(self._start_notice),
                self._repeat(self.remind_next),
            )
            await self._delivering.drain()
            await self._notifying.drain()
        finally:
            heartbeat.cancel()

    def stop(self) -> None:
        """Stops claiming rows."""
        self._is_stopping = True
        self.wake()

    async def _start_delivery(self) -> bool:
        """Starts delivering the next due row, once fewer than `MAX_DELIVERIES` are in progress."""
        if len(self._delivering) >= MAX_DELIVERIES:
            await self._delivering.one_ends()
        row = await self._deliverer.claim()
        if row is not None:
            self._delivering.start(self._deliver(row))
        return row is not None

    async def _deliver(self, row: Row) -> None:
        await self._deliverer.deliver(row)
        self.wake()

    async def _start_notice(self) -> bool:
        """Starts the next notice, once fewer than `MAX_NOTICES` are waiting for Slack."""
        if len(self._notifying) >= MAX_NOTICES:
            await self._notifying.one_ends()
        row = await self._notifications.claim(KNOWN)
        if row is not None:
            self._notifying.start(self._notify_and_wake(row))
        return row is not None

    async def _notify_and_wake(self, row: Row) -> None:
        """Wakes the loops afterwards, because other rows of its batch had to wait."""
        try:
            await self._notify(row)
        except Exception:
            log.exception("courier failed")  # such as for an unavailable database
        self.wake()

    async def notify_next(self) -> bool:
        """Sends one notice and waits for it, for tests. Returns False if none is due."""
        row = await self._notifications.claim(KNOWN)
        if row is not None:
            await self._notify(row)
        return row is not None

    async def _notify(self, row: Row) -> None:
        with bound(row):
            delivered_here = self._deliverer.leases.was_claimed_here(row)
            try:
                channel, ts = await self._notifier.notify(row, delivered_here=delivered_here)
            except Exception as error:  # noqa: BLE001  a bug is logged and retried like a failure
                await self._put_off(row, error)
                return
            await self._notifications.mark_notified(row, channel, ts)
            log.info("notice sent", state=row.state)
            await self._notifier.follow(row)

    async def _put_off(self, row: Row, error: Exception) -> None:
        """Retries later, or gives up."""
        is_slacks = isinstance(error, SlackDoesNotAnswer)
        if not is_slacks:
            log.error("courier failed", exc_info=error)
        is_tried_again = await self._notifications.retry(row)
        why = str(error) if is_slacks else type(error).__name__
        log.warning("notice postponed" if is_tried_again else "notice given up", why=why)
        if not is_tried_again:
            self._observe_given_up(row.state)

    async def remind_next(self) -> bool:
        """Reminds one author of a pending decision. Returns False if no reminder is due."""
        row = await self._notifications.claim_reminder(KNOWN)
        if row is None:
            return False
        with bound(row):
            try:
                channel, ts = await self._notifier.remind(row)
            except Exception as error:  # noqa: BLE001  as in `_notify`
                await self._put_off(row, error)
            else:
                await self._notifications.mark_reminded(row, channel, ts)
                log.info("reminder sent", state=row.state)
        return True

    async def _repeat(self, job: Callable[[], Awaitable[bool]]) -> None:
        while not self._is_stopping:
            woken = self._wake  # taken before the job runs, so that no wake is missed
            try:
                is_busy = await job()
            except Exception:
                log.exception("courier failed")  # such as for an unavailable database
                is_busy = False
            if not is_busy and not self._is_stopping:
                await self._wait(woken)

    async def _wait(self, woken: asyncio.Event) -> None:
        """Waits until woken or until the next poll."""
        ends = [
            asyncio.ensure_future(woken.wait()),
            asyncio.ensure_future(self._clock.sleep(self._poll)),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
