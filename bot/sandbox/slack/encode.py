"""Encodes typed text as Slack does: escapes it, and marks links, people and channels."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.people import User
from bot.sandbox.slack.wire import Json

_TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>|]+?)(?=[.,;:!?)\]]*(?:\s|$))"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<domain>(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|net|org|io|jp|example)(?:/[^\s<>|]*)?(?![\w.]))"
    r"|(?<!\w)@(?P<user>[\w.-]+)"
    r"|(?<!\w)\#(?P<channel>[\w-]+)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str  # text, url, mail, domain, user or channel
    said: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The people and channels that a text can mention."""

    users: dict[str, User]
    channels: dict[str, Channel]

    def pieces(self, text: str) -> Iterator[Piece]:
        end = 0
        for match in _TOKEN.finditer(text):
            piece = self._piece(match)
            if piece is None:
                continue
            if match.start() > end:
                yield Piece("text", text[end : match.start()])
            yield piece
            end = match.end()
        if end < len(text):
            yield Piece("text", text[end:])

    def _piece(self, match: re.Match[str]) -> Piece | None:
        kind = str(match.lastgroup)
        said = match[kind]
        if kind == "user":
            named = [user.id for user in self.users.values() if said in (user.name, user.id)]
        elif kind == "channel":
            rooms = (one for one in self.channels.values() if not one.with_user)
            named = [one.id for one in rooms if said == one.name]
        else:
            return Piece(kind, said)
        return Piece(kind, said, named[0]) if named else None


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MARKS: dict[str, Callable[[Piece], str]] = {
    "text": lambda piece: escape(piece.said),
    "url": lambda piece: f"<{escape(piece.said)}>",
    "mail": lambda piece: f"<mailto:{piece.said}|{piece.said}>",
    "domain": lambda piece: f"<http://{escape(piece.said)}|{escape(piece.said)}>",
    "user": lambda piece: f"<@{piece.id}|{piece.said}>",
    "channel": lambda piece: f"<#{piece.id}|{piece.said}>",
}


def as_command_text(names: Names, text: str) -> str:
    """Returns the text of a command whose manifest says `should_escape`."""
    return "".join(_MARKS[piece.kind](piece) for piece in names.pieces(text))


def as_message_text(names: Names, text: str) -> str:
    return "".join(
        f"<@{piece.id}>" if piece.kind == "user" else _MARKS[piece.kind](piece)
        for piece in names.pieces(text)
    )


def as_rich_text(names: Names, text: str) -> Json:
    """Returns the block of a person's own message."""
    return {"type": "rich_text", "elements": mrkdwn.as_rich_text(as_message_text(names, text))}


def links_in(names: Names, text: str) -> list[str]:
    """Returns full URLs, as link events name them."""
    before = {"url": "", "domain": "http://"}
    return [before[one.kind] + one.said for one in names.pieces(text) if one.kind in before]


def with_mentions(names: Names, rich: Json) -> Json:
    """Converts rich text as Slack's editor does: `@name` becomes a mention."""
    if "elements" not in rich:
        return rich
    inside = [each for one in rich["elements"] for each in _mentioning(names, one)]
    return rich | {"elements": inside}


def _mentioning(names: Names, part: Json) -> Iterator[Json]:
    if part["type"] != "text":
        yield with_mentions(names, part)
        return
    said = ""
    for piece in names.pieces(part["text"]):
        if piece.kind != "user":
            said += f"#{piece.said}" if piece.kind == "channel" else piece.said
            continue
        if said:
            yield part | {"text": said}
        said = ""
        yield {"type": "user", "user_id": piece.id}
    if said:
        yield part | {"text": said}
