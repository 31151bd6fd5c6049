"""Sets up Bolt for requests that `bot/slack` has already verified."""

import logging

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped

from bot.slack.client import Slack
from bot.slack.session import web_client


def bolt_app(slack: Slack, api_url: str) -> AsyncApp:
    """Returns Bolt's app. Authorization makes no call: the identity is read at the start."""

    async def authorize() -> AuthorizeResult:
        me = await slack.identity()
        return AuthorizeResult(
            enterprise_id=None, team_id=me.team_id, bot_user_id=me.bot_user_id, bot_id=me.bot_id
        )

    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_true)
    return AsyncApp(
        name="liveagent-tickets",
        client=web_client(slack.session, None, api_url),
        authorize=authorize,
        request_verification_enabled=False,  # server.py did it before
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        process_before_response=True,  # otherwise it polls every 10 ms whether a listener is done
    )


def _is_true(record: logging.LogRecord) -> bool:
    """Drops Bolt's wrong warning that SLACK_BOT_TOKEN, which it reads by itself, is unused."""
    return record.getMessage() != warning_client_prioritized_and_token_skipped()
