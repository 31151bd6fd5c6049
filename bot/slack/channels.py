"""Checks who reads a channel: nothing of a ticket goes where another company reads it."""

from bot.domain.errors import ChannelUnseen, SharedOutside, SlackDoesNotAnswer
from bot.slack.client import Slack
from bot.slack.refusals import CANT_READ

_DIRECT = "D"
_SHARED = ("is_ext_shared", "is_pending_ext_shared")


async def check_is_ours(slack: Slack, channel: str) -> bool:
    """Returns whether the bot is a member of the channel, and can post there.

    Raises:
        SharedOutside: another company reads it, or is invited to.
        ChannelUnseen: Slack does not tell, or it is a direct message.

    """
    if not channel or channel.startswith(_DIRECT):
        raise ChannelUnseen
    try:
        info = await slack.channel(channel)
    except SlackDoesNotAnswer as error:
        if error.why in CANT_READ:
            raise ChannelUnseen from error
        raise
    if any(info.get(key) for key in _SHARED):
        raise SharedOutside
    return bool(info.get("is_member")) and not info.get("is_archived")
