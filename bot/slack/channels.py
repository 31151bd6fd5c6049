"""Checks who reads a channel: no ticket is shown where another company reads it."""

from collections.abc import Awaitable, Mapping
from typing import Any

from bot.domain.errors import ChannelUnseen, SharedOutside, SlackDoesNotAnswer
from bot.slack.client import Slack
from bot.slack.refusals import CANT_READ

_DIRECT = "D"
_SHARED = ("is_ext_shared", "is_pending_ext_shared")


async def check_is_ours(slack: Slack, channel: str) -> bool:
    """Returns whether the bot is a member of the channel, and can post there.

    Raises:
        SharedOutside: another company reads it, or is invited to.
        ChannelUnseen: Slack does not say, or it is a direct message.

    """
    _check_is_one(channel)
    return await _is_ours(slack.channel(channel))


async def check_is_still_ours(slack: Slack, channel: str) -> bool:
    """Works as `check_is_ours` from a recent answer, for posting many times a minute.

    Only a positive answer is reused.
    """
    _check_is_one(channel)
    is_ours = False
    try:
        is_ours = await _is_ours(slack.recent_channel(channel))
    finally:
        if not is_ours:
            slack.forget_channel(channel)
    return is_ours


def _check_is_one(channel: str) -> None:
    if not channel or channel.startswith(_DIRECT):
        raise ChannelUnseen


async def _is_ours(asking: Awaitable[Mapping[str, Any]]) -> bool:
    try:
        info = await asking
    except SlackDoesNotAnswer as error:
        if error.why in CANT_READ:
            raise ChannelUnseen from error
        raise
    if any(info.get(key) for key in _SHARED):
        raise SharedOutside
    return bool(info.get("is_member")) and not info.get("is_archived")
