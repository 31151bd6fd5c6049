"""The blocks of Block Kit, what Slack takes of each, and where."""

from collections.abc import Iterator

from bot.sandbox.slack import rich_text_rules
from bot.sandbox.slack.element_rules import (
    ACCESSORIES,
    ACTIONS,
    ELEMENTS,
    INPUTS,
    image,
    picture,
    plain_text,
    slack_file,
    text,
)
from bot.sandbox.slack.rules import (
    Check,
    anything,
    both,
    fields,
    flag,
    many,
    needs_one_of,
    one_of,
    problem,
    string,
    typed,
    url,
)

_ALL = frozenset({"message", "modal", "home"})
_IN_MESSAGES = frozenset({"message"})


def _block(required: dict[str, Check] | None = None, /, **optional: Check) -> Check:
    return fields({"type": anything} | (required or {}), {"block_id": string(255), **optional})


def _loosely(required: dict[str, Check]) -> Check:
    """Known to Slack, but checked here in its main parts only."""

    def check(value: object, path: str) -> Iterator[str]:
        for name, rule in required.items():
            if not isinstance(value, dict) or name not in value:
                yield problem(f"missing required field: {name}", path)
            else:
                yield from rule(value[name], f"{path}/{name}")

    return check


def _as_long_as_first(value: object, path: str) -> Iterator[str]:
    rows = value.get("rows") if isinstance(value, dict) else None
    if isinstance(rows, list) and rows and isinstance(rows[0], list):
        width = len(rows[0])
        if any(isinstance(row, list) and len(row) != width for row in rows):
            yield problem("all rows must have as many cells", f"{path}/rows")


_raw_text = fields({"type": anything, "text": string(12_000)}, {})
_cell = typed(
    {"raw_text": _raw_text, "raw_number": anything, "rich_text": rich_text_rules.rich_text}
)
_column = fields({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})
_context = typed(
    {"image": image, "plain_text": text(3000), "mrkdwn": text(3000)},
)

BLOCKS: dict[str, Check] = {
    "section": both(
        _block(
            text=text(3000),
            fields=many(text(2000), 10),
            accessory=typed(ELEMENTS, ACCESSORIES),
            expand=flag,
        ),
        needs_one_of("text", "fields"),
    ),
    "header": _block({"text": plain_text(150)}),
    "divider": _block(),
    "context": _block({"elements": many(_context, 10)}),
    "actions": _block({"elements": many(typed(ELEMENTS, ACTIONS), 25)}),
    "context_actions": _block(
        {"elements": many(typed(ELEMENTS, frozenset({"feedback_buttons", "icon_button"})), 5)}
    ),
    "image": both(
        _block(
            {"alt_text": string(2000)},
            image_url=url(),
            slack_file=slack_file,
            title=plain_text(2000),
        ),
        picture,
    ),
    "input": _block(
        {"label": plain_text(2000), "element": typed(ELEMENTS, INPUTS)},
        hint=plain_text(2000),
        optional=flag,
        dispatch_action=flag,
    ),
    "rich_text": rich_text_rules.rich_text,
    "markdown": _block({"text": string(12_000)}),
    "table": both(
        _block(
            {"rows": many(many(_cell, 20), 100)},
            column_settings=many(_column, 20),
        ),
        _as_long_as_first,
    ),
    "video": _block(
        {
            "alt_text": string(2000),
            "title": plain_text(200),
            "thumbnail_url": url(),
            "video_url": url(),
        },
        author_name=string(50),
        description=plain_text(200),
        provider_icon_url=url(),
        provider_name=string(200),
        title_url=url(),
    ),
    "file": _block({"external_id": string(255), "source": one_of("remote")}),
    "alert": _block(
        {"text": text(3000)}, level=one_of("default", "info", "warning", "error", "success")
    ),
    "card": both(
        _block(
            hero_image=image,
            icon=image,
            title=text(150),
            subtitle=text(150),
            body=text(200),
            actions=many(typed(ELEMENTS, frozenset({"button"})), 5),
        ),
        needs_one_of("hero_image", "title", "actions", "body"),
    ),
    "carousel": _loosely({"elements": many(anything, 10)}),
    "container": _loosely({"child_blocks": many(anything, 10)}),
    "plan": _loosely({"title": anything}),
    "task_card": _loosely({"task_id": string(255), "title": anything}),
    "call": _loosely({"call_id": string(255)}),
}

SURFACES: dict[str, frozenset[str]] = {
    "alert": frozenset({"modal"}),
    "markdown": _IN_MESSAGES,
    "table": _IN_MESSAGES,
    "file": _IN_MESSAGES,
    "context_actions": _IN_MESSAGES,
    "carousel": _IN_MESSAGES,
    "container": _IN_MESSAGES,
    "plan": _IN_MESSAGES,
    "task_card": _IN_MESSAGES,
    "call": _IN_MESSAGES,
}


def kinds_on(surface: str) -> frozenset[str]:
    return frozenset(kind for kind in BLOCKS if surface in SURFACES.get(kind, _ALL))
