"""The files of a ticket, whose format in messages is undocumented."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.domain.files import safe_name
from bot.domain.markup import plain, tokens
from bot.domain.ticket import Message

MAX_READ = 20_000
MAX_FILES = 50  # of one message
MAX_DIGITS = 12
_DIGITS = re.compile("[0-9]+")
_NAMES = ("name", "filename", "file_name", "title")
_URLS = ("download_url", "url")

FilePlace = tuple[str, int]
"""A message's id, and the number of one of its files."""


@dataclass(frozen=True, slots=True)
class TicketFile:
    """A file; `size` is in bytes, 0 if unknown. Without a `url` it can't be read."""

    name: str
    size: int = 0
    url: str = field(default="", repr=False)


def files_in(message: Message) -> Sequence[TicketFile]:
    """Returns the files in a message; none unless the message is of such a kind.

    It contains a name, or JSON: an object, or rows of a name and a value, for one or several files.
    """
    if not message.is_file:
        return ()
    text = message.body[:MAX_READ]
    read = _read_json(text) or _read_json(plain(text))
    found = [_to_file(each) for each in _facts(read)] if read else []
    return found[:MAX_FILES] or [TicketFile(safe_name(_visible_text(text)))]


def placed(messages: Iterable[Message]) -> Iterator[tuple[FilePlace, TicketFile]]:
    """Yields all files of the messages, each with its place."""
    for message in messages:
        for number, file in enumerate(files_in(message)):
            yield (message.id, number), file


def gettable(
    files: Iterable[tuple[FilePlace, TicketFile]],
) -> Mapping[FilePlace, TicketFile]:
    """Returns the files whose address LiveAgent gives."""
    return {(message, n): file for (message, n), file in files if message and file.url}


def _read_json(text: str) -> object:
    if text.lstrip()[:1] in ("[", "{"):
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return None


def _facts(read: object) -> Iterable[Mapping[str, Any]]:
    """Yields the facts of each file."""
    if isinstance(read, dict):
        yield read
    elif isinstance(read, list) and read:
        if all(map(_is_pair, read)):
            yield dict(read)
        else:
            for each in read:
                yield from _facts(each)


def _is_pair(row: object) -> bool:
    return isinstance(row, list) and len(row) == len(("name", "value")) and isinstance(row[0], str)


def _visible_text(text: str) -> str:
    return " ".join(each for each in tokens(text) if each and isinstance(each, str))


def _to_file(facts: Mapping[str, Any]) -> TicketFile:
    url = _first(facts, _URLS)
    name = _first(facts, _NAMES) or url.partition("?")[0]
    size = str(facts.get("size") or "")[:MAX_DIGITS]
    return TicketFile(safe_name(name), int(size) if _DIGITS.fullmatch(size) else 0, url)


def _first(facts: Mapping[str, Any], names: Sequence[str]) -> str:
    texts = (facts.get(name) for name in names)
    return next((text for text in texts if isinstance(text, str) and text), "")
