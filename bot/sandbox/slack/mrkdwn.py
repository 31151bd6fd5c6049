"""Parses mrkdwn into rich text. The only parser: tests and the page both use its result."""

import re
from collections.abc import Iterator
from itertools import groupby

from bot.sandbox.slack.wire import Json

_FENCE = re.compile(r"```\n?(.*?)```", re.DOTALL)
_QUOTE = re.compile(r"(?:&gt;|>) ?")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|<(?P<target>[^<>]+)>"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=\S)(?P<inner>.+?)(?<=\S)(?P=mark)(?![\w*_~])"
)
_LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}


def as_rich_text(text: str) -> list[Json]:
    """Returns the elements of a rich_text block."""
    elements: list[Json] = []
    for number, part in enumerate(_FENCE.split(text)):
        if number % 2:
            code = {"type": "text", "text": _unescaped(_unlinked(part))}
            elements.append({"type": "rich_text_preformatted", "elements": [code]})
        elif part:
            elements += _paragraphs(part)
    return elements


def _paragraphs(text: str) -> Iterator[Json]:
    for is_quote, lines in groupby(text.split("\n"), key=lambda one: bool(_QUOTE.match(one))):
        joined = "\n".join(_QUOTE.sub("", one, count=1) if is_quote else one for one in lines)
        kind = "rich_text_quote" if is_quote else "rich_text_section"
        yield {"type": kind, "elements": list(_pieces(joined, {}))}


def _pieces(text: str, style: dict[str, bool]) -> Iterator[Json]:
    end = 0
    for found in _INLINE.finditer(text):
        yield from _text(text[end : found.start()], style)
        end = found.end()
        if found["code"]:
            yield from _text(_unlinked(found["code"]), style | {"code": True})
        elif found["target"]:
            yield _with_style(_target(found["target"]), style)
        else:
            yield from _pieces(found["inner"], style | {_STYLES[found["mark"]]: True})
    yield from _text(text[end:], style)


def _text(text: str, style: dict[str, bool]) -> Iterator[Json]:
    if text:
        yield _with_style({"type": "text", "text": _unescaped(text)}, style)


def _with_style(piece: Json, style: dict[str, bool]) -> Json:
    return piece | {"style": style} if style else piece


def _target(inside: str) -> Json:
    target, _, label = (_unescaped(one) for one in inside.partition("|"))
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!date^"):
        _, seconds, form, *url = target.split("^")
        date = {"type": "date", "timestamp": int(seconds), "format": form, "fallback": label}
        return date | ({"url": url[0]} if url else {})
    if target.startswith("!"):
        return {"type": "broadcast", "range": label.removeprefix("@") or target[1:]}
    return {"type": "link", "url": target, "text": label or target.removeprefix("mailto:")}


def _unlinked(text: str) -> str:
    return _LINK.sub(lambda found: found[2] or found[1], text)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
