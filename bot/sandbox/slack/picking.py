"""Finds buttons, fields and options by their visible labels."""

import re
from collections.abc import Iterator

from bot.sandbox.slack import interactions
from bot.sandbox.slack.inputs import KINDS, all_elements
from bot.sandbox.slack.interactions import Place
from bot.sandbox.slack.people import User
from bot.sandbox.slack.seen import NotSeen, names_of, option_called
from bot.sandbox.slack.visible import Reader
from bot.sandbox.slack.wire import Json
from bot.sandbox.slack.workspace import Workspace

Choice = str | int | Json | None
Value = Choice | list[str] | list[Choice]
Found = tuple[Json, Json]  # a block and its element


def labelled(place: Place, label: str, reader: Reader) -> Iterator[tuple[Json, Json, Json | None]]:
    """Returns buttons, and entries of overflow menus with their option."""
    for block, element in all_elements(place.all_blocks):
        if element["type"] == "overflow":
            option = option_called(element, label, reader)
            if option is not None:
                yield block, element, option
        elif _without_emoji(reader.text(element.get("text"))) == _without_emoji(label):
            yield block, element, None


def field_called(place: Place, name: str, reader: Reader) -> Found:
    for block, element in all_elements(place.all_blocks):
        if element["type"] in KINDS and name in names_of(block, element, reader):
            return block, element
    raise NotSeen(f"no field {name!r} in:\n{reader.blocks(place.blocks)}")


async def picked(slack: Workspace, user: User, place: Place, found: Found, value: Value) -> Value:
    """Returns the options that `value` names in this field."""
    if isinstance(value, list):
        return [await _one(slack, user, place, found, name) for name in value]
    return await _one(slack, user, place, found, value)


async def _one(slack: Workspace, user: User, place: Place, found: Found, value: Choice) -> Choice:
    _, element = found
    if not isinstance(value, str) or not KINDS[element["type"]].holds_options:
        return value
    reader = Reader(slack.users, slack.channels)
    offered = element
    if "external" in element["type"]:
        offered = {"options": await interactions.suggest(slack, user, place, found, value)}
    option = option_called(offered, value, reader)
    if option is None:
        raise NotSeen(f"no option {value!r}")
    return option


def _without_emoji(label: str) -> str:
    return re.sub(r":[\w+-]+:", "", label).strip()
