"""Posts changes in live channels: one message per ticket, and lines in its thread."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog

from blocks.live import (
    NOBODY,
    Answering,
    live_message,
    moved_message,
    paused,
    summary,
    thread_lines,
)
from blocks.shared import content_of, gone_card, merged_card
from blocks.text import Post
from bot.desk.delivery.leases import LeaseLost
from bot.desk.desk import Desk, redacted
from bot.desk.redact import redact_ticket
from bot.domain.activity import Doing
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
from bot.domain.live import THREAD_CHANGES, LiveChannel, LiveWork
from bot.domain.people import Agents
from bot.domain.ref import TicketRef
from bot.domain.ticket import OVER, Status, Ticket
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import Translator
from bot.jobs import earlier
from bot.jobs.drawing import unless_gone
from bot.jobs.follow import Drawn
from bot.slack.channels import check_is_ours, check_is_still_ours
from bot.slack.client import PostMark, Slack
from bot.slack.people import People
from bot.slack.refusals import CANT_REPLY
from bot.storage.live_channels import LiveChannels
from bot.storage.live_events import CHANNEL_SECONDS, LEASE_SECONDS, LiveEvents
from bot.storage.ticket_messages import TicketMessages
from bot.storage.watch import Watch

log = structlog.get_logger()

EVENT = "live_ticket"
FIRST_WAIT, MAX_WAIT = 5.0, 300.0
SUMMED_UP_AFTER = 3600.0  # older changes are posted as a number
GIVEN_UP_AFTER = 24 * 3600.0
REST_AFTER = 2 * 24 * 3600.0
RECENT_SECONDS = 60.0
WORK_SECONDS = LEASE_SECONDS * 0.75  # then another bot may soon claim it
LATE_SECONDS = CHANNEL_SECONDS - 1.0  # a later post could come too soon before the next
ANSWERED = {Status.ANSWERED, *OVER}


@dataclass(frozen=True, slots=True)
class LiveMessages:
    """Draws the messages of live channels. `desk` works in the background."""

    desk: Desk
    channels: LiveChannels
    watch: Watch

    async def __call__(self, message: TicketMessage) -> Drawn | None:
        live = await self.channels.find(message.channel)
        if live is None:
            return None
        t, name = Translator(live.language), message.code or message.ticket_id
        ticket = await unless_gone(self.read(message.ticket_id), message.failures)
        if ticket is None:
            return Drawn(gone_card(name, t), "gone", is_last=True)
        if ticket.id != message.ticket_id:
            return Drawn(merged_card(name, ticket, t), "merged", is_last=True)
        if not live.covers(ticket.department.id):
            return Drawn(moved_message(name, t), "moved", is_last=True)
        return await self.draw(live, ticket)

    async def draw(self, live: LiveChannel, ticket: Ticket) -> Drawn:
        agent, answering = await asyncio.gather(
            self.desk.name_of(ticket.assignee_id), self._answering(ticket)
        )
        t, account, has_subject = Translator(live.language), self.desk.account, live.shows_subject
        if ticket.assignee_id and not agent:
            agent = t("an unknown agent")
        draw = partial(live_message, ticket, agent, t, account, shows_subject=has_subject)
        timeless = draw(answering=answering._replace(seen=None))
        is_last = ticket.status == Status.DELETED
        return Drawn(draw(answering=answering), content_of(timeless), is_last=is_last)

    async def _answering(self, ticket: Ticket) -> Answering:
        """Returns who is replying to the ticket, at most some seconds ago.

        Agents who have just answered still count as replying, and nothing would update the message
        again.
        """
        if ticket.status in ANSWERED:
            return NOBODY
        activity = await self.desk.system.recent_activity()
        if activity is None:
            return NOBODY
        found = [
            await self.desk.name_of(each.agent_id)
            for each in activity.agents
            if each.ticket_id == ticket.id and each.doing is Doing.REPLYING
        ]
        return Answering(sorted(filter(None, found)), activity.seen)

    async def read(self, ticket_id: str) -> Ticket:
        """Returns the redacted ticket: as the watch has just read it, else the current one."""
        ref = TicketRef(ticket_id)
        reading = self.desk.system.recent_reading(ref, RECENT_SECONDS)
        known = (await self.watch.known([ticket_id])).get(ticket_id)
        if reading and known and known.changed and reading.ticket.changed:
            is_newest = reading.ticket.changed.timestamp() >= known.changed
            if is_newest and reading.ticket.status == known.status:
                return redact_ticket(reading.ticket, self.desk.account)
        return redact_ticket(await self.desk.find_unbounded(ref), self.desk.account)

    async def messages(self, live: LiveChannel, ticket_id: str) -> Mapping[str, str]:
        """Returns the redacted texts of messages by id; none if the ticket has moved away."""
        ref = TicketRef(ticket_id)
        ticket = await self.desk.find_unbounded(ref)
        if not live.covers(ticket.department.id):
            return {}
        said = await self.desk.system.messages(ref)
        written = await redacted(said, ticket.public_code, self.desk.account)
        return {each.id: each.body for each in written}


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
            log.info("live messages rest", messages=count)

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
        try:
            async with self.clock.timeout(seconds):
                left = await self._post_next(work)
        except LeaseLost:
            log.info("live channel paused meanwhile")
        except (SharedOutside, ChannelUnseen, NotInChannel, PostRefused) as error:
            await self._pause(work, error)
        except (BotError, TimeoutError) as error:
            if isinstance(error, SlackDoesNotAnswer) and error.why in CANT_REPLY:
                await self.events.finish(work)
            else:
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
        log.info("live message")
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
        if live.shows_words and wrote:
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

    async def _retry_later(self, work: LiveWork, error: BotError | TimeoutError) -> None:
        log.warning("not told yet in a live channel", why=str(error) or type(error).__name__)
        if work.age > GIVEN_UP_AFTER:
            await self.events.finish(work)
        elif work.age > SUMMED_UP_AFTER and work.ticket_id:
            await self.events.sum_up(work)
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
            if work.age <= SUMMED_UP_AFTER:
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


def _mark(work: LiveWork, *, thread: str) -> PostMark:
    """Identifies the post, so that another bot recognizes it after a crash."""
    return PostMark(EVENT, {"live": work.key, "ticket": work.ticket_id, "is_line": bool(thread)})
