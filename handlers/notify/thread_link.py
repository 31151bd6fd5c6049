"""Posts a new ticket's link in the thread it came from, once, if its author requested it."""

from dataclasses import dataclass

import structlog

from blocks.created_link import created_link
from blocks.text import Post
from bot.desk.records import ThreadLinks, TicketMessages
from bot.domain.errors import ChannelUnseen, PostRefused, SharedOutside, SlackDoesNotAnswer
from bot.domain.outbox import Row
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.i18n import N_, Translator
from bot.operations import LinkThread
from bot.operations.outcome import created_in, known_in
from bot.slack.channels import check_is_ours
from bot.slack.client import PostMark, Slack
from bot.slack.refusals import CANT_READ, CANT_REPLY

log = structlog.get_logger()

EVENT = "ticket_link"
IMPOSSIBLE, UNCLEAR = "impossible", "unclear"
_REMARKS = {
    IMPOSSIBLE: N_("The ticket's link wasn't posted in the thread: the bot can't post there."),
    UNCLEAR: N_("We couldn't tell whether the ticket's link was posted in the thread."),
}


@dataclass(frozen=True, slots=True)
class ThreadLinkPoster:
    """Posts links in threads; tries are counted in the database."""

    slack: Slack
    account: Account
    links: ThreadLinks
    messages: TicketMessages

    async def post(self, row: Row, thread: LinkThread, author: SlackUser, t: Translator) -> str:
        """Returns a remark for the author, "" if the link is posted.

        Raises `SlackDoesNotAnswer` if it is to be retried.
        """
        tries, result = await self.links.find(row.id)
        if not result:
            result = await self._result(row, thread, author, t, tries)
            await self.links.end(row.id, result)
            log.info("link in thread", result=result if result in _REMARKS else "posted")
        return t(_REMARKS[result]) if result in _REMARKS else ""

    async def give_up(self, row: Row, t: Translator) -> str:
        """Stops retrying; returns a remark for the author."""
        await self.links.end(row.id, UNCLEAR)
        return t(_REMARKS[UNCLEAR])

    async def _result(
        self, row: Row, thread: LinkThread, author: SlackUser, t: Translator, tries: int
    ) -> str:
        """Looks for the post of an earlier try first: Slack does not detect duplicates."""
        found = await self._find(row, thread) if tries else ""
        if found == UNCLEAR:
            return found
        if found:
            await self._remember(row, thread, found)
            return found
        try:
            is_member = await check_is_ours(self.slack, thread.channel)
            post = created_link(author.name, *_created(row), t, self.account)
            return await self._post(row, thread, post, tries) if is_member else IMPOSSIBLE
        except (ChannelUnseen, SharedOutside, PostRefused):
            return IMPOSSIBLE
        except SlackDoesNotAnswer as error:
            if error.why in CANT_REPLY:
                return IMPOSSIBLE
            raise

    async def _post(self, row: Row, thread: LinkThread, post: Post, tries: int) -> str:
        if not await self.links.begin(row.id, tries):
            raise SlackDoesNotAnswer("chat.postMessage", "another bot posts it")
        where, message = thread.channel, post.to_dict()
        _, ts = await self.slack.post(where, message, mark=_mark(row), thread=thread.ts)
        await self._remember(row, thread, ts)
        return ts

    async def _remember(self, row: Row, thread: LinkThread, ts: str) -> None:
        """Stores the post, to be removed if another company reads the channel later."""
        ticket_id, code = _created(row)
        await self.messages.note(
            TicketMessage(thread.channel, ts, ticket_id, ShownAs.LINE, code=code)
        )

    async def _find(self, row: Row, thread: LinkThread) -> str:
        """Returns the timestamp of an earlier try's post, "" for none, or `UNCLEAR`."""
        try:
            return await self.slack.find_reply(thread.channel, thread.ts, _mark(row))
        except SlackDoesNotAnswer as error:
            if error.why in CANT_READ:
                return UNCLEAR
            raise


def _mark(row: Row) -> PostMark:
    return PostMark(EVENT, {"row": row.id})


def _created(row: Row) -> tuple[str, str]:
    """Returns the new ticket's id and code."""
    ticket_id = created_in(row.outcome) or row.ticket_id
    return ticket_id, known_in(row.outcome).code or ticket_id
