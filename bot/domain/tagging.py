"""Reads names of tags as people type them."""

import re
from collections.abc import Iterable

from bot.domain.characters import compatible
from bot.domain.errors import NoTagChange
from bot.domain.spelling import folded

# Includes the signs and commas of Japanese keyboards.
_CHANGE = re.compile(
    r'[\s,、，]*(?P<sign>[+\-＋－−–—])(?:"(?P<quoted>[^"]+)"|(?P<name>[^\s",、，]+))[\s,、，]*'  # noqa: RUF001
)
_ADDS = "+＋"  # noqa: RUF001
_QUOTE = '"', "\uff02"  # the full-width one, which is read as the other but ends no name
_COMMAS = re.compile("[,、，\n]")  # noqa: RUF001


def tag_names(text: str) -> list[str]:
    """Returns the names between commas, each once."""
    return list(dict.fromkeys(name for each in _COMMAS.split(text) if (name := _tidy(each))))


def tag_changes(text: str) -> tuple[list[str], list[str]]:
    """Returns the names to add and to remove in `+vip, -spam +"a b"`. Raises `NoTagChange`."""
    add: list[str] = []
    remove: list[str] = []
    position = 0
    while position < len(text):
        found = _CHANGE.match(text, position)
        name = _tidy((found["quoted"] or found["name"]) if found else "")
        if found is None or not name:
            raise NoTagChange
        (add if found["sign"] in _ADDS else remove).append(name)
        position = found.end()
    added = {folded(name) for name in add}
    return add, [name for name in remove if folded(name) not in added]


def as_typed(add: Iterable[str], remove: Iterable[str]) -> str:
    """Returns the text from which `tag_changes` reads these names."""
    signed = [*(("+", name) for name in add), *(("-", name) for name in remove)]
    return " ".join(f'{sign}"{name.replace(*_QUOTE)}"' for sign, name in signed)


def _tidy(name: str) -> str:
    """Returns the name in NFKC and on one line."""
    return " ".join(compatible(name).split())
