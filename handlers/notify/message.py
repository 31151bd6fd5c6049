"""A notice as a direct message: posted once, then updated in place."""

from contextlib import suppress
from typing import Any

from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.client import Slack
from bot.slack.refusals import CANT_UPDATE, USER_GONE

Notice = tuple[str, str]
"""The channel and Slack's timestamp; both "" if there is none."""

NONE: Notice = ("", "")


async def post_again(
    slack: Slack,
    user_id: str,
    standing: Notice,
    message: dict[str, Any],
    below: dict[str, Any],
) -> Notice:
    """Posts a new message, because Slack does not notify users of changed ones.

    The `standing` notice becomes `below`. Raises `SlackDoesNotAnswer`.
    """
    posted = await put(slack, user_id, NONE, message)
    if standing != NONE:
        with suppress(SlackDoesNotAnswer):  # the old notice does no harm
            await slack.update(*standing, below)
    return posted


async def put(slack: Slack, user_id: str, standing: Notice, message: dict[str, Any]) -> Notice:
    """Updates the `standing` notice if it exists, else posts one. Raises `SlackDoesNotAnswer`.

    Returns `NONE` for a user who has left the workspace, so that there is no retry.
    """
    if standing != NONE:
        try:
            await slack.update(*standing, message)
        except SlackDoesNotAnswer as error:
            if error.why not in CANT_UPDATE:
                raise
        else:
            return standing
    try:
        return await slack.post(user_id, message)
    except SlackDoesNotAnswer as error:
        if error.why in USER_GONE:
            return NONE
        raise
