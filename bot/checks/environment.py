"""Checks each setting by itself: missing, malformed, mistaken for another, or misspelt."""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from sqlalchemy import make_url
from yarl import URL

from bot.checks.result import Result, failed, ok, warning
from bot.settings import ReadSettings, Settings

NAMES = tuple(name.upper() for name in Settings.model_fields)
SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "LIVEAGENT_API_KEY",
    "LIVEAGENT_API_V3_KEY",
)
OTHERS_OWN = ("SLACK_CLI", "SLACK_CONFIG_DIR", "SLACK_TEST_TRACE")  # Slack's command line
EXAMPLE_ACCOUNT = "acme.ladesk.com"
LIVEAGENT_MAX = 180
LOCAL = {"localhost", "127.0.0.1", "::1"}
SHORTEST_LIKENESS = 7  # shorter names all resemble HOST or PORT

_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_PRINTABLE = re.compile(r"[!-~]+")
_PLACES = {
    "xoxb-": "a bot token, which belongs in SLACK_BOT_TOKEN",
    "xapp-": "an app-level token, which belongs in SLACK_APP_TOKEN",
    "xoxp-": "a person's token, which the bot does not use",
    "xoxe": "a token that expires",
}
COPY = {
    "SLACK_BOT_TOKEN": "Copy the “Bot User OAuth Token” (xoxb-…) from OAuth & Permissions on your "
    "app's page at api.slack.com/apps.",
    "SLACK_APP_TOKEN": "Generate an app-level token (xapp-…) with the scope connections:write "
    "under Basic Information on your app's page at api.slack.com/apps.",
    "SLACK_SIGNING_SECRET": "Copy the “Signing Secret” from Basic Information on your app's page "
    "at api.slack.com/apps.",
    "LIVEAGENT_API_KEY": "Copy the key of version 1 from Configuration, System, API in LiveAgent.",
    "LIVEAGENT_API_V3_KEY": "Create a key of version 3 with few privileges under Configuration, "
    "System, API in LiveAgent; without one, leave it out.",
    "LIVEAGENT_URL": "Set only your account's address, such as https://acme.ladesk.com.",
}
MORE = "See .env.example."


def check_setting(reading: ReadSettings, name: str) -> Result:
    """Returns the result for one setting."""
    if name in reading.wrong and name in reading.written:
        return failed(f"It can't be read: {reading.wrong[name]}.", COPY.get(name, MORE))
    if name in reading.wrong:
        return _missing(name)
    rule = _RULES.get(name)
    return (rule and rule(reading)) or ok(_shown(reading, name))


def find_misspelt(reading: ReadSettings) -> Result:
    """Reports variables that resemble a setting."""
    found = list(_misspelt(reading))
    if not found:
        return ok("no variable looks like a misspelt setting")
    return warning(f"The bot reads no {'; no '.join(found)}.", f"Correct or remove it. {MORE}")


def _misspelt(reading: ReadSettings) -> Iterator[str]:
    for name in map(str.upper, sorted(reading.others)):
        if name.startswith(OTHERS_OWN):
            continue
        is_ours = name.startswith(("SLACK_", "LIVEAGENT_"))
        if not is_ours and len(name) < SHORTEST_LIKENESS:
            continue
        like = get_close_matches(name, NAMES, n=1, cutoff=0.6 if is_ours else 0.85)
        if like or is_ours:
            yield f"{name} (did you mean {like[0]}?)" if like else name


def _missing(name: str) -> Result:
    if name == "SLACK_APP_TOKEN":
        return failed(
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: Slack can't reach the bot.",
            f"For Socket Mode, which needs no public address: {COPY[name]} "
            f"For HTTP: {COPY['SLACK_SIGNING_SECRET']}",
        )
    return failed("It is not set.", f"{COPY.get(name, MORE)} Set it in .env or in the environment.")


def _bot_token(reading: ReadSettings) -> Result | None:
    return _token(reading, "SLACK_BOT_TOKEN", "xoxb-")


def _app_token(reading: ReadSettings) -> Result | None:
    if reading.settings.slack_app_token is None:
        return ok("not set: Slack posts to the bot (HTTP)")
    return _token(reading, "SLACK_APP_TOKEN", "xapp-")


def _token(reading: ReadSettings, name: str, prefix: str) -> Result | None:
    value = reading.written[name]
    if spoiled := _spoiled(value, name):
        return spoiled
    if not value.startswith(prefix):
        return _mistaken(value, name) or failed(
            f"It does not begin with {prefix}, as this kind of token does.", COPY[name]
        )
    if value == prefix:
        return failed(f"It is unchanged from .env.example: only {prefix}.", COPY[name])
    if not _TOKEN.fullmatch(value):
        return failed("It has characters that no token has.", COPY[name])
    return ok(f"set, {prefix}…")


def _signing_secret(reading: ReadSettings) -> Result | None:
    name = "SLACK_SIGNING_SECRET"
    value = reading.written.get(name)
    if value is None:
        return ok("not set: not needed in Socket Mode")
    if trouble := _spoiled(value, name) or _mistaken(value, name):
        return trouble
    if not _SIGNING_SECRET.fullmatch(value):
        return warning("It does not look like one: 32 digits and letters from a to f.", COPY[name])
    return ok("set, not used in Socket Mode" if reading.settings.slack_app_token else "set")


