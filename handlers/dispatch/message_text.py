"""Extracts the text of a Slack message as its readers see it: blocks, attachments and files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bot.domain.cleaning import clean

Part = Mapping[str, Any]

MAX_INDENT = 8

USER_MENTION = re.compile(r"<@(?P<user_id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")


def marked_text(message: Part) -> str:
    """Returns all visible text, with Slack's markup for people, channels and links.

    `text` is shown if there are no blocks; an attachment's `fallback` if it has nothing else.
    """
    own = "\n".join(_blocks(message.get("blocks"))) or _text(message.get("text"))
    attached = (each for part in _parts(message.get("attachments")) for each in _attachment(part))
    files = (_file(part) for part in _parts(message.get("files")))
    return "\n".join(filter(None, [own, *attached, *files]))


def all_text(part: object) -> str:
    """Returns every text of a message, including invisible ones: link targets, button values."""
    match part:
        case {**fields}:
            texts = (all_text(value) for key, value in fields.items() if key in _TEXT_KEYS)
        case list():
            texts = (all_text(each) for each in part)
        case str():
            return part
        case _:
            return ""
    return "\n".join(text for text in texts if text)


_TEXT_KEYS = {
    "text",
    "blocks",
    "elements",
    "fields",
    "attachments",
    "url",
    "value",
    "title",
    "title_link",
    "pretext",
    "fallback",
    "from_url",
    "footer",
    "accessory",
    "actions",
    "author_name",
    "author_link",
}


def _attachment(part: Part) -> Iterator[str]:
    """Yields the parts in the order in which Slack shows them."""
    own = list(_blocks(part.get("blocks")))
    if not own:
        own = [
            _text(part.get("author_name")),
            _link(part.get("title"), part.get("title_link")),
            _text(part.get("text")),
            *(
                f"{_text(field.get('title'))}: {_text(field.get('value'))}"
                for field in _parts(part.get("fields"))
            ),
            _text(part.get("footer")),
        ]
    shown = [_text(part.get("pretext")), *own, *(_file(each) for each in _parts(part.get("files")))]
    yield from shown if any(shown) else [_text(part.get("fallback"))]


def _blocks(blocks: object) -> Iterator[str]:
    for block in _parts(blocks):
        yield from filter(None, _block(block))


def _block(block: Part) -> Iterator[str]:
    match block.get("type"):
        case "rich_text":
            yield from map(_section, _parts(block.get("elements")))
        case "section":
            yield _object(block.get("text"))
            yield from map(_object, _parts(block.get("fields")))
        case "context":
            yield " ".join(filter(None, map(_object, _parts(block.get("elements")))))
        case "image" | "video" | "file":
            yield _object(block.get("title")) or escape(_text(block.get("alt_text")), quote=False)
        case "table":
            for row in block.get("rows") or ():
                yield " | ".join(" ".join(_block(cell)) or _object(cell) for cell in _parts(row))
        case "actions" | "divider":
            return
        case _:  # a header, markdown, or a new kind of block
            yield _object(block.get("text"))


def _section(element: Part) -> str:
    inner = _parts(element.get("elements"))
    match element.get("type"):
        case "rich_text_list":
            indent = "  " * min(_number(element.get("indent")), MAX_INDENT)
            is_ordered, first = element.get("style") == "ordered", _number(element.get("offset"))
            signs = (f"{first + n}." if is_ordered else "•" for n in range(1, len(inner) + 1))
            return "\n".join(
                f"{indent}{sign} {_section(each)}" for sign, each in zip(signs, inner, strict=True)
            )
        case "rich_text_quote":
            return "\n".join(f"&gt; {line}" for line in "".join(map(_run, inner)).split("\n"))
        case _:
            return "".join(map(_run, inner)).rstrip("\n")


def _run(part: Part) -> str:
    match part.get("type"):
        case "user":
            return f"<@{_text(part.get('user_id'))}>"
        case "usergroup":
            return f"<!subteam^{_text(part.get('usergroup_id'))}>"
        case "channel":
            return f"<#{_text(part.get('channel_id'))}>"
        case "broadcast":
            return f"<!{_text(part.get('range'))}>"
        case "emoji":
            return _emoji(part)
        case "link":
            return _link(part.get("text"), part.get("url"))
        case "date":
            return escape(_text(part.get("fallback")), quote=False)
        case _:
            return escape(_text(part.get("text")), quote=False)


def _emoji(part: Part) -> str:
    """Returns the character, or the name of a workspace's own emoji."""
    try:
        return clean("".join(chr(int(each, 16)) for each in _text(part.get("unicode")).split("-")))
    except (ValueError, OverflowError):
        return f":{_text(part.get('name'))}:"


def _object(held: object) -> str:
    """Returns a text object's text as mrkdwn; other kinds are escaped."""
    if not isinstance(held, Mapping):
        return ""
    text = _text(held.get("text")) or _text(held.get("alt_text"))
    return text if held.get("type") == "mrkdwn" else escape(text, quote=False)


def _link(label: object, url: object) -> str:
    """Replaces the characters that would end the markup."""
    shown = escape(_text(label), quote=False).replace("|", "¦")
    where = escape(_text(url), quote=False).replace("|", "%7C")
    if where and shown:
        return f"<{where}|{shown}>"
    return f"<{where}>" if where else shown


def _file(part: Part) -> str:
    return f"📎 {_text(part.get('title')) or _text(part.get('name'))}" if part else ""


def _parts(held: object) -> Sequence[Part]:
    return [each for each in held if isinstance(each, Mapping)] if isinstance(held, list) else ()


def _number(held: object) -> int:
    return held if isinstance(held, int) else 0


def _text(held: object) -> str:
    return held if isinstance(held, str) else ""
