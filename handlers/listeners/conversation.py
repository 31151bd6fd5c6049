"""People talk to the bot itself, in its own conversation with each of them."""

from collections.abc import Mapping
from typing import Any

from handlers.dispatch.context import Context

_NOT_TYPED = ("subtype", "bot_id", "edited", "hidden")
"""Fields of what was edited, removed, uploaded or posted by a program."""


async def is_heard_first(context: Context) -> bool:
    """Whether a person typed it to the bot, and it was not heard before: Slack may tell it twice.

    While the database is away it may be heard twice: what changes a ticket has its key besides.
    """
    said = context.interaction
    if not _is_typed(said.message):
        return False
    return await context.services.presence.is_first(said.key, said.user_id)


def _is_typed(event: Mapping[str, Any]) -> bool:
    """By a person, in the bot's own conversation with them."""
    is_plain = not any(event.get(name) for name in _NOT_TYPED)
    return is_plain and event.get("channel_type") == "im" and bool(event.get("user"))