def _api_key(reading: ReadSettings, name: str = "LIVEAGENT_API_KEY") -> Result | None:
    value = reading.written[name]
    return _spoiled(value, name) or _mistaken(value, name) or ok("set")


def _api_v3_key(reading: ReadSettings) -> Result | None:
    if reading.settings.liveagent_api_v3_key is None:
        return ok("not set: not needed")
    if reading.written["LIVEAGENT_API_V3_KEY"] == reading.written.get("LIVEAGENT_API_KEY"):
        return failed("It is the key of version 1.", COPY["LIVEAGENT_API_V3_KEY"])
    return _api_key(reading, "LIVEAGENT_API_V3_KEY")


def _spoiled(value: str, name: str) -> Result | None:
    if value.strip().strip("\"'") != value:
        return failed(
            "It has a space or a quotation mark around it.",
            f"Remove it; docker's --env-file keeps quotation marks. Or: {COPY[name]}",
        )
    if not _PRINTABLE.fullmatch(value):
        return failed("It contains a space or another invalid character.", COPY[name])
    return None


def _mistaken(value: str, name: str) -> Result | None:
    what = next((what for prefix, what in _PLACES.items() if value.startswith(prefix)), None)
    if what is None:
        return None
    rotation = " Turn token rotation off in your app's settings." if "expires" in what else ""
    return failed(f"It holds {what}.", f"{COPY[name]}{rotation}")


def _liveagent_url(reading: ReadSettings) -> Result | None:
    written, url = URL(reading.written["LIVEAGENT_URL"].strip()), _bare(reading)
    if url.host == EXAMPLE_ACCOUNT:
        return warning(f"It is still the example, {EXAMPLE_ACCOUNT}.", COPY["LIVEAGENT_URL"])
    if url.scheme == "http" and url.host not in LOCAL:
        return warning(
            "It begins with http://: the key and customers' mail would be sent unencrypted.",
            f"Set LIVEAGENT_URL={url.with_scheme('https')}",
        )
    if written.path.strip("/") or written.query_string or written.fragment:
        return warning(
            f"It is more than an address; {url} is used.",
            f"{COPY['LIVEAGENT_URL']} The bot adds /api by itself.",
        )
    return ok(str(url))


def _calls(reading: ReadSettings) -> Result | None:
    calls = reading.settings.liveagent_calls_per_minute
    if calls <= LIVEAGENT_MAX:
        return None
    return warning(
        f"{calls} is more than LiveAgent allows a key, {LIVEAGENT_MAX} a minute.",
        f"Set at most {LIVEAGENT_MAX}, divided by the number of programs that share the key.",
    )


def _slack_url(reading: ReadSettings) -> Result | None:
    url = address(reading.settings.slack_api_url)
    if url is None:
        return failed("It is not an address.", "Leave SLACK_API_URL out: then Slack's own is used.")
    if url.scheme == "http" and url.host not in LOCAL:
        return warning(
            "It begins with http://: tokens and tickets would be sent unencrypted.",
            "Leave SLACK_API_URL out: then Slack's own is used.",
        )
    return None


def _database(reading: ReadSettings) -> Result | None:
    url = make_url(reading.settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        return failed(
            "A database in memory: pending replies would be lost with the process.",
            "Set DATABASE_URL=sqlite:////var/lib/tickets.db, or leave it out.",
        )
    return None


_RULES: Mapping[str, Callable[[ReadSettings], Result | None]] = {
    "SLACK_BOT_TOKEN": _bot_token,
    "SLACK_APP_TOKEN": _app_token,
    "SLACK_SIGNING_SECRET": _signing_secret,
    "SLACK_API_URL": _slack_url,
    "LIVEAGENT_URL": _liveagent_url,
    "LIVEAGENT_API_KEY": _api_key,
    "LIVEAGENT_API_V3_KEY": _api_v3_key,
    "LIVEAGENT_CALLS_PER_MINUTE": _calls,
    "DATABASE_URL": _database,
}


def address(text: str) -> URL | None:
    """Returns the web address, or None if it is invalid."""
    try:
        url = URL(text)
    except ValueError:
        return None
    return url if url.scheme in {"http", "https"} and url.host else None


def _shown(reading: ReadSettings, name: str) -> str:
    """Returns the value without passwords; addresses are shown without user information."""
    value = getattr(reading.settings, name.lower())
    if name == "DATABASE_URL":
        value = make_url(value).set(query={}).render_as_string(hide_password=True)
    elif name == "SLACK_API_URL":
        value = URL(value).with_user(None).with_query(None)
    elif isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, float):
        value = f"{value:g}"
    if value is None:
        return "not set: not needed"
    return str(value) if name in reading.written else f"{value} (default)"


def _bare(reading: ReadSettings) -> URL:
    return URL(reading.settings.liveagent_url).with_user(None)
