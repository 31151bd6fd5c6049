"""Slack adds to blocks what their maker left out."""

import secrets
from typing import Any

from bot.sandbox.slack.wire import Json

_WITHOUT_ACTION = {"image", "plain_text", "mrkdwn"}


def completed(blocks: list[Json]) -> list[Json]:
    """A copy with block ids, action ids and the flags of texts."""
    return [_with_actions({"block_id": _new_id()} | _flagged(block)) for block in blocks]


def _new_id() -> str:
    return secrets.token_urlsafe(4)


def _flagged(value: Any) -> Any:  # noqa: ANN401 - any part of a block
    if isinstance(value, list):
        return [_flagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _flagged(item) for key, item in value.items()}
    if copy.get("type") == "plain_text":
        return {"emoji": True} | copy
    if copy.get("type") == "mrkdwn":
        return {"verbatim": False} | copy
    return copy


def _with_actions(block: Json) -> Json:
    if block["type"] in ("actions", "context_actions"):
        block["elements"] = [_with_action(element) for element in block["elements"]]
    for place in ("accessory", "element"):
        if place in block:
            block[place] = _with_action(block[place])
    return block


def _with_action(element: Json) -> Json:
    if element["type"] in _WITHOUT_ACTION:
        return element
    return {"action_id": _new_id()} | element
