"""What a reader sees of blocks, as plain words: links by their label, people by name."""

from collections.abc import Callable, Mapping

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.people import User
from bot.sandbox.slack.wire import Json


class Reader:
    def __init__(self, users: Mapping[str, User], channels: Mapping[str, Channel]) -> None:
        self._users = users
        self._channels = channels

    def marked(self, text: str) -> str:
        """Returns the words of mrkdwn."""
        return "\n".join(map(self.rich, mrkdwn.as_rich_text(text)))

    def text(self, text: Json | None) -> str:
        """Returns the words of a text object."""
        if not text:
            return ""
        return self.marked(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    def blocks(self, blocks: list[Json]) -> str:
        return "\n".join(filter(None, map(self.block, blocks)))

    def block(self, block: Json) -> str:
        """Returns a line for each of its parts, in reading order."""
        if block["type"] == "rich_text":
            return self.rich(block)
        if block["type"] == "data_visualization":
            return f"(chart) {block['title']}"
        lines = [self._part(block[name]) for name in _PARTS if name in block]
        rows = [" | ".join(map(self._cell, row)) for row in block.get("rows", ())]
        return "\n".join(filter(None, [*lines, *rows]))

    def _part(self, part: Json | list[Json]) -> str:
        return " ".join(map(self.element, part)) if isinstance(part, list) else self.element(part)

    def _cell(self, cell: Json) -> str:
        return str(cell["text"]) if "text" in cell else self.rich(cell)

    def element(self, element: Json) -> str:
        kind = element["type"]
        if kind in ("plain_text", "mrkdwn"):
            return self.text(element)
        if kind == "overflow":
            return "[…]"
        label = self.text(element.get("text") or element.get("placeholder"))
        shown = [f"[{label}]"] if label else []
        options = element["options"] if kind in ("checkboxes", "radio_buttons") else []
        return " ".join(shown + [f"( ) {self._option(option)}" for option in options])

    def _option(self, option: Json) -> str:
        texts = (self.text(option.get(name)) for name in ("text", "description"))
        return " ".join(filter(None, texts))

    def rich(self, element: Json) -> str:
        """Returns the words of a rich text block, or of a part of one."""
        if "elements" in element:
            is_list = element["type"] == "rich_text_list"
            between = "\n" if element["type"] in ("rich_text", "rich_text_list") else ""
            inside = map(self.rich, element["elements"])
            return between.join(f"• {one}" if is_list else one for one in inside)
        return _PIECES[element["type"]](self, element)

    def user(self, user_id: str) -> str:
        return f"@{self._users[user_id].name}" if user_id in self._users else f"@{user_id}"

    def channel(self, channel_id: str) -> str:
        known = self._channels.get(channel_id)
        return f"#{known.name}" if known else f"#{channel_id}"


_PARTS = ("label", "text", "fields", "elements", "element", "accessory", "hint")
_PIECES: dict[str, Callable[[Reader, Json], str]] = {
    "text": lambda _, piece: str(piece["text"]),
    "link": lambda _, piece: str(piece.get("text") or piece["url"]),
    "user": lambda reader, piece: reader.user(piece["user_id"]),
    "usergroup": lambda _, piece: f"@{piece['usergroup_id']}",
    "channel": lambda reader, piece: reader.channel(piece["channel_id"]),
    "emoji": lambda _, piece: f":{piece['name']}:",
    "date": lambda _, piece: str(piece.get("fallback", "")),
    "broadcast": lambda _, piece: f"@{piece['range']}",
}
