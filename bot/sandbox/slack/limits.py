"""The limits of whole messages and forms."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.sandbox.slack.block_kit import BLOCKS, MAX_OPTIONS, kinds_on, option, plain_text
from bot.sandbox.slack.inputs import all_elements, elements
from bot.sandbox.slack.rules import (
    Check,
    anything,
    fields,
    many,
    problem,
    string,
    typed,
)
from bot.sandbox.slack.wire import Json

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
TEXT_OF_ALL_BLOCKS = 12_000
MOST_OF_A_KIND = {
    "table": (1, "only_one_table_allowed"),
    "data_visualization": (2, "too many charts"),
}

_SHOWN = {"text", "alt_text", "fallback"}


def check_message(payload: Json) -> list[str]:
    """Yields the problems that Slack would report."""
    refusal = refusal_of_message(payload)
    return refusal[1] if refusal else []


def refusal_of_message(payload: Json) -> tuple[str, list[str]] | None:
    """Returns the error's name and its details."""
    text, blocks = payload.get("text") or "", payload.get("blocks") or []
    if not isinstance(text, str):
        return "invalid_arguments", [problem("must be a string", "/text")]
    if not text and not blocks and not payload.get("attachments"):
        return "no_text", ["neither text nor blocks"]
    if len(text) > MESSAGE_TEXT:
        return "msg_too_long", [f"text has {len(text)} characters"]
    problems = list(check_blocks(blocks, "message"))
    if problems:
        return "invalid_blocks", problems
    total = sum(map(_length, blocks))
    if total > TEXT_OF_ALL_BLOCKS:
        return "msg_blocks_too_long", [f"the blocks have {total} characters"]
    return None


def check_view(view: Json) -> list[str]:
    """Yields the problems that Slack would report for a form or a home tab."""
    if not isinstance(view, dict) or view.get("type") not in _VIEWS:
        return [problem("must be modal or home", "/view/type")]
    surface = view["type"]
    problems = list(_VIEWS[surface](view, "/view"))
    problems += check_blocks(view.get("blocks"), surface, "/view/blocks")
    if not problems:
        problems += _submit_is_there(view)
        problems += _one_focus(view)
    return problems


def check_options(payload: Json) -> list[str]:
    """Checks the answer to a look-up of options, of which there may be none."""
    return list(_LOOKUP(payload, ""))


def check_errors(errors: object, blocks: list[Json]) -> list[str]:
    """Checks that `response_action: errors` names only input blocks of the form."""
    if not isinstance(errors, dict) or not errors:
        return ["errors must name at least one block"]
    inputs = {block["block_id"] for block in blocks if block["type"] == "input"}
    problems = [f"{name} is no input block of this view" for name in errors if name not in inputs]
    return problems + [
        f"the error of {name} has no text"
        for name, text in errors.items()
        if not isinstance(text, str) or not text
    ]


def check_blocks(blocks: object, surface: str, path: str = "/blocks") -> Iterator[str]:
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    problems = list(many(typed(BLOCKS, kinds_on(surface)), most, 0)(blocks, path))
    yield from problems
    if isinstance(blocks, list) and not problems:
        yield from _ids_differ(blocks, path)
        yield from _together(blocks, path)


def _ids_differ(blocks: list[Json], path: str) -> Iterator[str]:
    yield from _twice((block.get("block_id") for block in blocks), "block_id", path)
    for index, block in enumerate(blocks):
        ids = (element.get("action_id") for element in elements(block))
        yield from _twice(ids, "action_id", f"{path}/{index}")


def _twice(ids: Iterable[str | None], name: str, path: str) -> Iterator[str]:
    for value, count in Counter(ids).items():
        if value is not None and count > 1:
            yield problem(f"{name} already exists: {value}", path)


def _together(blocks: list[Json], path: str) -> Iterator[str]:
    kinds = Counter(block["type"] for block in blocks)
    for kind, (most, complaint) in MOST_OF_A_KIND.items():
        if kinds[kind] > most:
            yield problem(complaint, path)


def _length(value: object) -> int:
    """Returns the number of visible characters, at any depth."""
    if isinstance(value, list):
        return sum(map(_length, value))
    if not isinstance(value, dict):
        return 0
    return sum(
        len(inner) if isinstance(inner, str) and name in _SHOWN else _length(inner)
        for name, inner in value.items()
    )


def _submit_is_there(view: Json) -> Iterator[str]:
    has_inputs = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_inputs and not view.get("submit"):
        yield problem("submit is required when an input block is in the view", "/view")


def _one_focus(view: Json) -> Iterator[str]:
    focused = [
        element for _, element in all_elements(view["blocks"]) if element.get("focus_on_load")
    ]
    if len(focused) > 1:
        yield problem("only one element may have focus_on_load", "/view")


_common: dict[str, Check] = {
    "blocks": anything,
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
}
_VIEWS: dict[str, Check] = {
    "modal": fields(
        {"type": anything, "title": plain_text(24)},
        {"submit": plain_text(24), "close": plain_text(24), **_common},
    ),
    "home": fields({"type": anything}, _common),
}
_LOOKUP = fields({"options": many(option, MAX_OPTIONS, 0)}, {})
