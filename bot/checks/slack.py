"""Checks Slack: its address, the tokens, their scopes, and its way to the bot."""

import json
import re
import time

import aiohttp
from slack_sdk.signature import SignatureVerifier
from yarl import URL

from bot.checks.context import CheckContext
from bot.checks.environment import COPY, address
from bot.checks.network import SECONDS, Unreachable, probe
from bot.checks.result import Result, failed, ok, skipped, warning
from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.server import PATH

REINSTALL = "Reinstall the app: OAuth & Permissions, “Reinstall to Workspace”."
SCOPES = frozenset(
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
TALK = "im:history"
LINKS = frozenset({"links:read", "links:write"})
CHALLENGE = "is-this-the-bot"
HTTP_OK, NOT_SIGNED = 200, 401

_TROUBLE = {
    "invalid_auth": "Slack does not know this token.",
    "not_authed": "Slack does not know this token.",
    "account_inactive": "The token is of an app or account that was removed from the workspace.",
    "token_revoked": "The token was revoked.",
    "token_expired": "The token has expired: the app has token rotation turned on.",
    "missing_scope": "The token lacks a scope that this needs.",
    "forbidden_team": "Slack does not let this app into the workspace.",
    "team_access_not_granted": "Slack does not let this app into the workspace.",
    "org_login_required": "The workspace is being moved to an organization.",
    "ratelimited": "Slack accepts no more calls for the moment.",
}
_APP_ID = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")


async def is_reachable(context: CheckContext) -> Result:
    """Calls `api.test`, which needs no token."""
    base = context.settings.slack_api_url.rstrip("/")
    try:
        answer = await probe(context.session, f"{base}/api.test")
    except Unreachable as error:
        return failed(error.why, error.advice)
    try:
        is_slack = "ok" in json.loads(answer.body)
    except (ValueError, TypeError):
        is_slack = False
    if is_slack:
        return ok(f"{URL(base).host} answers")
    return failed(
        f"{URL(base).host} answers, but not as Slack's API does (HTTP {answer.status}).",
        "Leave SLACK_API_URL out; if you need it, it ends in /api/.",
    )


async def has_bot_token(context: CheckContext) -> Result:
    try:
        bot = await context.slack.read_identity()
    except SlackDoesNotAnswer as error:
        return _refused(error, "SLACK_BOT_TOKEN", f"{COPY['SLACK_BOT_TOKEN']} {REINSTALL}")
    if not bot.bot_id:
        return failed("The token is a person's, not the bot's.", COPY["SLACK_BOT_TOKEN"])
    return ok(f"“{bot.name}” in the workspace “{bot.team}”")


async def has_scopes(context: CheckContext) -> Result:
    """Ignores scopes that the manifest calls optional."""
    try:
        granted = (await context.slack.read_identity()).scopes
    except SlackDoesNotAnswer as error:
        return _refused(error, "SLACK_BOT_TOKEN", REINSTALL)
    if granted is None:
        return warning(
            "Slack did not say what the token may do.",
            "A proxy may have removed the header x-oauth-scopes; check OAuth & Permissions.",
        )
    needed = SCOPES if context.settings.unfurl_links else SCOPES - LINKS
    if missing := sorted(needed - granted):
        return failed(
            f"The token lacks {', '.join(missing)}.",
            "Paste manifest.yml into App Manifest on your app's page, save, and then reinstall "
            "the app (OAuth & Permissions, “Reinstall to Workspace”).",
        )
    reads = "reads what is written to it" if TALK in granted else "reads no messages"
    return ok(f"all {len(needed)} that the bot needs; it {reads}, and no other conversation")


async def has_app_token(context: CheckContext) -> Result:
    """Requests a socket's address without connecting, so that a running bot keeps its events."""
    token = context.settings.slack_app_token
    if token is None:
        return skipped("not used: Slack posts to the bot (HTTP)")
    try:
        await context.slack.socket_url(token.get_secret_value())
    except SlackDoesNotAnswer as error:
        advice = f"{COPY['SLACK_APP_TOKEN']} Check that Socket Mode is turned on there."
        return _refused(error, "SLACK_APP_TOKEN", advice)
    return ok("Slack opens connections for it (Socket Mode)")


async def has_tokens_of_one_app(context: CheckContext) -> Result:
    token = context.settings.slack_app_token
    if token is None:
        return skipped("not used: Slack posts to the bot (HTTP)")
    named = _APP_ID.match(token.get_secret_value())
    try:
        app = await context.slack.app_of((await context.slack.read_identity()).bot_id)
    except SlackDoesNotAnswer as error:
        return skipped(f"Slack does not say whose bot it is ({error.why}).")
    if not (named and app):
        return skipped("Slack does not say which app the tokens belong to.")
    if named[1] != app:
        return failed(
            f"The app-level token is of the app {named[1]}, the bot token of {app}: commands "
            "would go to one app, and the other would answer.",
            "Copy both from the page of the same app at api.slack.com/apps.",
        )
    return ok(f"both of the app {app}")


async def has_public_address(context: CheckContext) -> Result:
    """Sends a running bot a challenge signed with the signing secret, as Slack does."""
    if context.uses_socket:
        return skipped("not needed in Socket Mode")
    if not context.public_url:
        return skipped(
            "Slack posts to a public address, which is not in the settings.",
            "While the bot runs: python -m bot check --url https://your.address/slack/events",
        )
    url = address(context.public_url)
    if url is None:
        return failed(
            "The value of --url is not an address.", "As https://your.address/slack/events."
        )
    url = url if url.path.strip("/") else url.with_path(PATH)
    try:
        status, reply = await _greet(context, url)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return failed(
            f"{url.host} can't be reached ({type(error).__name__}).",
            "Start the bot, and check that the proxy forwards to its HOST and PORT.",
        )
    return _judge_greeting(url, status, reply)


def _judge_greeting(url: URL, status: int, reply: str) -> Result:
    if status == HTTP_OK and CHALLENGE in reply:
        if url.scheme == "https":
            return ok(f"{url.host} leads to a bot with this signing secret")
        return warning(
            f"{url.host} leads to the bot, but without encryption.", "Slack posts to https:// only."
        )
    if status == NOT_SIGNED:
        return failed(
            "The bot there does not accept this signing secret.",
            f"Start it with this SLACK_SIGNING_SECRET. {COPY['SLACK_SIGNING_SECRET']}",
        )
    return failed(
        f"The server there is not the bot (HTTP {status}).",
        f"The path is {PATH}; check that the proxy forwards to the bot's HOST and PORT.",
    )


async def _greet(context: CheckContext, url: URL) -> tuple[int, str]:
    secret = context.settings.slack_signing_secret
    body = json.dumps({"type": "url_verification", "challenge": CHALLENGE, "token": ""})
    now = str(int(time.time()))
    verifier = SignatureVerifier(secret.get_secret_value() if secret else "")
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": verifier.generate_signature(timestamp=now, body=body) or "",
    }
    async with context.session.post(
        url,
        data=body,
        headers=headers,
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        allow_redirects=False,
    ) as answer:
        return answer.status, (await answer.content.read(1000)).decode(errors="replace")


def _refused(error: SlackDoesNotAnswer, name: str, advice: str) -> Result:
    if error.why == "not_allowed_token_type":
        return failed(f"{name} holds another kind of token ({error.why}).", advice)
    reply = _TROUBLE.get(error.why, f"Slack did not accept {error.call}.")
    return failed(f"{reply.removesuffix('.')} ({error.why}).", advice)
