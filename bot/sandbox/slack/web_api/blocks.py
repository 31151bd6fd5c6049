"""`blocks.validate`."""

import re
from collections.abc import Sequence

from bot.sandbox.slack.limits import check_message, check_view
from bot.sandbox.slack.wire import Json, SlackRefused, invalid
from bot.sandbox.slack.workspace import Workspace

_PROBLEM = re.compile(r"(?:\[ERROR\] )?(?P<message>.*?)(?: \[json-pointer:(?P<pointer>.*)\])?")
_KINDS = ("blocks", "message", "view")


def validate(_slack: Workspace, asked: Json) -> Json:
    """Validates a view, or the blocks of a message."""
    given = [kind for kind in _KINDS if asked.get(kind) is not None]
    if len(given) != 1:
        problem = "must provide exactly one of `blocks`, `view`, or `message`"
        raise invalid("invalid_arguments", [problem])
    kind = given[0]
    if problems := _problems(kind, asked[kind]):
        errors = [_error(kind, problem) for problem in problems]
        raise SlackRefused(f"invalid_{kind}", errors=errors)
    return {}


def _problems(kind: str, payload: Json | list[Json]) -> Sequence[str]:
    if kind == "view" and isinstance(payload, dict):
        return check_view(payload)
    if kind == "message" and isinstance(payload, dict):
        return check_message(payload)
    if kind == "blocks":
        return check_message({"blocks": payload})
    return ["must be an object"]


def _error(kind: str, problem: str) -> Json:
    found = _PROBLEM.fullmatch(problem)
    message, pointer = found.groups("") if found else (problem, "")
    outer = {"blocks": "/blocks", "view": "/view"}.get(kind, "")
    return {
        "code": "failed_constraint",
        "message": message,
        "pointer": pointer.removeprefix(outer),
    }
