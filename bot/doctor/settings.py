"""The settings: all that is wrong with them at once."""

import os
from collections.abc import Iterator
from difflib import get_close_matches

from dotenv import dotenv_values
from pydantic import ValidationError
from yarl import URL

from bot.doctor.finding import Finding, failed, ok, warning
from bot.settings import Settings

LIVEAGENT_ALLOWS = 180  # calls a minute and key
EXAMPLE_URL = "https://acme.ladesk.com"
_HERE = {"localhost", "127.0.0.1", "::1"}
_KINDS = {
    "xoxb-": "a bot token",
    "xapp-": "an app token",
    "xoxp-": "a user's token",
    "xoxe": "a token of token rotation",
}
_WHERE = {
    "slack_bot_token": "OAuth & Permissions, “Bot User OAuth Token”; it begins with xoxb-",
    "slack_app_token": "Basic Information, “App-Level Tokens”; it begins with xapp-",
}


def read_settings() -> tuple[Settings | None, list[Finding]]:
    """None where a setting can't be read."""
    unknown = list(_misspelt())
    try:
        settings = Settings()
    except ValidationError as error:
        return None, [*_unread(error), *_no_way_in(error), *unknown]
    doubts = [*_tokens(settings), *_account(settings), *unknown]
    way = "Socket Mode" if settings.slack_app_token else "HTTP"
    return settings, [ok("settings", f"Read; the bot would use {way}."), *doubts]


def _unread(error: ValidationError) -> Iterator[Finding]:
    for each in error.errors():
        name = str(each["loc"][0]).upper() if each["loc"] else "settings"
        is_missing = each["type"] == "missing"
        message = "It is missing." if is_missing else each["msg"].removeprefix("Value error, ")
        yield failed(name, message, "Set it in the environment or in .env; see .env.example.")


def _no_way_in(error: ValidationError) -> Iterator[Finding]:
    """Told beside others, which keep the settings from being looked at as a whole."""
    is_told = any(not each["loc"] for each in error.errors())
    given = {name.upper() for name, value in _given().items() if value}
    if not is_told and not given & {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}:
        message = "Set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP."
        yield failed("SLACK_APP_TOKEN", message, f"In your Slack app: {_WHERE['slack_app_token']}.")


def _given() -> dict[str, str | None]:
    return {**dotenv_values(".env"), **os.environ}


def _tokens(settings: Settings) -> Iterator[Finding]:
    wanted = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
    for name, start in wanted.items():
        secret = getattr(settings, name)
        token = secret.get_secret_value().strip() if secret else ""
        advice = f"In your Slack app: {_WHERE[name]}."
        if token == start:
            yield failed(name.upper(), f"Nothing follows {start}: it is the example's.", advice)
        elif token and not token.startswith(start):
            kind = next((kind for its, kind in _KINDS.items() if token.startswith(its)), "no token")
            yield failed(name.upper(), f"This is {kind}.", advice)


def _account(settings: Settings) -> Iterator[Finding]:
    url = URL(settings.liveagent_url)
    if settings.liveagent_url == EXAMPLE_URL:
        yield warning("LIVEAGENT_URL", "It is the example's.", "Set your own account's address.")
    if url.scheme == "http" and url.host not in _HERE:
        message = "The API key and customers' mail would go unencrypted."
        yield warning("LIVEAGENT_URL", message, f"Use {url.with_scheme('https')}.")
    if settings.liveagent_calls_per_minute > LIVEAGENT_ALLOWS:
        message = f"LiveAgent allows {LIVEAGENT_ALLOWS} calls a minute and key, and refuses more."
        yield warning("LIVEAGENT_CALLS_PER_MINUTE", message, "Lower it.")


def _misspelt() -> Iterator[Finding]:
    """Names that nobody reads, but that look like ours."""
    known = [name.upper() for name in Settings.model_fields]
    for name in sorted(_given()):
        meant = get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if meant and name.upper() not in known:  # they are read in any case
            yield warning(name, "Nothing reads it.", f"Is {meant[0]} meant?")
