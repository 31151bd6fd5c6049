"""Payloads that Slack sends to the app, as its documentation describes them."""

import secrets

from bot.sandbox.slack.channels import Channel, Message
from bot.sandbox.slack.people import APP_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, User
from bot.sandbox.slack.views import View
from bot.sandbox.slack.wire import Json

VERIFICATION_TOKEN = secrets.token_hex(12)


def command(user: User, channel: Channel, name: str, text: str) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": user.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.with_user else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
    }


def interaction(kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def from_message(message: Message, channel: Channel) -> Json:
    """Returns where an action took place; Slack does not repeat an ephemeral message."""
    place: Json = {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.only_for),
        },
        "channel": named(channel),
        "state": {"values": message.state},
    }
    if message.thread_ts:
        place["container"]["thread_ts"] = message.thread_ts
    if not message.only_for:
        place["message"] = message.described()
    return place


def from_view(view: View) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": view.described()}


def named(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.with_user else channel.name}


def action(block: Json, element: Json, now: float) -> Json:
    """Returns the common part of every action; its value depends on the element."""
    taken: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{now:.6f}",
    }
    for name in ("text", "value", "style", "placeholder"):
        if name in element:
            taken[name] = element[name]
    return taken


def event(content: Json, event_id: str, now: float, *, is_shared: bool = False) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": content,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": is_shared,
    }
