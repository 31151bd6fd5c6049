"""Slack: who the bot is there, and what it may do."""

from collections.abc import AsyncIterator

import aiohttp

from bot.doctor.finding import Finding, failed, ok, skipped
from bot.domain.errors import SlackDoesNotAnswer
from bot.settings import Settings
from bot.slack.inspection import Inspection

NEEDED = frozenset(
    {
        "channels:read",
        "chat:write",
        "commands",
        "groups:read",
        "links:read",
        "links:write",
        "users:read",
        "users:read.email",
    }
)
HISTORY = frozenset({"channels:history", "groups:history"})  # a digest looks for its own post there

_ADVICE = {
    "invalid_auth": "Slack does not know it: copy it anew from your app's page.",
    "not_authed": "It is empty: copy it from your app's page.",
    "account_inactive": "The app was removed from the workspace: install it again.",
    "token_revoked": "It was revoked: install the app again and copy the new token.",
    "token_expired": "Turn token rotation off in your Slack app, and copy the new token.",
    "not_allowed_token_type": "It is a token of another kind: the two may be swapped.",
    "missing_scope": "Give the app-level token the scope connections:write.",
    "no_permission": "Give the app-level token the scope connections:write.",
    "team_access_not_granted": "The workspace has not approved the app: ask its admins.",
}
_UNREACHED = "Can this machine reach slack.com? Check firewall, proxy (HTTPS_PROXY) and DNS."


async def examine_slack(
    settings: Settings, session: aiohttp.ClientSession
) -> AsyncIterator[Finding]:
    inspection = Inspection(session, settings.slack_api_url)
    token = settings.slack_bot_token.get_secret_value()
    try:
        bot = await inspection.who_is(token)
    except SlackDoesNotAnswer as error:
        yield _refused("SLACK_BOT_TOKEN", error)
        yield skipped("Slack's scopes", "The bot token has to be right first.")
    else:
        yield ok("SLACK_BOT_TOKEN", f"The bot is {bot.user} in the workspace {bot.team}.")
        yield _scopes(bot.scopes)
    yield await _app_token(settings, inspection)


def _scopes(granted: frozenset[str]) -> Finding:
    if missing := sorted(NEEDED - granted):
        return failed(
            "Slack's scopes",
            f"The app may not: {', '.join(missing)}.",
            "Compare its manifest with manifest.yml, then install the app again.",
        )
    without = ", ".join(sorted(HISTORY - granted))
    more = f" Not granted, and not needed: {without}." if without else ""
    return ok("Slack's scopes", f"All that are needed.{more}")


async def _app_token(settings: Settings, inspection: Inspection) -> Finding:
    if settings.slack_app_token is None:
        where = f"http://{settings.host}:{settings.port}/slack/events"
        message = f"HTTP: what Slack posts has to be led to {where}. Slack tells the secret nobody."
        return ok("SLACK_SIGNING_SECRET", message)
    try:
        await inspection.open_connection(settings.slack_app_token.get_secret_value())
    except SlackDoesNotAnswer as error:
        return _refused("SLACK_APP_TOKEN", error)
    return ok("SLACK_APP_TOKEN", "Slack gives a socket for it.")


def _refused(check: str, error: SlackDoesNotAnswer) -> Finding:
    if error.why in _ADVICE:
        return failed(check, f"Slack refuses it ({error.why}).", _ADVICE[error.why])
    return failed(check, f"Slack does not answer {error.call} ({error.why}).", _UNREACHED)
