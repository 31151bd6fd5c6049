"""Builds messages and forms as Slack takes them."""

from typing import Any

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def actions(*labels: str) -> list[Payload]:
    buttons = [
        {"type": "button", "text": plain(label), "action_id": label.lower(), "value": label}
        for label in labels
    ]
    return [{"type": "actions", "block_id": "actions", "elements": buttons}]


def modal(title: str, **more: Any) -> Payload:
    message = {
        "type": "input",
        "block_id": "message",
        "label": plain("Message"),
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    content = {"type": "modal", "callback_id": "form", "title": plain(title), "blocks": [message]}
    return content | {"submit": plain("Send"), "close": plain("Cancel")} | more
