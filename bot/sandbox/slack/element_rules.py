"""The elements of Block Kit, and what Slack takes of each."""

from collections.abc import Iterator

from bot.sandbox.slack.rules import (
    Check,
    anything,
    both,
    fields,
    flag,
    many,
    needs_one_of,
    one_of,
    only_one_of,
    problem,
    string,
    typed,
    url,
    whole,
)

MOST_OPTIONS = 100


def plain_text(most: int) -> Check:
    return fields({"type": one_of("plain_text"), "text": string(most)}, {"emoji": flag})


def text(most: int) -> Check:
    marked = fields({"type": one_of("mrkdwn"), "text": string(most)}, {"verbatim": flag})
    return typed({"plain_text": plain_text(most), "mrkdwn": marked})


def _option(label: Check, **more: Check) -> Check:
    return fields({"text": label, "value": string(150)}, {"description": plain_text(75), **more})


option = _option(plain_text(75))
rich_option = _option(text(75), description=text(75))
menu_option = _option(plain_text(75), url=url())
group = fields({"label": plain_text(75), "options": many(option, MOST_OPTIONS)}, {})

confirm = fields(
    {
        "title": plain_text(100),
        "text": text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
    },
    {"style": one_of("primary", "danger")},
)
conversation_filter = fields(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
slack_file = both(fields({}, {"id": string(255), "url": url()}), needs_one_of("id", "url"))
picture = both(needs_one_of("image_url", "slack_file"), only_one_of("image_url", "slack_file"))
image = both(
    fields(
        {"type": anything, "alt_text": string(2000)},
        {"image_url": url(), "slack_file": slack_file},
    ),
    picture,
)


def initial_is_offered(value: object, path: str) -> Iterator[str]:
    """The first choice must be one of the options, word for word."""
    if not isinstance(value, dict):
        return
    groups = value.get("option_groups") or []
    offered = [*(value.get("options") or []), *(o for g in groups for o in g.get("options", []))]
    first = [*([value["initial_option"]] if "initial_option" in value else [])]
    first += value.get("initial_options") or []
    if any(one not in offered for one in first):
        yield problem("initial options must match the options exactly", path)


def options_differ(value: object, path: str) -> Iterator[str]:
    """Values of options must be unique where they are sent back."""
    if not isinstance(value, dict):
        return
    values = [o.get("value") for o in value.get("options") or [] if isinstance(o, dict)]
    if len(values) != len(set(values)):
        yield problem("option values must be unique", f"{path}/options")


def within_lengths(value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    first, most = value.get("initial_value"), value.get("max_length")
    if isinstance(first, str) and isinstance(most, int) and len(first) > most:
        yield problem("initial_value is longer than max_length", path)


def _element(required: dict[str, Check] | None = None, /, **optional: Check) -> Check:
    return fields({"type": anything} | (required or {}), {"action_id": string(255), **optional})


_static = both(needs_one_of("options", "option_groups"), only_one_of("options", "option_groups"))
_dispatch = fields(
    {},
    {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)},
)
_placeholder = {"placeholder": plain_text(150), "focus_on_load": flag}
_choice: dict[str, Check] = {**_placeholder, "confirm": confirm}
_choices: dict[str, Check] = {**_choice, "max_selected_items": whole(1)}
_offered: dict[str, Check] = {
    "options": many(option, MOST_OPTIONS),
    "option_groups": many(group, 100),
}
_typing: dict[str, Check] = {**_placeholder, "dispatch_action_config": _dispatch}
_lengths: dict[str, Check] = {
    "min_length": whole(0, 3000),
    "max_length": whole(1, 3000),
    "multiline": flag,
}
_ids = many(string(255), MOST_OPTIONS)

ELEMENTS: dict[str, Check] = {
    "image": image,
    "button": _element(
        {"text": plain_text(75)},
        value=string(2000),
        url=url(),
        style=one_of("primary", "danger"),
        confirm=confirm,
        accessibility_label=string(75),
    ),
    "workflow_button": _element(
        {"text": plain_text(75), "workflow": anything},
        style=one_of("primary", "danger"),
        accessibility_label=string(75),
    ),
    "icon_button": _element(
        {"icon": one_of("trash"), "text": plain_text(75)},
        value=string(2000),
        confirm=confirm,
        accessibility_label=string(75),
        visible_to_user_ids=_ids,
    ),
    "feedback_buttons": _element({"positive_button": anything, "negative_button": anything}),
    "overflow": both(_element({"options": many(menu_option, 5)}, confirm=confirm), options_differ),
    "static_select": both(
        _element(**_offered, **_choice, initial_option=option),
        _static,
        initial_is_offered,
        options_differ,
    ),
    "external_select": _element(**_choice, initial_option=option, min_query_length=whole(0)),
    "users_select": _element(**_choice, initial_user=string(255)),
    "conversations_select": _element(
        **_choice,
        initial_conversation=string(255),
        default_to_current_conversation=flag,
        response_url_enabled=flag,
        filter=conversation_filter,
    ),
    "channels_select": _element(**_choice, initial_channel=string(255), response_url_enabled=flag),
    "multi_static_select": both(
        _element(**_offered, **_choices, initial_options=many(option, MOST_OPTIONS)),
        _static,
        initial_is_offered,
        options_differ,
    ),
    "multi_external_select": _element(
        **_choices, initial_options=many(option, MOST_OPTIONS), min_query_length=whole(0)
    ),
    "multi_users_select": _element(**_choices, initial_users=_ids),
    "multi_conversations_select": _element(
        **_choices,
        initial_conversations=_ids,
        default_to_current_conversation=flag,
        filter=conversation_filter,
    ),
    "multi_channels_select": _element(**_choices, initial_channels=_ids),
    "datepicker": _element(**_choice, initial_date=string(10, 10)),
    "timepicker": _element(**_choice, initial_time=string(5, 5), timezone=string(64)),
    "datetimepicker": _element(
        initial_date_time=whole(1_000_000_000), confirm=confirm, focus_on_load=flag
    ),
    "checkboxes": both(
        _element(
            {"options": many(rich_option, 10)},
            initial_options=many(rich_option, 10),
            confirm=confirm,
            focus_on_load=flag,
        ),
        initial_is_offered,
        options_differ,
    ),
    "radio_buttons": both(
        _element(
            {"options": many(rich_option, 10)},
            initial_option=rich_option,
            confirm=confirm,
            focus_on_load=flag,
        ),
        initial_is_offered,
        options_differ,
    ),
    "plain_text_input": both(
        _element(**_typing, **_lengths, initial_value=string(3000, 0)), within_lengths
    ),
    "email_text_input": _element(**_typing, initial_value=string(3000, 0)),
    "url_text_input": _element(**_typing, initial_value=string(3000, 0)),
    "number_input": _element(
        {"is_decimal_allowed": flag},
        **_typing,
        initial_value=string(100),
        min_value=string(100),
        max_value=string(100),
    ),
    "rich_text_input": _element(**_typing, initial_value=anything),
    "file_input": _element(filetypes=many(string(20), 100), max_files=whole(1, 10)),
}

_SINGLE = {
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
}
_MULTI = {f"multi_{kind}" for kind in _SINGLE}
_PICKED = _SINGLE | {"datepicker", "timepicker", "checkboxes", "radio_buttons"}
_PRESSED = {"button", "overflow", "workflow_button"}

ACCESSORIES = frozenset(_PICKED | _MULTI | _PRESSED | {"image"})
ACTIONS = frozenset(_PICKED | _PRESSED | {"datetimepicker"})
INPUTS = frozenset(
    _PICKED
    | _MULTI
    | {"datetimepicker", "plain_text_input", "email_text_input", "url_text_input"}
    | {"number_input", "rich_text_input", "file_input"}
)
