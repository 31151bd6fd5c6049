"""Submits and closes forms, and uses shortcuts."""

import re

from bot.sandbox.slack import payloads
from bot.sandbox.slack.channels import Message
from bot.sandbox.slack.delivery import Envelope
from bot.sandbox.slack.inputs import is_empty
from bot.sandbox.slack.interactions import TROUBLE
from bot.sandbox.slack.limits import check_errors, check_view
from bot.sandbox.slack.manifest import Shortcut
from bot.sandbox.slack.people import User
from bot.sandbox.slack.views import View
from bot.sandbox.slack.wire import Json
from bot.sandbox.slack.workspace import Workspace

REQUIRED = "Please complete this required field."


async def submit(slack: Workspace, user: User, view: View) -> None:
    """Returns when the app acknowledges or the time is up; then the form stays."""
    view.trouble, view.errors = "", _unfilled(view)
    slack.changes.tell()
    if view.errors:
        return
    payload = payloads.interaction("view_submission", user) | {
        "trigger_id": slack.triggers.issue(user.id, channel_id=view.channel_id, view_id=view.id),
        "view": view.described(),
        "response_urls": [],
    }
    ack = await slack.deliver(Envelope("interactive", payload, takes_answer=True))
    problems = [ack.error] if ack.error else _follow(slack, view, ack.answer)
    if problems:
        view.trouble = TROUBLE
    if problems and not ack.error:
        slack.complain(f"answer to a form: {problems}")
    slack.changes.tell()


def close(slack: Workspace, user: User, view: View, *, with_all: bool = False) -> None:
    """Closes the form, or the whole stack."""
    for one in list(slack.views.stack(user.id)) if with_all else [view]:
        slack.views.close(one)
    slack.changes.tell()


async def use_shortcut(
    slack: Workspace, user: User, shortcut: Shortcut, message: Message | None = None
) -> None:
    kind = "shortcut" if message is None else "message_action"
    payload = payloads.interaction(kind, user) | {
        "callback_id": shortcut.callback_id,
        "action_ts": f"{slack.clock():.6f}",
    }
    channel_id = "" if message is None else message.channel_id
    payload["trigger_id"] = slack.triggers.issue(user.id, channel_id=channel_id)
    if message is not None:
        path = slack.response_urls.issue("app", user.id, channel_id)
        payload |= {
            "message": message.described(),
            "message_ts": message.ts,
            "channel": payloads.named(slack.channel(channel_id)),
            "response_url": slack.url + path,
        }
    ack = await slack.deliver(Envelope("interactive", payload))
    if ack.error:
        place = channel_id or slack.direct(user.id).id
        slack.tell(user.id, place, f'{shortcut.name} failed with the error "{ack.error}"')


def _follow(slack: Workspace, view: View, answer: Json) -> list[str]:
    """Executes `response_action`; returns what Slack would refuse of it."""
    if not answer:
        slack.views.close(view)
        return []
    match answer.get("response_action"):
        case "errors":
            problems = check_errors(answer.get("errors"), view.blocks)
            view.errors = {} if problems else dict(answer["errors"])
            return problems
        case "update":
            content = answer.get("view") or {}
            problems = check_view(content)
            if not problems:
                slack.views.update(view, content)
            return problems
        case other:
            return [f"unknown response_action: {other}"]


def _unfilled(view: View) -> dict[str, str]:
    """Returns Slack's own validation errors, by block id."""
    errors = {}
    for block in view.blocks:
        if block["type"] == "input":
            held = view.state[block["block_id"]][block["element"]["action_id"]]
            if error := _said_of(block, held):
                errors[block["block_id"]] = error
    return errors


def _said_of(block: Json, held: Json) -> str:
    element = block["element"]
    if is_empty(held):
        return "" if block.get("optional") else REQUIRED
    text = str(held.get("value"))
    if element["type"] == "email_text_input" and not re.fullmatch(r"\S+@\S+\.\S+", text):
        return "Please enter a valid email address."
    if element["type"] == "plain_text_input" and len(text) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    return ""
