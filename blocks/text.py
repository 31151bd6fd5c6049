"""Makes untrusted text safe for Slack, and builds the elements that all messages share.

Ticket text goes only into `plain_text` and `rich_text`, where Slack parses nothing. Only the
top-level `text` of a message is mrkdwn, and text in it is escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    TextObject,
)

from blocks.ids import Id
from blocks.values.value import Value
from bot.domain.characters import without_harmful
from bot.domain.digest import WEEKDAYS
from bot.i18n import Translator

MAX_BLOCKS_LENGTH = 10_000  # characters of a message's blocks; Slack has refused 11,341
_COUNTED = {"text", "alt_text", "fallback", "url"}
MAX_LABEL_LENGTH = 75  # Slack's limit for a button's label, shown or spoken
EMPTY = "…"  # Slack refuses an empty text
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
MAX_READ = 20_000  # characters; everything shown is cut far below that

Part = (
    RichTextElementParts.Text
    | RichTextElementParts.Link
    | RichTextElementParts.Channel
    | RichTextElementParts.Emoji
    | RichTextElementParts.Date
    | RichTextElementParts.User
    | RichTextElementParts.UserGroup
)


@dataclass(frozen=True, slots=True)
class Post:
    """A message: its blocks, and plain `text` for notifications and screen readers."""

    text: str
    blocks: Sequence[Block]

    @property
    def is_too_long(self) -> bool:
        """Whether Slack might refuse it; Slack does not document the limit."""
        return sum(map(len, _strings(self.to_dict()["blocks"]))) > MAX_BLOCKS_LENGTH

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": escape(self.text),
            "blocks": [block.to_dict() for block in self.blocks],
            "unfurl_links": False,
            "unfurl_media": False,
        }


def _strings(shown: object) -> Iterator[str]:
    """Yields all visible texts and link targets, at any depth."""
    if isinstance(shown, list):
        for each in shown:
            yield from _strings(each)
    elif isinstance(shown, dict):
        for name, value in shown.items():
            if isinstance(value, str):
                yield value if name in _COUNTED else ""
            else:
                yield from _strings(value)


def harmless(text: str) -> str:
    """Removes invisible characters and those that reverse text or that JSON can't carry.

    Text beyond `MAX_READ` is dropped.
    """
    start = text[:MAX_READ].replace("\r\n", "\n").replace("\r", "\n")
    return without_harmful(start).replace("\xa0", " ")


def line(text: str) -> str:
    """Returns the harmless text on one line."""
    return " ".join(harmless(text).split())


def capitalised(text: str) -> str:
    """Returns the text with an initial capital."""
    return text[:1].upper() + text[1:]


def cut(text: str, limit: int) -> str:
    """Returns at most `limit` characters; an ellipsis replaces the rest."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape(text: str, limit: int = 500) -> str:
    """Escapes for mrkdwn.

    It cuts first, so that no entity is split; entities may exceed `limit`.
    """
    return re.sub("[&<>]", lambda found: _ENTITIES[found.group()], cut(line(text), limit))


def titled_row(title: str, rest: Sequence[str], url: str, label: str) -> TextObject:
    """Returns a bold title and, below it, a link and further words, to show beside a button.

    A section takes no rich text. If mrkdwn might interpret the words as markup, the row is plain,
    without bold and link; otherwise they are escaped, and nothing in them is linked.
    """
    first, second = cut(line(title), 180) or EMPTY, cut(" · ".join(filter(None, rest)), 240)
    if not url or _may_be_markup(f"{first} {second} {label}"):
        return PlainTextObject(text=f"{first}\n{cut(f'{label} · {second}', 300)}", emoji=False)
    below = f"<{url}|{escape(label)}> · {escape(second)}"
    return MarkdownTextObject(text=f"*{escape(first)}*\n{below}", verbatim=True)


def _may_be_markup(text: str) -> bool:
    """Whether the text has paired marks, a star next to our own, or an emoji's name."""
    return "*" in text or any(text.count(mark) > 1 for mark in "_~`") or text.count(":") > 1


