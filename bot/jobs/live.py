"""Posts changes in live channels: one message per ticket, and lines in its thread."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from blocks.live import (
    paused,
    summary,
    thread_lines,
)
from blocks.text import Post
from bot.domain.backoff import backoff
from bot.domain.changes import Change, What
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import (
    BotError,
    ChannelUnseen,
    NotInChannel,
    PostRefused,
    SharedOutside,
    SlackDoesNotAnswer,
)
from bot.domain.lease import LeaseLost
from bot.domain.live import THREAD_CHANGES, LiveChannel, LiveWork
from bot.domain.people import Agents
from bot.domain.ticket import Status
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import Translator
from bot.jobs import earlier
from bot.jobs.drawing import unless_gone
from bot.jobs.live_messages import LiveMessages
from bot.slack.channels import check_is_ours, check_is_still_ours
from bot.slack.client import PostMark, Slack
from bot.slack.people import People
from bot.slack.refusals import CANT_REPLY
from bot.storage.live_channels import LiveChannels
from bot.storage.live_events import CHANNEL_SECONDS, LEASE_SECONDS, LiveEvents
from bot.storage.ticket_messages import TicketMessages

log = structlog.get_logger()

EVENT = "live_ticket"
FIRST_WAIT, MAX_WAIT = 5.0, 300.0
SUMMED_UP_AFTER = 3600.0  # older changes are posted as a number
GIVEN_UP_AFTER = 24 * 3600.0
MIN_TRIES = 5  # however old it is: the bot may have been off
REST_AFTER = 2 * 24 * 3600.0
WORK_SECONDS = LEASE_SECONDS * 0.75  # then another bot may soon claim it
LATE_SECONDS = CHANNEL_SECONDS - 1.0  # a later post could come too soon before the next


@dataclass(frozen=True, slots=True)
class LiveJob:
    """Posts changes at the rate that Slack allows each channel. Bots share the work by claims."""

    channels: LiveChannels
    events: LiveEvents
    messages: TicketMessages
    drawing: LiveMessages
    slack: Slack
    people: People
    clock: Clock = MACHINE

    async def tick(self) -> None:
        while True:
            claimed = self.clock.monotonic()
            work = await self.events.claim()
            if work is None:
                return
            with structlog.contextvars.bound_contextvars(
                channel=work.live.channel, ticket=work.ticket_id
            ):
                await self._process(work, WORK_SECONDS - (self.clock.monotonic() - claimed))

    async def rest(self) -> None:
        """Stops updating messages of tickets that were resolved some days ago."""
        if count := await self.events.rest_resolved(REST_AFTER):
            log.info("live messages retired", messages=count)

    async def leave(self, channel: str) -> None:
        """Pauses the channel and notifies its owner, if another company now reads it.

        If that fails, it is paused before its next post.
        """
        live = await self._active(channel)
        if live is None:
            return
        try:
            await check_is_ours(self.slack, channel)
        except SharedOutside as error:
            await self._notify_owner(live, error)
            await self._stop(channel, error)
            log.warning("live channel paused", channel=channel, why=str(error))

    async def _process(self, work: LiveWork, seconds: float) -> None:
        if seconds <= 0:  # this bot stalled, and another may have claimed it
            return
        if work.tries == 1 and _is_stale(work):  # an earlier try may have posted it
            await self.events.sum_up(work, older_than=SUMMED_UP_AFTER)
            return
        try:
            async with self.clock.timeout(seconds):
                left = await self._post_next(work)
        except LeaseLost:
            log.info("live channel already paused")
        except (SharedOutside, ChannelUnseen, NotInChannel, PostRefused) as error:
            await self._pause(work, error)
        except (BotError, TimeoutError) as error:
            if isinstance(error, SlackDoesNotAnswer) and error.why in CANT_REPLY:
                await self.events.finish(work)
            else:
                await self._retry_later(work, error)
        except Exception as error:
            log.exception("live message failed")  # a bug in one must not affect others
            await self._retry_later(work, error)
        else:
            await self.events.finish(work, but=left)

    async def _post_next(self, work: LiveWork) -> Sequence[Change]:
        """Posts one message; returns the changes that the next one must show."""
        await self._check_may_post(work.live.channel)
        if not work.ticket_id:
            count = len({each.ticket_id for each in work.changes})
            await self._once(work, summary(work.live, count, Translator(work.live.language)))
            return ()
        lines = [each for each in work.changes if each.what in THREAD_CHANGES]
        post = await self.events.post_of(work.live.channel, work.ticket_id)
        if (post is None or post.is_resting) and await self._post_ticket(work):
            return lines
        if post is None:  # the channel no longer shows it
            return ()
        if lines and not post.is_deleted:
            await self._once(work, await self._lines(work.live, lines), thread=post.ts)
        return ()

    async def _check_may_post(self, channel: str) -> None:
        if not await check_is_still_ours(self.slack, channel):
            raise NotInChannel

    async def _post_ticket(self, work: LiveWork) -> bool:
        """Returns False if the channel no longer shows the ticket."""
        if ts := await self._earlier(work):  # somebody may delete it while LiveAgent is down
            await self._remember(work, ts, work.changes[0].code)
            await self.messages.changed([work.ticket_id])
            return True
        ticket = await unless_gone(self.drawing.read(work.ticket_id), work.tries - 1)
        if ticket is None:
            return False
        is_there = ticket.id == work.ticket_id and ticket.status != Status.DELETED
        if not (is_there and work.live.covers(ticket.department.id)):
            return False
        drawn = await self.drawing.draw(work.live, ticket)
        ts = await self._post(work, drawn.post)
        await self._remember(work, ts, ticket.code, content=drawn.content)
        await self.messages.changed([ticket.id])  # it may have changed while it was posted
        log.info("live message posted")
        return True

    async def _remember(
        self,
        work: LiveWork,
        ts: str,
        code: str,
        shown_as: ShownAs = ShownAs.LIVE,
        *,
        content: str = "",
    ) -> None:
        message = TicketMessage(
            work.live.channel,
            ts,
            work.ticket_id,
            shown_as,
            code=code,
            shows_subject=work.live.shows_subject,
            language=work.live.language,
            content=content,
        )
        await self.messages.remember(message)
        if await self._active(work.live.channel) is None:  # paused while it was posted
            await self._hide_unless_ours(work.live.channel)

    async def _hide_unless_ours(self, channel: str) -> None:
        try:
            await check_is_ours(self.slack, channel)
        except BotError:  # hiding checks again
            await self.messages.hide(channel)

    async def _active(self, channel: str) -> LiveChannel | None:
        live = await self.channels.find(channel)
        return None if live is None or live.is_paused else live

    async def _lines(self, live: LiveChannel, changes: Sequence[Change]) -> Post:
        """Draws the lines in a thread: reading twenty long mails takes long."""
        names, bodies = await self._names(changes), dict[int, str]()
        wrote = [each for each in changes if each.what is What.CUSTOMER_WROTE]
        if live.quotes_customers and wrote:
            messages = await self.drawing.messages(live, wrote[0].ticket_id)
            bodies = {each.id: messages.get(each.message_id, "") for each in wrote}
        t = Translator(live.language)
        return await asyncio.to_thread(thread_lines, changes, names, live.departments, t, bodies)

    async def _names(self, changes: Sequence[Change]) -> Mapping[int, str]:
        """Returns who did what, by the change's id; unknown names are left out."""
        agents = Agents.of(await self.drawing.desk.directory.agents())
        names = dict[int, str]()
        for change in changes:
            is_assigned = change.what is What.ASSIGNED
            agent = agents.named(change.after if is_assigned else change.who)
            if agent:
                names[change.id] = agent.name
            elif change.by and not is_assigned:
                names[change.id] = (await self.people.find(change.by)).name
        return names

    async def _once(self, work: LiveWork, post: Post, *, thread: str = "") -> None:
        """Posts it unless an earlier try has; thread lines are stored to be hidden later."""
        ts = await self._earlier(work, thread=thread) or await self._post(work, post, thread=thread)
        if thread:
            await self._remember(work, ts, work.changes[0].code, ShownAs.LINE)

    async def _earlier(self, work: LiveWork, *, thread: str = "") -> str:
        """Returns the timestamp of an earlier try's post, or ""."""
        if work.tries <= 1:
            return ""
        channel, mark = work.live.channel, _mark(work, thread=thread)
        if thread:
            return await earlier.found(self.slack.find_reply(channel, thread, mark))
        since = self.clock.now().timestamp() - work.age - earlier.CLOCKS_APART
        return await earlier.found(self.slack.find_post(channel, mark, since))

    async def _post(self, work: LiveWork, post: Post, *, thread: str = "") -> str:
        """Posts in the channel's turn; returns the timestamp.

        Checks again who reads the channel, because preparing the post may have taken long.
        """
        message, mark = post.to_dict(), _mark(work, thread=thread)
        await self._turn(work)
        await self._check_may_post(work.live.channel)
        _, ts = await self.slack.post(work.live.channel, message, mark=mark, thread=thread)
        return ts

    async def _turn(self, work: LiveWork) -> None:
        """Waits until the channel may get a message; after a stall it takes a new turn.

        Raises `LeaseLost` if the channel is paused or removed.
        """
        while True:
            began = self.clock.monotonic()
            seconds = await self.events.seconds_to_post(work)
            if seconds is None:
                raise LeaseLost
            if seconds:
                await self.clock.sleep(seconds)
            if self.clock.monotonic() - began < seconds + LATE_SECONDS:
                return

    async def _retry_later(self, work: LiveWork, error: Exception) -> None:
        log.warning("live message postponed", why=str(error) or type(error).__name__)
        if work.age > GIVEN_UP_AFTER and work.tries >= MIN_TRIES:
            await self.events.finish(work)
        elif _is_stale(work):
            await self.events.sum_up(work, older_than=SUMMED_UP_AFTER)
        else:
            await self.events.reschedule(work, backoff(work.tries - 1, FIRST_WAIT, MAX_WAIT))

    async def _pause(self, work: LiveWork, error: BotError) -> None:
        """Pauses the channel and notifies its owner; retries until that succeeds."""
        log.warning("live channel paused", why=str(error))
        channel = work.live.channel
        if isinstance(error, SharedOutside):
            await self.messages.hide(channel)
        if await self._active(channel) is None:  # its owner knows
            return
        try:
            await self._notify_owner(work.live, error)
        except SlackDoesNotAnswer as failure:
            if work.age <= SUMMED_UP_AFTER or work.tries < MIN_TRIES:
                await self._retry_later(work, failure)
                return
        await self._stop(channel, error)

    async def _stop(self, channel: str, error: BotError) -> None:
        """Pauses the channel; if it is shared, hides everything posted before."""
        await self.channels.pause(channel)
        if isinstance(error, SharedOutside):
            await self.messages.hide(channel)

    async def _notify_owner(self, live: LiveChannel, error: BotError) -> None:
        t = Translator.for_locale((await self._locale(live.created_by)) or live.language)
        await self.slack.post(live.created_by, paused(live.channel, error, t).to_dict())

    async def _locale(self, slack_user: str) -> str:
        with suppress(BotError):
            return (await self.people.find(slack_user)).locale
        return ""


def _is_stale(work: LiveWork) -> bool:
    """Whether it is no news any more, such as after the bot was off: it is only counted."""
    return work.age > SUMMED_UP_AFTER and bool(work.ticket_id)


def _mark(work: LiveWork, *, thread: str) -> PostMark:
    """Identifies the post, so that another bot recognizes it after a crash."""
    return PostMark(EVENT, {"live": work.key, "ticket": work.ticket_id, "is_line": bool(thread)})
