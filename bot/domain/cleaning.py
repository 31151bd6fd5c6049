"""Removes from untrusted text what no database accepts and nobody reads."""

import re
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 100  # rich text in Slack's attachments is nested about 20 levels deep

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_UNCLEAN = re.compile(f"[{_CONTROL}\ud800-\udfff]")
_REMOVED = re.compile(f"[{_CONTROL}]")
_ESCAPES = re.compile(r"\\(?:[bf]|u00[017]|u[dD][89a-fA-F])")
_LONGEST_ESCAPE = len(r"\u001")
_DELETE = "\x7f"
_PIECE = 100_000  # characters; between two pieces, other threads run


def clean(text: str) -> str:
    """Returns the text without control characters, except tabs and line ends.

    The halves of a surrogate pair become their character, a lone half becomes U+FFFD.
    """
    return "".join(map(_clean, _pieces(text))) if len(text) > _PIECE else _clean(text)


def _pieces(text: str) -> Iterator[str]:
    """Yields pieces, none of which ends within a surrogate pair."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        if "\ud800" <= text[end - 1 : end] < "\udc00":
            end -= 1
        yield text[start:end]
        start = end


def _clean(text: str) -> str:
    if not _UNCLEAN.search(text):
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _REMOVED.sub("", whole)


def may_be_unclean(text: str) -> bool:
    """Whether the value of a valid JSON text may need `cleaned`. The text must come from UTF-8."""
    starts = range(0, len(text), _PIECE)
    return _DELETE in text or any(
        _ESCAPES.search(text, start, start + _PIECE + _LONGEST_ESCAPE) for start in starts
    )


def cleaned_json(text: str, value: Any) -> Any:  # noqa: ANN401  JSON
    """Returns the cleaned value of a valid JSON text, which is clean unless it has such escapes.

    The text must come from UTF-8. Raises `ValueError` if nested too deep.
    """
    if may_be_unclean(text):
        return cleaned(value)
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return value
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return value
    raise ValueError("too deep")


def cleaned(value: Any, depth: int = MAX_DEPTH) -> Any:  # noqa: ANN401  JSON
    """Returns the JSON value with all its text cleaned. Raises `ValueError` if nested too deep."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict | list) and not depth:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {clean(key): cleaned(held, depth - 1) for key, held in value.items()}
    if isinstance(value, list):
        return [cleaned(held, depth - 1) for held in value]
    return value
