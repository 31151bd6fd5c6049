"""Finds posts of an earlier try, so that a retry does not repeat them."""

from collections.abc import Awaitable

import structlog

from blocks.text import Post
from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.client import PostMark, Slack
from bot.slack.refusals import CANT_READ

log = structlog.get_logger()

SEARCH_SECONDS = 7 * 24 * 3600.0  # a killed bot may be started after a long weekend
CLOCKS_APART = 3600.0  # the bot's clock and Slack's, at most


async def found(post: Awaitable[str]) -> str:
    """Returns the timestamp, or "" if the bot may not read there: rather twice than never.

    Raises `SlackDoesNotAnswer` for any other failure.
    """
    try:
        return await post
    except SlackDoesNotAnswer as error:
        if error.why not in CANT_READ:
            raise
        return ""


async def post_once(slack: Slack, user_id: str, event: str, key: str, post: Post) -> None:
    """Posts a direct message, and deletes it if an earlier try has posted it within a week.

    The channel of direct messages is known only from a post. `key` identifies the message.
    """
    mark = PostMark(event, {event: key})
    channel, ts = await slack.post(user_id, post.to_dict(), mark=mark)
    try:
        since = float(ts) - SEARCH_SECONDS
        if await found(slack.find_post(channel, mark, since, before=ts)):
            await slack.delete(channel, ts)
    except SlackDoesNotAnswer as error:  # a retry would post it again
        log.warning("notice may be duplicated", why=str(error))
