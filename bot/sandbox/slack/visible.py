"""What a reader sees of blocks, as plain words: links by their label, people by name."""

import re
from collections.abc import Callable, Iterator, Mapping

from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.people import User
from bot.sandbox.slack.wire import Json

_MARK = re.compile(r"<([^<>]+)>")
_STYLE = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")


class Reader:
    def __init__(self, users: Mapping[str, User], channels: Mapping[str, Channel]) -> None:
        self._users = users
        self._channels = channels

    def marked(self, text: str) -> str:
        """The text of mrkdwn."""
        plain = _MARK.sub(lambda match: self._mark(match[1]), text)
        while (without := _STYLE.sub(r"\2", plain)) != plain:
            plain = without
        return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def _mark(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        if target.startswith("@"):
            return self.user(target[1:])
        if target.startswith("#"):
            return self.channel(target[1:])
        if target.startswith("!") and not label:
            return "@" + target[1:]
        return label or target.removeprefix("mailto:")

    def user(self, user_id: str) -> str:
        return f"@{self._users[user_id].name}" if user_id in self._users else f"@{user_id}"

    def channel(self, channel_id: str) -> str:
        known = self._channels.get(channel_id)
        return f"#{known.name}" if known else f"#{channel_id}"

    def text(self, text: Json | None) -> str:
        """Of a text object."""
        if not text:
            return ""
        return self.marked(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    def blocks(self, blocks: list[Json]) -> str:
        return "\n".join(filter(None, map(self.block, blocks)))

    def block(self, block: Json) -> str:
        show = _BLOCKS.get(block["type"])
        return "\n".join(filter(None, show(self, block))) if show else ""

    def element(self, element: Json) -> str:
        if element["type"] in ("plain_text", "mrkdwn"):
            return self.text(element)
        if element["type"] == "image":
            return str(element["alt_text"])
        if element["type"] == "overflow":
            return "[…]"
        label = self.text(element.get("text") or element.get("placeholder"))
        options = (
            element.get("options", []) if element["type"] in ("checkboxes", "radio_buttons") else []
        )
        shown = [f"[{label}]"] if label else []
        return " ".join(shown + [f"( ) {self.text(option['text'])}" for option in options])

    def rich(self, element: Json) -> str:
        if "elements" in element:
            is_list = element["type"] == "rich_text_list"
            between = "\n" if element["type"] in ("rich_text", "rich_text_list") else ""
            inside = map(self.rich, element["elements"])
            return between.join(f"• {one}" if is_list else one for one in inside)
        pieces: dict[str, Callable[[], str]] = {
            "text": lambda: str(element["text"]),
            "link": lambda: str(element.get("text") or element["url"]),
            "user": lambda: self.user(element["user_id"]),
            "channel": lambda: self.channel(element["channel_id"]),
            "emoji": lambda: f":{element['name']}:",
            "date": lambda: str(element.get("fallback", "")),
            "broadcast": lambda: f"@{element['range']}",
        }
        return pieces[element["type"]]() if element["type"] in pieces else ""


def _section(reader: Reader, block: Json) -> Iterator[str]:
    yield reader.text(block.get("text"))
    yield from map(reader.text, block.get("fields", []))
    if "accessory" in block:
        yield reader.element(block["accessory"])


def _input(reader: Reader, block: Json) -> Iterator[str]:
    yield reader.text(block["label"])
    yield reader.element(block["element"])
    yield reader.text(block.get("hint"))


def _elements(reader: Reader, block: Json) -> Iterator[str]:
    yield " ".join(map(reader.element, block["elements"]))


def _table(reader: Reader, block: Json) -> Iterator[str]:
    for row in block["rows"]:
        yield " | ".join(str(c.get("text", "")) or reader.rich(c) for c in row)


def _rich_text(reader: Reader, block: Json) -> Iterator[str]:
    yield reader.rich(block)


def _card(reader: Reader, block: Json) -> Iterator[str]:
    yield from (reader.text(block.get(name)) for name in ("title", "subtitle", "body"))
    yield from map(reader.element, block.get("actions", []))


_BLOCKS: dict[str, Callable[[Reader, Json], Iterator[str]]] = {
    "section": _section,
    "input": _input,
    "actions": _elements,
    "context": _elements,
    "rich_text": _rich_text,
    "table": _table,
    "card": _card,
    "header": lambda reader, block: iter([reader.text(block["text"])]),
    "alert": lambda reader, block: iter([reader.text(block["text"])]),
    "markdown": lambda _, block: iter([str(block["text"])]),
    "image": lambda reader, block: iter([reader.text(block.get("title")), block["alt_text"]]),
    "video": lambda reader, block: iter([reader.text(block["title"])]),
}
