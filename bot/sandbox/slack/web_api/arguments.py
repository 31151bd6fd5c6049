"""Reads the arguments of a method, from forms and JSON alike."""

import json
from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.slack.wire import Json, SlackRefused

_STRUCTURED = {"blocks", "attachments", "files", "message", "metadata", "view", "unfurls"}


async def read_arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        try:
            asked = await request.json()
        except json.JSONDecodeError:
            raise SlackRefused("invalid_json") from None
        if not isinstance(asked, dict):
            raise SlackRefused("json_not_object")
    else:
        form = await request.post()
        asked = {**request.query, **{name: str(value) for name, value in form.items()}}
    return {name: _structured(name, value) for name, value in asked.items() if value is not None}


def _structured(name: str, value: object) -> object:
    if name not in _STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        error = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
        raise SlackRefused(error) from None


def token_of(request: web.Request, asked: Mapping[str, object]) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") if header else str(asked.get("token", ""))


def needed(asked: Json, name: str) -> str:
    value = asked.get(name)
    if not value:
        problem = f"[ERROR] missing required field: {name}"
        raise SlackRefused("invalid_arguments", response_metadata={"messages": [problem]})
    return str(value)


def is_set(asked: Json, name: str) -> bool:
    return str(asked.get(name, "")).lower() in ("1", "true")


def page(items: list[Json], asked: Json, default: int, most: int = 999) -> tuple[list[Json], str]:
    """Returns a page of the items, and the cursor to the next."""
    start = int(asked.get("cursor") or 0)
    end = start + min(int(asked.get("limit") or default), most)
    return items[start:end], str(end) if end < len(items) else ""
