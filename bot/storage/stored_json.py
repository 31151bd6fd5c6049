"""JSON that databases take."""

import json
import re
from typing import TypeVar

from bot.domain.cleaning import cleaned

T = TypeVar("T")

_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def as_stored(value: T) -> tuple[T, str]:
    """Returns the value without what databases reject, NUL and lone surrogates, and its JSON."""
    written = json.dumps(value)
    if _SUSPECT.search(written):
        value = cleaned(json.loads(written))
        written = json.dumps(value)
    return value, written


def as_json(value: object) -> str:
    """Returns the JSON alone, for SQLAlchemy."""
    return as_stored(value)[1]
