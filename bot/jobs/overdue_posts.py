"""Posts messages about overdue tickets, and finds them after a crash."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from blocks.overdue import MAX_ROWS, escalation
from blocks.text import Post
from bot.desk.desk import Desk
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import Outsider, SlackDoesNotAnswer
from bot.domain.overdue import AlertState, OverdueAlert, OverdueTicket
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import Translator
from bot.jobs import earlier
from bot.slack.client import PostMark, Slack
from bot.slack.people import People
from bot.slack.refusals import BLOCK_REFUSED, CANT_REPLY, CANT_UPDATE, THREAD_GONE
from bot.storage.overdue import OverdueAlerts
from bot.storage.ticket_messages import TicketMessages

log = structlog.get_logger()

EVENT = "late_tickets"


@dataclass(frozen=True, slots=True)
class OverdueTools:
    """The services for overdue alerts. `desk` works in the background."""

    alerts: OverdueAlerts
    desk: Desk
    slack: Slack
    people: People
    messages: TicketMessages
    clock: Clock = MACHINE


@dataclass(frozen=True, slots=True)
class OverduePosts:
    """A channel's message and the lines in its thread. Methods raise `SlackDoesNotAnswer`."""

    tools: OverdueTools
    alert: OverdueAlert

    async def send(self, post: Post, pending: str, *, thread: str = "") -> str:
        """Returns the timestamp; `pending` is the mark by which the post is found again."""
        slack, mark = self.tools.slack, _mark(pending)
        _, ts = await slack.post(self.alert.channel, post.to_dict(), mark=mark, thread=thread)
        return ts

    async def send_escalation(self, tickets: Sequence[OverdueTicket], state: AlertState) -> str:
        """Mentions the owner if the person or group is no longer in Slack."""
        t, account = Translator(self.alert.language), self.tools.desk.account
        line = partial(escalation, self.alert, tickets, t, account)
        if not await self._has_left():
            try:
                return await self._reply(line(), state)
            except SlackDoesNotAnswer as error:
                if error.why != BLOCK_REFUSED:
                    raise
        log.warning("overdue mention refused", names=self.alert.escalates_to)
        return await self._reply(line(is_gone=True), state)

    async def _has_left(self) -> bool:
        """Whether a mention notifies nobody. Whom a group contains needs another scope."""
        if self.alert.escalates_to_group:
            return False
        user = await self.tools.people.find(self.alert.escalates_to)
        return user.outsider in {Outsider.DEACTIVATED, Outsider.BOT}

    async def _reply(self, post: Post, state: AlertState) -> str:
        """Posts in the message's thread, or in the channel if nobody may reply."""
        try:
            return await self.send(post, state.pending_post, thread=state.ts)
        except SlackDoesNotAnswer as error:
            if error.why not in CANT_REPLY - THREAD_GONE:
                raise
        return await self.send(post, state.pending_post)

    async def find(self, state: AlertState) -> str:
        """Returns the timestamp of the message that may have been posted, "" if it was not."""
        slack, mark = self.tools.slack, _mark(state.pending_post)
        since = state.read_at - earlier.CLOCKS_APART
        return await _found(slack.find_post(self.alert.channel, mark, since))

    async def find_escalation(self, state: AlertState) -> bool:
        """Whether the line with the mention was posted; then its tickets are stored."""
        find, mark = self.tools.slack.find_reply, _mark(state.pending_post)
        ts = await _found(find(self.alert.channel, state.ts, mark)) or await self.find(state)
        if ts:
            await self._note(ts, [(each, "") for each in state.escalating])
        return bool(ts)

    async def note_tickets(self, ts: str, shown: Sequence[OverdueTicket]) -> None:
        """Stores the message's tickets for shortcuts and for hiding them later."""
        await self._note(ts, [(each.ticket.id, each.ticket.code) for each in shown[:MAX_ROWS]])

    async def _note(self, ts: str, tickets: Sequence[tuple[str, str]]) -> None:
        place, language = (self.alert.channel, ts), self.alert.language
        await self.tools.messages.remember(
            *(
                TicketMessage(*place, ticket_id, ShownAs.DIGEST, code, language=language)
                for ticket_id, code in tickets
            )
        )

    async def update(self, ts: str, post: Post) -> bool:
        """Returns False if the message was deleted, or Slack allows no changes to it."""
        try:
            await self.tools.slack.update(self.alert.channel, ts, post.to_dict())
        except SlackDoesNotAnswer as error:
            if error.why not in CANT_UPDATE:
                raise
            return False
        return True


def _mark(pending: str) -> PostMark:
    return PostMark(EVENT, {"late": pending})


async def _found(post: Awaitable[str]) -> str:
    """Returns the timestamp of an earlier post, "" also if its thread is gone."""
    try:
        return await earlier.found(post)
    except SlackDoesNotAnswer as error:
        if error.why not in THREAD_GONE:
            raise
        return ""
