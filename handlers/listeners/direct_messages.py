"""Decides which direct messages to the bot are commands."""

from collections.abc import Mapping
from typing import Any

from handlers.dispatch.context import Context

_NOT_TYPED = ("subtype", "bot_id", "app_id", "edited", "hidden")
"""Fields of messages that were edited, removed, uploaded or posted by a program."""


async def is_new_message(context: Context) -> bool:
    """Whether a person typed the message and it is new: Slack may send it twice.

    While the database is unavailable, a repeated message counts as new; operations on a ticket have
    a key of their own.
    """
    message = context.interaction
    if not _is_typed(message.message):
        return False
    return await context.services.presence.is_first(message.key, message.user_id)


def _is_typed(event: Mapping[str, Any]) -> bool:
    """Whether a person typed it in their direct messages with the bot."""
    is_plain = not any(event.get(name) for name in _NOT_TYPED)
    return is_plain and event.get("channel_type") == "im" and bool(event.get("user"))
