"""A direct message as a notice: posted once, then changed in place."""

from typing import Any

from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.client import Slack

_NOTICE_GONE = {"cant_update_message", "message_not_found", "edit_window_closed"}
_AUTHOR_GONE = {"user_disabled", "user_not_found", "user_not_visible"}

Notice = tuple[str, str]
"""Its channel and Slack's time stamp; both "" where there is none."""

NONE: Notice = ("", "")


async def put(slack: Slack, user_id: str, standing: Notice, message: dict[str, Any]) -> Notice:
    """In place of the one that stands, if it still does. Raises `SlackDoesNotAnswer`.

    Gives `NONE` for a user who has left the workspace: it is not tried again.
    """
    if standing != NONE:
        try:
            await slack.update(*standing, message)
        except SlackDoesNotAnswer as error:
            if error.why not in _NOTICE_GONE:
                raise
        else:
            return standing
    try:
        return await slack.post(user_id, message)
    except SlackDoesNotAnswer as error:
        if error.why in _AUTHOR_GONE:
            return NONE
        raise
