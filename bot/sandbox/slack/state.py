"""The state that the page shows to one person. `rich` has mrkdwn as rich text."""

from typing import Any

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.channels import Channel, Message
from bot.sandbox.slack.people import APP_ID, User
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.views import View
from bot.sandbox.slack.wire import Json
from bot.sandbox.slack.workspace import Workspace

MAX_MESSAGES = 200  # of a channel, the newest


def describe_state(slack: Workspace, person: Person) -> Json:
    home = slack.views.homes.get(person.id)
    return {
        "run": slack.run,
        "now": slack.clock(),
        "me": person.id,
        "app": {
            "id": APP_ID,
            "name": slack.app.app_name,
            "has_home": slack.app.has_home,
            "takes_messages": not slack.app.is_read_only,
        },
        "people": [_user(user) for user in slack.users.values()],
        "channels": [_channel(channel, person.id) for channel in person.channels()],
        "commands": [
            {"name": one.name, "description": one.description, "hint": one.usage_hint}
            for one in slack.app.commands
        ],
        "shortcuts": [
            {"name": one.name, "is_global": one.is_global} for one in slack.app.shortcuts
        ],
        "forms": [_view(view) for view in slack.views.stack(person.id)],
        "home": _view(home) if home else None,
        "complaints": slack.complaints,
    }


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "handle": user.name,
        "name": user.real_name,
        "role": user.role,
        "locale": user.locale,
        "zone": user.zone,
        "is_bot": user.is_bot,
        "can_act": user.can_act and bool(user.email),
    }


def _channel(channel: Channel, user_id: str) -> Json:
    shown = [one for one in channel.messages if one.only_for in ("", user_id)]
    return {
        "id": channel.id,
        "name": channel.name,
        "is_direct": bool(channel.with_user),
        "is_shared": channel.is_shared_outside,
        "has_bot": channel.has_bot,
        "messages": [_message(one, user_id) for one in shown[-MAX_MESSAGES:]],
    }


def _message(message: Message, user_id: str) -> Json:
    return {
        "ts": message.ts,
        "user": message.user_id,
        "text": message.text,
        "rich": mrkdwn.as_rich_text(message.text),
        "blocks": _with_rich(message.blocks),
        "attachments": _with_rich(message.attachments),
        "files": message.files,
        "thread_ts": message.thread_ts,
        "is_private": bool(message.only_for),
        "is_edited": message.is_edited,
        "has_warning": user_id in message.warned,
        "values": message.state,
    }


def _view(view: View) -> Json:
    shown = {"errors": view.errors, "trouble": view.trouble, "blocks": _with_rich(view.blocks)}
    return view.described() | shown


def _with_rich(value: Any) -> Any:  # noqa: ANN401 - any part of a block
    if isinstance(value, list):
        return [_with_rich(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _with_rich(item) for name, item in value.items()}
    is_mrkdwn = value.get("type") == "mrkdwn"
    return copy | {"rich": mrkdwn.as_rich_text(value["text"])} if is_mrkdwn else copy
