"""Whether anybody hears of a digest's trouble."""

from collections.abc import Awaitable, Callable

from bot.desk.desk import Desk
from bot.domain.digest import Digest
from bot.domain.errors import BotError, NotAllowed
from bot.domain.people import SlackUser


async def has_owner(
    desk: Desk, find_user: Callable[[str], Awaitable[SlackUser]], digest: Digest
) -> bool:
    """False once whoever set it up is no agent any more; True while nobody can tell."""
    try:
        await desk.actor(await find_user(digest.created_by))
    except NotAllowed:
        return False
    except BotError:
        return True
    return True
