"""Redraws messages that show a ticket after it has changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from blocks.shared import hidden_card
from blocks.text import Post
from bot.domain.backoff import backoff
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import BotError, ChannelUnseen, SharedOutside, SlackDoesNotAnswer
from bot.domain.ticket_message import HIDDEN, IN_CHANNELS, PERSONAL, TO_HIDE, ShownAs, TicketMessage
from bot.i18n import Translator
from bot.slack.channels import check_is_still_ours
from bot.slack.client import RECENT_SECONDS, Slack
from bot.slack.refusals import CANT_CHANGE, CONTENT_REFUSED, MESSAGE_GONE
from bot.storage.ticket_messages import LEASE_SECONDS, TicketMessages

log = structlog.get_logger()

FIRST_WAIT, MAX_WAIT = 10.0, 900.0
MAX_FAILURES = 30  # about six hours; outages never end it
REDRAW_SECONDS = LEASE_SECONDS * 0.75


@dataclass(frozen=True, slots=True)
class Drawn:
    """The new content of a message. `content` is a digest of it without reading times."""

    post: Post
    content: str
    is_last: bool = False
    """Whether the message stops following afterwards."""


class Draw(Protocol):
    """Draws messages of one kind."""

    async def __call__(self, message: TicketMessage) -> Drawn | None:
        """Returns the new content; None leaves the message as it is and ends following.

        Readings from before the ticket's last reported change must not be used.
        """


@dataclass(frozen=True, slots=True)
class Follower:
    """Redraws due messages of the kinds in `drawing`. Bots share the work by claims."""

    messages: TicketMessages
    slack: Slack
    drawing: Mapping[ShownAs, Draw]
    clock: Clock = MACHINE
    _shared_until: dict[str, float] = field(default_factory=dict)
    """Until when channels count as shared with another company without asking Slack again."""

    async def tick(self) -> None:
        """Redraws all due messages; Slack's rate leaves the rest of a channel for later ticks."""
        while message := await self.messages.claim({*self.drawing, *IN_CHANNELS}):
            with structlog.contextvars.bound_contextvars(ticket=message.ticket_id):
                await self._follow(message)

    async def _follow(self, message: TicketMessage) -> None:
        try:
            async with self.clock.timeout(REDRAW_SECONDS):
                await self._redraw(message)
        except SlackDoesNotAnswer as error:
            await self._fail(message, error.why, may_pass=error.why not in CONTENT_REFUSED)
        except ChannelUnseen:
            await self.messages.stop_following(message)
        except (BotError, TimeoutError) as error:
            await self._fail(message, type(error).__name__)
        except Exception as error:
            log.exception("redraw failed")  # a bug in one must not affect others
            await self._fail(message, type(error).__name__, may_pass=False)

    async def _redraw(self, message: TicketMessage) -> None:
        drawn = await self._draw(message)
        if drawn is None:
            await self.messages.stop_following(message)
            return
        if drawn.content != message.content:
            if not await self._put(message, drawn.post):
                return
            log.info("message updated", shown_as=message.shown_as)
        if drawn.is_last:
            await self.messages.stop_following(message)
        else:
            await self.messages.redrawn(message, drawn.content)

    async def _draw(self, message: TicketMessage) -> Drawn | None:
        if message.content == TO_HIDE:  # whatever happened to the ticket
            as_it_is = Drawn(Post("", []), TO_HIDE)
            self.slack.forget_channel(message.channel)  # Slack may have told another bot
            hidden = await self._as_its_channel_may_see(message, as_it_is)
            if hidden is not as_it_is:
                return hidden
        if message.shown_as not in self.drawing:  # it no longer follows, and need not be hidden
            return None
        drawn = await self.drawing[message.shown_as](message)
        if drawn is None or message.shown_as in PERSONAL:
            return drawn
        return await self._as_its_channel_may_see(message, drawn)

    async def _as_its_channel_may_see(self, message: TicketMessage, drawn: Drawn) -> Drawn | None:
        """Checks before each change who reads the channel; None if it can't be changed.

        If another company reads it, the channel's tickets are hidden.
        """
        if self.clock.monotonic() >= self._shared_until.get(message.channel, 0.0):
            try:
                can_post = await check_is_still_ours(self.slack, message.channel)
            except SharedOutside:
                self._shared_until[message.channel] = self.clock.monotonic() + RECENT_SECONDS
                await self.messages.hide(message.channel)
            else:
                return drawn if can_post else None
        return Drawn(hidden_card(Translator.for_locale(message.language)), HIDDEN)

    async def _put(self, message: TicketMessage, post: Post) -> bool:
        """Returns False for a private card whose reader has clicked meanwhile."""
        if message.shown_as is not ShownAs.PRIVATE:
            await self.slack.update(message.channel, message.ts, post.to_dict())
            return True
        if not await self.messages.counts_use(message):
            return False
        await self.slack.respond(message.response_url, post.to_dict(), replace=True)
        return True

    async def _fail(self, message: TicketMessage, why: str, *, may_pass: bool = True) -> None:
        if why == MESSAGE_GONE:
            log.info("message deleted in Slack", shown_as=message.shown_as)
            await self.messages.deleted(message)
        elif why in CANT_CHANGE or message.shown_as is ShownAs.PRIVATE:
            log.info("message no longer updated", why=why, shown_as=message.shown_as)
            await self.messages.stop_following(message)
        elif may_pass or message.failures < MAX_FAILURES:
            log.warning("message update postponed", why=why)
            wait = backoff(message.failures, FIRST_WAIT, MAX_WAIT)
            await self.messages.reschedule(message, wait)
        else:
            log.warning("message no longer updated", why=why, shown_as=message.shown_as)
            await self.messages.stop_following(message)
