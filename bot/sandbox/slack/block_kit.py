"""The part of Block Kit that the app uses: what Slack accepts in each block and element.

Slack has more kinds; the stand-in refuses them until the app needs one and it gets its row.
"""

from collections.abc import Iterator
from functools import partial

from bot.sandbox.slack.charts import chart
from bot.sandbox.slack.rules import (
    Check,
    anything,
    both,
    fields,
    flag,
    many,
    one_of,
    problem,
    string,
    typed,
    url,
    whole,
)


def plain_text(most: int) -> Check:
    return fields({"type": one_of("plain_text"), "text": string(most)}, {"emoji": flag})


def text(most: int) -> Check:
    marked = fields({"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": flag})
    return typed({"plain_text": plain_text(most), "mrkdwn": marked})


def _of_a_kind(own: dict[str, Check], required: dict[str, Check], /, **optional: Check) -> Check:
    return fields({"type": anything} | required, own | optional)


def _initial_is_offered(value: object, path: str) -> Iterator[str]:
    """The initial option must equal one of the options."""
    if not isinstance(value, dict):
        return
    first = [value["initial_option"]] if "initial_option" in value else []
    first += value.get("initial_options") or []
    if any(one not in value["options"] for one in first):
        yield problem("initial options must match the options exactly", path)


