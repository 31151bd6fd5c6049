"""Inserts a saved answer below the typed text of a message."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.operations.rich_text import RichText, is_empty, names_somebody_in_slack

_SECTION = "rich_text_section"


def with_text(rich_text: RichText, change: Callable[[str], str]) -> dict[str, Any]:
    """Applies `change` to the text of each part; addresses of links stay."""
    return {name: _changed(name, value, change) for name, value in rich_text.items()}


def _changed(name: str, value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  JSON
    match value:
        case Mapping():
            return with_text(value, change)
        case list() | tuple():
            return [_changed("", each, change) for each in value]
        case str() if name == "text":
            return change(value)
        case _:
            return value


def below(typed: RichText, added: RichText) -> dict[str, Any]:
    """Returns both, `added` below `typed`, with a blank line between two paragraphs."""
    is_blank = is_empty(typed) and not names_somebody_in_slack(typed)
    above = [] if is_blank else [*typed.get("elements", ())]
    under = [*added.get("elements", ())]
    if above and under and {above[-1].get("type"), under[0].get("type")} == {_SECTION}:
        parts = _without_line_end([*above.pop().get("elements", ())])
        blank = {"type": "text", "text": "\n\n"}
        joined = [*parts, blank, *under[0].get("elements", ())]
        under[0] = {"type": _SECTION, "elements": joined}
    return {"type": "rich_text", "elements": [*above, *under]}


def _without_line_end(parts: list[RichText]) -> list[RichText]:
    while parts and parts[-1].get("type") == "text":
        last = parts.pop()
        if text := str(last.get("text") or "").rstrip("\n"):
            return [*parts, {**last, "text": text}]
    return parts
