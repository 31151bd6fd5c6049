"""Foreign words made safe for Slack, and the few pieces that every message is built from.

Ticket text goes into `plain_text` and `rich_text` alone: Slack parses nothing there. Only the
top-level `text` of a message is mrkdwn, and what goes there is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ContextBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
)

from blocks.ids import Id
from bot.domain.characters import without_harmful

EMPTY = "…"  # Slack refuses a text of nothing
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
MAX_READ = 20_000  # characters; whatever is shown is cut far below

Part = (
    RichTextElementParts.Text
    | RichTextElementParts.Link
    | RichTextElementParts.Emoji
    | RichTextElementParts.Date
)


class Carried(Protocol):
    """What a button carries, of `blocks/values.py`."""

    def to_value(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Post:
    """A message: its blocks, and in `text` the plain words for notifications and screen readers."""

    text: str
    blocks: Sequence[Block]

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": escape(self.text),
            "blocks": [block.to_dict() for block in self.blocks],
            "unfurl_links": False,
            "unfurl_media": False,
        }


def harmless(text: str) -> str:
    """Without characters that are not seen, that turn text round, or that JSON can't carry.

    Beyond `MAX_READ` nothing is read.
    """
    start = text[:MAX_READ].replace("\r\n", "\n").replace("\r", "\n")
    return without_harmful(start).replace("\xa0", " ")


def line(text: str) -> str:
    """Harmless, and on one line."""
    return " ".join(harmless(text).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis in the place of what is gone."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape(text: str, limit: int = 500) -> str:
    """For mrkdwn: cut first, so that no entity is cut in two; the entities come on top."""
    return re.sub("[&<>]", lambda found: _ENTITIES[found.group()], cut(line(text), limit))


def plain(text: str, limit: int) -> PlainTextObject:
    """Nothing in it is parsed, not even `:emoji:`."""
    return PlainTextObject(text=cut(line(text), limit) or EMPTY, emoji=False)


def text_part(text: str, *, bold: bool = False, code: bool = False, limit: int = 300) -> Part:
    """Words in rich text, where nothing is parsed."""
    style = RichTextElementParts.TextStyle(bold=bold or None, code=code or None)
    shown = cut(harmless(text), limit)
    return RichTextElementParts.Text(text=shown or " ", style=style if bold or code else None)


def link(url: str, text: str) -> Part:
    return RichTextElementParts.Link(url=url, text=cut(line(text), 300) or url)


def emoji(name: str) -> Part:
    return RichTextElementParts.Emoji(name=name)


def moment(when: datetime) -> Part:
    """In the reader's own zone and language; the fallback in the zone of `when`."""
    return RichTextElementParts.Date(
        timestamp=int(when.timestamp()),
        format="{date_short_pretty} {time}",
        fallback=f"{when:%Y-%m-%d %H:%M %Z}",
    )


def lines(rows: Iterable[Iterable[Part]]) -> RichTextBlock:
    """Rich text, one line a row; empty rows are left out."""
    parts: list[Part] = []
    for row in rows:
        filled = list(row)
        if filled and parts:
            parts.append(text_part("\n"))
        parts.extend(filled)
    return RichTextBlock(elements=[RichTextSectionElement(elements=parts)])


def button(text: str, action: str, value: str | Carried, *, primary: bool = False) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=text, emoji=False),
        action_id=action,
        value=value if isinstance(value, str) else value.to_value(),
        style="primary" if primary else None,
    )


def variant(text: str, action: Id, value: str | Carried, way: str) -> ButtonElement:
    """One of several with the same effect in a block, where no two ids may be the same."""
    element = button(text, action, value)
    element.action_id = f"{action}.{way}"
    return element


def small(text: str) -> ContextBlock:
    """Words of less weight."""
    return ContextBlock(elements=[PlainTextObject(text=text)])