def _options_differ(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    values = [option.get("value") for option in value["options"]]
    if len(values) != len(set(values)):
        yield problem("option values must be unique", f"{path}/options")


def _within_lengths(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    first, most = value.get("initial_value"), value.get("max_length")
    if isinstance(first, str) and isinstance(most, int) and len(first) > most:
        yield problem("initial_value is longer than max_length", path)


def _as_long_as_first(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict) and len({len(row) for row in value["rows"]}) > 1:
        yield problem("all rows must have as many cells", f"{path}/rows")


def _says_something(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict) and not ("text" in value or "fields" in value):
        yield problem("missing required field: text or fields", path)


# Elements

MAX_OPTIONS = 100
_element = partial(_of_a_kind, {"action_id": string(255)})


def _option(label: Check) -> Check:
    return fields({"text": label, "value": string(150)}, {})


option = _option(plain_text(75))
_rich_option = fields({"text": text(75), "value": string(150)}, {"description": text(75)})
_confirm: dict[str, Check] = {
    "confirm": fields(
        {
            "title": plain_text(100),
            "text": text(300),
            "confirm": plain_text(30),
            "deny": plain_text(30),
        },
        {"style": one_of("primary", "danger")},
    )
}
_placeholder: dict[str, Check] = {"placeholder": plain_text(150), "focus_on_load": flag}
_choice = _placeholder | _confirm
_choices: dict[str, Check] = _choice | {"max_selected_items": whole(1)}
_boxes: dict[str, Check] = {"focus_on_load": flag} | _confirm
_options = many(option, MAX_OPTIONS)
_rich_options = many(_rich_option, 10)


def _of_options(options: Check, /, **optional: Check) -> Check:
    return both(_element({"options": options}, **optional), _initial_is_offered, _options_differ)


ELEMENTS: dict[str, Check] = {
    "button": _element(
        {"text": plain_text(75)},
        value=string(2000),
        url=url(),
        style=one_of("primary", "danger"),
        accessibility_label=string(75),
        **_confirm,
    ),
    "overflow": _of_options(many(option, 5), **_confirm),
    "static_select": _of_options(_options, initial_option=option, **_choice),
    "multi_static_select": _of_options(_options, initial_options=_options, **_choices),
    "external_select": _element({}, initial_option=option, min_query_length=whole(0), **_choice),
    "multi_external_select": _element(
        {}, initial_options=_options, min_query_length=whole(0), **_choices
    ),
    "datepicker": _element({}, initial_date=string(10, 10), **_choice),
    "checkboxes": _of_options(_rich_options, initial_options=_rich_options, **_boxes),
    "radio_buttons": _of_options(_rich_options, initial_option=_rich_option, **_boxes),
    "plain_text_input": both(
        _element(
            {},
            initial_value=string(3000, 0),
            max_length=whole(1, 3000),
            multiline=flag,
            **_placeholder,
        ),
        _within_lengths,
    ),
    "email_text_input": _element({}, initial_value=string(3000, 0), **_placeholder),
    "rich_text_input": _element({}, initial_value=anything, **_placeholder),
    "file_input": _element({}, filetypes=many(string(20), 50), max_files=whole(1, 10)),
}

_SINGLE = {"static_select", "external_select", "datepicker", "checkboxes", "radio_buttons"}
_MULTI = {"multi_static_select", "multi_external_select"}
_TYPED = {"plain_text_input", "email_text_input", "rich_text_input", "file_input"}
ACTIONS = frozenset(_SINGLE | {"button", "overflow"})
ACCESSORIES = ACTIONS | _MULTI
INPUTS = frozenset(_SINGLE | _MULTI | _TYPED)

# Rich text

_MOST = 10_000  # no documented limit but the message's own
_STYLES = ("bold", "italic", "strike", "code")
_piece = partial(_of_a_kind, {"style": fields({}, dict.fromkeys(_STYLES, flag))})
_part = partial(_of_a_kind, {"border": whole(0, 1)})
_PIECES: dict[str, Check] = {
    "text": _piece({"text": string(_MOST)}),
    "link": _piece({"url": url()}, text=string(_MOST)),
    "emoji": _piece({"name": string(100)}),
    "user": _piece({"user_id": string(32)}),
    "usergroup": _piece({"usergroup_id": string(32)}),
    "channel": _piece({"channel_id": string(32)}),
    "date": _piece({"timestamp": whole(0, 2**40), "format": string(500)}, fallback=string(_MOST)),
}
_pieces = many(typed(_PIECES), _MOST, 0)
_section = fields({"type": anything, "elements": _pieces}, {})
_PARTS: dict[str, Check] = {
    "rich_text_section": _section,
    "rich_text_quote": _part({"elements": _pieces}),
    "rich_text_preformatted": _part(
        {"elements": many(typed(_PIECES, frozenset({"text", "link"})), _MOST, 0)}
    ),
    "rich_text_list": _part(
        {
            "style": one_of("bullet", "ordered"),
            "elements": many(typed({"rich_text_section": _section}), _MOST),
        },
        indent=whole(0, 8),
    ),
}

# Blocks

_block = partial(_of_a_kind, {"block_id": string(255)})
_rich_text = _block({"elements": many(typed(_PARTS), _MOST)})
_cell = typed(
    {
        "raw_text": fields({"type": anything, "text": string(12_000)}, {}),
        "raw_number": anything,
        "rich_text": _rich_text,
    }
)
_column = fields({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})

BLOCKS: dict[str, Check] = {
    "section": both(
        _block(
            {},
            text=text(3000),
            fields=many(text(2000), 10),
            accessory=typed(ELEMENTS, ACCESSORIES),
        ),
        _says_something,
    ),
    "header": _block({"text": plain_text(150)}),
    "divider": _block({}),
    "context": _block({"elements": many(text(3000), 10)}),
    "actions": _block({"elements": many(typed(ELEMENTS, ACTIONS), 25)}),
    "input": _block(
        {"label": plain_text(2000), "element": typed(ELEMENTS, INPUTS)},
        hint=plain_text(2000),
        optional=flag,
        dispatch_action=flag,
    ),
    "rich_text": _rich_text,
    "table": both(
        _block({"rows": many(many(_cell, 20), 100)}, column_settings=many(_column, 20)),
        _as_long_as_first,
    ),
    "data_visualization": _block({"title": string(50), "chart": chart}),
    "alert": _block(
        {"text": text(3000)}, level=one_of("default", "info", "warning", "error", "success")
    ),
}

_ONLY_ON = {"alert": "modal", "table": "message", "data_visualization": "message"}


def kinds_on(surface: str) -> frozenset[str]:
    """Returns the kinds for a surface: message, modal or home."""
    return frozenset(kind for kind in BLOCKS if _ONLY_ON.get(kind, surface) == surface)
