"""Reads the input of forms."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from blocks.ids import Id
from bot.i18n import Translator
from bot.operations.rich_text import is_empty, names_somebody_in_slack

Errors = dict[str, str]
"""Error texts by the field's block id."""


def values(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields each field's name and value; a block id may have a suffix after a dot."""
    state: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    for block_id, held in state.items():
        for value in held.values():
            yield block_id.partition(".")[0], value


def name_of(block: Mapping[str, Any]) -> str:
    """Returns the name of a block's field: its block id without the suffix after a dot."""
    return str(block.get("block_id") or "").partition(".")[0]


def errors_by_block(errors: Errors, view: Mapping[str, Any]) -> Errors:
    """Converts errors by field's name to errors by block id, as Slack takes them."""
    ids = {name_of(each): str(each["block_id"]) for each in view["blocks"] if name_of(each)}
    return {ids.get(name, name): text for name, text in errors.items()}


def rich_text_in(view: Mapping[str, Any], field: Id) -> dict[str, Any]:
    """Returns the current content of a rich text field."""
    held = (value.get("rich_text_value") for name, value in values(view) if name == field)
    return next(held, None) or {}


def rich_text_error(rich_text: Mapping[str, Any], t: Translator) -> str:
    """Returns why the text can't go to customers, "" if it can."""
    if names_somebody_in_slack(rich_text):
        return t("Customers can't see Slack mentions. Type the name instead.")
    return t("Type something first.") if is_empty(rich_text) else ""


def as_typed(view: Mapping[str, Any], field: Id) -> list[Mapping[str, Any]]:
    """Returns the form's blocks, with a rich text field's current content as its initial value.

    Slack keeps the content while the field stays, but after two quick clicks the form may be shown
    with another field.
    """
    initial = {"initial_value": held} if (held := rich_text_in(view, field)) else {}
    return [
        {**block, "element": {**block["element"], **initial}} if name_of(block) == field else block
        for block in view["blocks"]
    ]


def typed(view: Mapping[str, Any], field: Id) -> str:
    """Returns the text of a plain field, or ""."""
    return next(
        (str(value.get("value") or "") for name, value in values(view) if name == field), ""
    )


def chosen(view: Mapping[str, Any], field: Id) -> str:
    """Returns the value of the chosen option, or ""."""
    options = (value.get("selected_option") or {} for name, value in values(view) if name == field)
    return next((str(option.get("value") or "") for option in options), "")


def chosen_option(view: Mapping[str, Any], field: Id) -> tuple[str, str] | None:
    """Returns the value and label of the chosen option."""
    options = (value.get("selected_option") for name, value in values(view) if name == field)
    option = next(options, None)
    return (str(option["value"]), str(option["text"]["text"])) if option else None


def ticked(view: Mapping[str, Any], field: Id) -> list[str]:
    """Returns the values of all ticked or chosen options."""
    held = next((value for name, value in values(view) if name == field), {})
    return [str(option.get("value") or "") for option in held.get("selected_options") or ()]


def first_field(view: Mapping[str, Any]) -> str:
    """Returns the block id of the first input, or "". Errors of the whole form are shown there."""
    inputs = (block for block in view.get("blocks") or () if block.get("type") == "input")
    return next((str(block.get("block_id") or "") for block in inputs), "")


def read_zone(view: Mapping[str, Any]) -> str:
    """Returns the chosen time zone, "" if it does not exist."""
    zone = chosen(view, Id.ZONE)
    return zone if zone in available_timezones() else ""
