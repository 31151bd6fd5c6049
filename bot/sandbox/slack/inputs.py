"""The values of input elements, in the form of `state.values`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Kind:
    """The keys of the value in the state and of the initial value in the element."""

    value: str
    initial: str
    holds_many: bool = False
    holds_options: bool = False


def _options(*, many: bool = False) -> Kind:
    s = "s" if many else ""
    return Kind(f"selected_option{s}", f"initial_option{s}", holds_many=many, holds_options=True)


KINDS: dict[str, Kind] = {
    "plain_text_input": Kind("value", "initial_value"),
    "email_text_input": Kind("value", "initial_value"),
    "rich_text_input": Kind("rich_text_value", "initial_value"),
    "file_input": Kind("files", "initial_files", holds_many=True),
    "datepicker": Kind("selected_date", "initial_date"),
    "radio_buttons": _options(),
    "static_select": _options(),
    "external_select": _options(),
    "checkboxes": _options(many=True),
    "multi_static_select": _options(many=True),
    "multi_external_select": _options(many=True),
}


def elements(block: Json) -> list[Json]:
    """Returns the interactive elements of a block."""
    inside = [*block.get("elements", [])] if block["type"] != "rich_text" else []
    for place in ("accessory", "element"):
        inside += [block[place]] if place in block else []
    return [element for element in inside if "action_id" in element]


def all_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in elements(block):
            yield block, element


def first_state(element: Json) -> Json:
    """Returns the state of an untouched element."""
    kind = KINDS[element["type"]]
    state: Json = {"type": element["type"]}
    if kind.initial in element:
        return state | {kind.value: element[kind.initial]}
    if element["type"] == "rich_text_input":
        return state
    return state | {kind.value: [] if kind.holds_many else None}


def chosen_state(element: Json, value: Any) -> Json:  # noqa: ANN401 - text, option, id or list
    """Returns the state after a person set `value`: options by their value, or whole."""
    kind = KINDS[element["type"]]
    state: Json = {"type": element["type"]}
    if kind.holds_many:
        values = [value] if isinstance(value, str | dict) else list(value or ())
        return state | {kind.value: [_held(element, kind, one) for one in values]}
    if element["type"] == "rich_text_input":
        rich = rich_text_of(value) if isinstance(value, str) else value
        return state | ({kind.value: rich} if rich else {})
    return state | {kind.value: _held(element, kind, value)}


def _held(element: Json, kind: Kind, value: Any) -> Any:  # noqa: ANN401
    if value is None or value == "":
        return None
    if not kind.holds_options or isinstance(value, dict):
        return value
    return next(option for option in element["options"] if option["value"] == value)


def is_empty(state: Json) -> bool:
    kind = KINDS[state["type"]]
    value = state.get(kind.value)
    if state["type"] == "rich_text_input":
        return not (value and _says_something(value))
    return value is None or value in ([], "")


def _says_something(rich: Json) -> bool:
    """Whether there is a mention, an emoji or non-blank text."""
    if "elements" in rich:
        return any(_says_something(element) for element in rich["elements"])
    return rich.get("type") != "text" or bool(rich["text"].strip())


def rich_text_of(text: str) -> Json | None:
    """Converts plain typing as Slack's editor does."""
    if not text:
        return None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


State = dict[str, dict[str, Json]]


def opening_state(blocks: list[Json], before: State) -> State:
    """Returns the state by block and action id; the input of remaining elements stays."""
    state: State = {}
    for block, element in all_elements(blocks):
        if element["type"] not in KINDS:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        kept = before.get(block_id, {}).get(action_id)
        is_same = kept is not None and kept["type"] == element["type"]
        state.setdefault(block_id, {})[action_id] = (
            kept if kept is not None and is_same else first_state(element)
        )
    return state
