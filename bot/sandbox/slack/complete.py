"""Adds the defaults that Slack adds to blocks."""

import secrets
from typing import Any

from bot.sandbox.slack.wire import Json


def completed(blocks: list[Json]) -> list[Json]:
    """Returns a copy with block ids, action ids and the flags of texts."""
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
    if block["type"] == "actions":
        block["elements"] = [{"action_id": _new_id()} | one for one in block["elements"]]
    for place in ("accessory", "element"):
        if place in block:
            block[place] = {"action_id": _new_id()} | block[place]
    return block
