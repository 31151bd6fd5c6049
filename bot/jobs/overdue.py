"""Finds overdue tickets once a minute for all channels, and updates each channel's message."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from blocks.overdue import ended, overdue_paused
from blocks.shared import hidden_card
from bot.desk.gathering import gather
from bot.domain.errors import (
    BotError,
    NotAllowed,
    NotAMember,
    NotAnAgent,
    PostRefused,
    SharedOutside,
    SlackDoesNotAnswer,
)
from bot.domain.lease import LeaseLost
from bot.domain.overdue import OverdueAlert
from bot.domain.ticket_system import Search
from bot.i18n import Translator
from bot.jobs.lease import TakesTooLong, under_lease
from bot.jobs.overdue_message import OverdueMessage, WaitingTickets
from bot.jobs.overdue_posts import OverdueTools
from bot.storage.overdue import LEASE_SECONDS, OverdueWork

log = structlog.get_logger()

EVERY_SECONDS = 60.0
SECONDS_A_DEPARTMENT = 6.0  # where LiveAgent lists tickets by department only
MAX_EVERY_SECONDS = 300.0
MAX_PAGES = 20  # some servers' pages hold a hundred tickets, and may end with the oldest
MAX_READING_SECONDS = 900.0
BEATS = 3  # per lease
WORK_SECONDS = LEASE_SECONDS * 0.75
NO_OWNER = (NotAMember, NotAnAgent)


@dataclass(frozen=True, slots=True)
class OverdueJob:
    """Reads all waiting tickets in one list. Bots share the work by claims."""

    tools: OverdueTools

    async def tick(self) -> None:
        alerts, clock = self.tools.alerts, self.tools.clock
        works = await alerts.claim()
        if not works:
            return
        waiting = await self._read_under_lease(works)
        claimed = clock.monotonic()
        if waiting is None or not await alerts.renew(works):
            return
        for work in works:
            with structlog.contextvars.bound_contextvars(channel=work.alert.channel):
                left = WORK_SECONDS - (clock.monotonic() - claimed)
                await self._update(work, waiting, left)

    async def _read_under_lease(self, works: Sequence[OverdueWork]) -> WaitingTickets | None:
        """Returns None if reading failed, or other bots have taken over all channels."""
        alerts, clock = self.tools.alerts, self.tools.clock
        try:
            return await under_lease(
                self._read([each.alert for each in works]),
                lambda: alerts.renew(works),
                clock,
                every=LEASE_SECONDS / BEATS,
                longest=MAX_READING_SECONDS,
            )
        except LeaseLost:
            log.info("another bot reads waiting tickets")
        except (BotError, TakesTooLong) as error:
            log.warning("waiting tickets not read", why=str(error) or type(error).__name__)
            again = MAX_EVERY_SECONDS if isinstance(error, TakesTooLong) else EVERY_SECONDS
            for work in works:
                await alerts.reschedule(work, again)
        return None

    async def _read(self, alerts: Sequence[OverdueAlert]) -> WaitingTickets:
        desk, seen = self.tools.desk, self.tools.clock.now()
        statuses = {status for each in alerts for status in each.limits}
        departments = {each.id for each in await desk.directory.departments()}
        if all(alert.departments for alert in alerts):  # a deleted one must not affect others
            departments &= {each for alert in alerts for each in alert.departments}
        wanted = Search(statuses=tuple(sorted(statuses)))
        if len(departments) == 1:
            wanted = replace(wanted, department_id=next(iter(departments)))
        found = await gather(desk.system, wanted, sorted(departments), max_pages=MAX_PAGES)
        if found.is_cut:
            log.warning("waiting tickets truncated", tickets=len(found.tickets))
        every = EVERY_SECONDS
        if found.by_department:
            every = min(max(every, SECONDS_A_DEPARTMENT * len(departments)), MAX_EVERY_SECONDS)
        return WaitingTickets(found.tickets, seen, every, found.is_cut)

    async def _update(self, work: OverdueWork, waiting: WaitingTickets, seconds: float) -> None:
        if seconds <= 0:  # this bot stalled: the next bot continues with a new reading
            await self.tools.alerts.reschedule(work, 0.0)
            return
        message = OverdueMessage(self.tools, work, waiting)
        try:
            async with self.tools.clock.timeout(seconds):
                state = await message.update()
        except LeaseLost:
            log.info("another bot updates the overdue alert")
        except (NotAllowed, PostRefused) as error:
            await self._pause(message, error)
        except (BotError, TimeoutError) as error:
            await self._retry_later(message, error)
        except Exception:  # a bug in one must not affect others
            log.exception("overdue alert failed")
            await self.tools.alerts.reschedule(work, EVERY_SECONDS)
        else:
            await self.tools.alerts.finish(work, state, waiting.every)

    async def _retry_later(self, message: OverdueMessage, error: Exception) -> None:
        """Reschedules the channel, and keeps the state so far."""
        log.warning("overdue alert postponed", why=str(error) or type(error).__name__)
        await self.tools.alerts.finish(message.work, message.state, EVERY_SECONDS)

    async def _pause(self, message: OverdueMessage, error: BotError) -> None:
        """Hides the message's tickets and notifies the owner; retries until that succeeds."""
        log.warning("overdue alert paused", why=str(error) or type(error).__name__)
        tools, work = self.tools, message.work
        alert, ts = work.alert, message.state.ts
        t = Translator(alert.language)
        is_shared = isinstance(error, SharedOutside)
        left = hidden_card(t) if is_shared else ended(t)
        if is_shared:
            await tools.messages.hide(alert.channel)
        if ts:
            with suppress(SlackDoesNotAnswer):
                await tools.slack.update(alert.channel, ts, left.to_dict())
        try:
            user = await tools.people.find(alert.created_by)
            post = overdue_paused(alert.channel, error, Translator.for_locale(user.locale))
            await tools.slack.post(alert.created_by, post.to_dict())
        except SlackDoesNotAnswer as failure:
            if not isinstance(error, NO_OWNER):
                await self._retry_later(message, failure)
                return
        await tools.alerts.pause(work)
