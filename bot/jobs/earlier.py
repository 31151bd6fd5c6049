"""What an earlier try may have posted."""

from collections.abc import Awaitable

from bot.domain.errors import SlackDoesNotAnswer

_UNREADABLE = {"missing_scope", "not_in_channel"}


async def found(post: Awaitable[str]) -> str:
    """Returns the post's timestamp; "" also where the bot may not read: a duplicate beats no post.

    Raises `SlackDoesNotAnswer` for anything else.
    """
    try:
        return await post
    except SlackDoesNotAnswer as error:
        if error.why not in _UNREADABLE:
            raise
        return ""
