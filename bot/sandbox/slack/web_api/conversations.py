"""`conversations.*`."""

from bot.sandbox.slack.channels import Channel, Message
from bot.sandbox.slack.web_api.arguments import is_set, needed, page
from bot.sandbox.slack.wire import Json, SlackRefused
from bot.sandbox.slack.workspace import Workspace

_READ = {"im": "im:read", "channels": "channels:read"}
_HISTORY = {"im": "im:history", "channels": "channels:history"}


def describe_channel(slack: Workspace, asked: Json) -> Json:
    channel = slack.channel(needed(asked, "channel"))
    require(slack, _READ[channel.kind])
    return {"channel": channel.described()}


def read_history(slack: Workspace, asked: Json) -> Json:
    """Returns messages, newest first, without those in threads."""
    channel = _readable(slack, asked)
    messages = [
        message
        for message in reversed(_within(channel, asked))
        if message.thread_ts in ("", message.ts)
    ]
    return _messages(messages, asked)


def read_replies(slack: Workspace, asked: Json) -> Json:
    """Returns the first message of the thread, then the replies, oldest first."""
    channel = _readable(slack, asked)
    ts = needed(asked, "ts")
    messages = [one for one in _within(channel, asked) if ts in (one.ts, one.thread_ts)]
    if not messages:
        raise SlackRefused("thread_not_found")
    return _messages(messages, asked)


def require(slack: Workspace, scope: str) -> None:
    if scope not in slack.app.scopes:
        provided = ",".join(sorted(slack.app.scopes))
        raise SlackRefused("missing_scope", needed=scope, provided=provided)


def _readable(slack: Workspace, asked: Json) -> Channel:
    channel = slack.channel(needed(asked, "channel"))
    require(slack, _HISTORY[channel.kind])
    if not channel.has_bot:
        raise SlackRefused("not_in_channel")
    return channel


def _within(channel: Channel, asked: Json) -> list[Message]:
    """Compares timestamps as text, because all have the same length."""
    oldest, latest = str(asked.get("oldest") or "0"), str(asked.get("latest") or "9")
    return [one for one in channel.messages if not one.only_for and oldest < one.ts < latest]


def _messages(messages: list[Message], asked: Json) -> Json:
    with_metadata = is_set(asked, "include_all_metadata")
    described = [message.described(with_metadata=with_metadata) for message in messages]
    shown, cursor = page(described, asked, 100)
    return {
        "messages": shown,
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }
