"""Notifies the author of a postponement when the ticket wakes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from blocks.waking import woke
from bot.desk.delivery.deliverer import bound
from bot.desk.desk import Desk
from bot.desk.stored import operation_of
from bot.domain.clock import Clock
from bot.domain.errors import MAY_PASS, OUT_OF_REACH
from bot.domain.outbox import Row
from bot.domain.people import SlackUser
from bot.domain.ref import TicketRef
from bot.domain.ticket import OVER, Status, TicketView
from bot.i18n import Translator
from bot.jobs import earlier
from bot.operations import Postpone
from bot.slack.client import Slack
from bot.storage.wakes import Wakes

log = structlog.get_logger()

EVENT = "woke"
AGAIN, MAX_AGAIN = timedelta(minutes=2), timedelta(minutes=15)
LATE = timedelta(minutes=10)  # LiveAgent wakes tickets every few minutes
UNKNOWN_LATE = timedelta(hours=1)  # if the wake time is unknown: somebody may have changed it
GIVEN_UP_AFTER = timedelta(days=30)  # the bot may have been off for long
HANDLED = {*OVER, Status.ANSWERED}  # somebody has dealt with it since it woke


@dataclass(frozen=True, slots=True)
class WakeJob:
    """Reads postponed tickets when they should wake; those still asleep are read again."""

    wakes: Wakes
    desk: Desk
    slack: Slack
    find_user: Callable[[str], Awaitable[SlackUser]]
    clock: Clock

    async def tick(self) -> None:
        while row := await self.wakes.claim(self._now()):
            with bound(row):
                await self._notify(row)

    async def _notify(self, row: Row) -> None:
        operation = operation_of(row)
        if not isinstance(operation, Postpone):
            await self.wakes.mark_notified(row)
            return
        try:
            user = await self.find_user(row.slack_user)
            actor = await self.desk.actor(user)
            view = await self.desk.look_up(TicketRef(row.ticket_id), actor, tags=False)
            if await self._is_still_asleep(row, operation, view):
                return
            if view.ticket.status not in HANDLED:
                await self._post(row, operation, view, user)
        except MAY_PASS as error:
            log.warning("wake notice postponed", why=str(error))
            await self._retry_later(row, operation)
        except OUT_OF_REACH as error:
            log.info("wake notice without recipient", why=type(error).__name__)
            await self.wakes.mark_notified(row)
        else:
            await self.wakes.mark_notified(row)

    async def _is_still_asleep(self, row: Row, operation: Postpone, view: TicketView) -> bool:
        """Whether it will wake later: somebody changed the time, or LiveAgent is late."""
        if view.ticket.status != Status.POSTPONED:
            return False
        now = self.clock.now()
        if view.wake and view.wake.at > now:
            await self.wakes.wait(row, view.wake.at.timestamp())
        elif now < operation.until + (LATE if view.wake else UNKNOWN_LATE):
            await self._retry_later(row, operation)
        else:
            return False
        return True

    async def _post(self, row: Row, operation: Postpone, view: TicketView, user: SlackUser) -> None:
        t = Translator.for_locale(user.locale)
        post = woke(view.ticket, operation, t, self.desk.account)
        key = f"{row.ticket_id}:{row.id}"
        await earlier.post_once(self.slack, user.id, EVENT, key, post)
        log.info("wake notice sent")

    async def _retry_later(self, row: Row, operation: Postpone) -> None:
        """Reschedules the check, less often the later it is; finally gives up."""
        late = self.clock.now() - operation.until
        if late > GIVEN_UP_AFTER:
            await self.wakes.mark_notified(row)
        else:
            again = min(max(AGAIN, late / 10), MAX_AGAIN)
            await self.wakes.wait(row, self._now() + again.total_seconds())

    def _now(self) -> float:
        return self.clock.now().timestamp()