def plain(text: str, limit: int) -> PlainTextObject:
    """Returns a text object in which nothing is parsed, not even `:emoji:`."""
    return PlainTextObject(text=cut(line(text), limit) or EMPTY, emoji=False)


def text_part(text: str, *, bold: bool = False, code: bool = False, limit: int = 300) -> Part:
    """Returns rich text, in which nothing is parsed."""
    style = RichTextElementParts.TextStyle(bold=bold or None, code=code or None)
    shown = cut(harmless(text), limit)
    return RichTextElementParts.Text(text=shown or " ", style=style if bold or code else None)


def link(url: str, text: str) -> Part:
    return RichTextElementParts.Link(url=url, text=cut(line(text), 300) or url)


def emoji(name: str) -> Part:
    return RichTextElementParts.Emoji(name=name)


def moment(when: datetime) -> Part:
    """Shows a time in the reader's zone and language; the fallback uses the zone of `when`."""
    return RichTextElementParts.Date(
        timestamp=int(when.timestamp()),
        format="{date_short_pretty} {time}",
        fallback=f"{when:%Y-%m-%d %H:%M %Z}",
    )


def describe_days(days: Sequence[str], t: Translator) -> str:
    """As "Mon-Fri", from ordered names of `WEEKDAYS`."""
    return t("Every day") if len(days) == len(WEEKDAYS) else t.weekdays(map(WEEKDAYS.index, days))


def clock_time(when: datetime, *, seconds: bool = False) -> Part:
    """Shows a time of day in the reader's zone; the fallback uses the zone of `when`."""
    return RichTextElementParts.Date(
        timestamp=int(when.timestamp()),
        format="{time_secs}" if seconds else "{time}",
        fallback=f"{when:%H:%M:%S %Z}" if seconds else f"{when:%H:%M %Z}",
    )


def lines(rows: Iterable[Iterable[Part]]) -> RichTextBlock:
    """Returns rich text with one line per row; empty rows are omitted."""
    parts: list[Part] = []
    for row in rows:
        filled = list(row)
        if filled and parts:
            parts.append(text_part("\n"))
        parts.extend(filled)
    return RichTextBlock(elements=[RichTextSectionElement(elements=parts)])


def age(time: timedelta, t: Translator) -> str:
    """Returns the age, rounded down; at least zero, in case the account's zone is wrong."""
    return t("less than a minute") if time < timedelta(minutes=1) else t.span(time)


def file_size(size: int) -> str:
    """Returns a size in bytes as in "340 kB", the same in every language."""
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if size >= unit:
            number = size / unit
            return f"{number:.0f} {name}" if number >= 10 else f"{number:.1f} {name}"  # noqa: PLR2004
    return f"{size} B"


def button(
    text: str, action: str, value: str | Value, *, primary: bool = False, about: str = ""
) -> ButtonElement:
    """`about` distinguishes it from similar buttons for screen readers."""
    return ButtonElement(
        text=PlainTextObject(text=text, emoji=False),
        action_id=action,
        value=value if isinstance(value, str) else value.to_value(),
        style="primary" if primary else None,
        accessibility_label=cut(line(f"{text} {about}"), MAX_LABEL_LENGTH) if about else None,
    )


def asks_first(danger: ButtonElement, question: str, details: str, t: Translator) -> ButtonElement:
    """Makes the button ask for confirmation before it destroys something."""
    label = danger.text.text if danger.text else ""
    danger.style = "danger"
    danger.confirm = ConfirmObject(
        title=question, text=PlainTextObject(text=details), confirm=label, deny=t("Cancel")
    )
    return danger


def variant(text: str, action: Id, value: str | Value, way: str) -> ButtonElement:
    """Returns one of several buttons with the same effect, whose ids in a block must differ."""
    element = button(text, action, value)
    element.action_id = f"{action}.{way}"
    return element


def small(text: str) -> ContextBlock:
    """Returns less prominent text."""
    return ContextBlock(elements=[PlainTextObject(text=text)])
