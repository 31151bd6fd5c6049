"""Removes from untrusted text what no database accepts and nobody reads."""

import re
from typing import Any

MAX_DEPTH = 100  # rich text in Slack's attachments is nested about 20 levels deep

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_UNCLEAN = re.compile(f"[{_CONTROL}\ud800-\udfff]")
_REMOVED = re.compile(f"[{_CONTROL}]")


def clean(text: str) -> str:
    """Returns the text without control characters, except tabs and line ends.

    The halves of a surrogate pair become their character, a lone half becomes U+FFFD.
    """
    if not _UNCLEAN.search(text):
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _REMOVED.sub("", whole)


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
