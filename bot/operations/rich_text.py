"""Converts the content of Slack's rich text field to the HTML of a mail, or to plain text."""

import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from bot.domain.markup import visible

_LOOKS = {"bold": "b", "italic": "i", "underline": "u", "strike": "s", "code": "code"}
_NAMES_SOMEBODY_IN_SLACK = {"user", "usergroup", "channel", "broadcast", "team"}
_IS_READABLE = {"text", "link", "emoji", "date", "color"}
_EMOJI = re.compile(r"[0-9a-fA-F]{2,6}(?:-[0-9a-fA-F]{2,6}){0,15}")
MAX_INDENT = 8  # Slack's
_NO_EMOJI = {"Cc", "Cs"}  # control characters, lone surrogates

RichText = Mapping[str, Any]


def to_html(rich_text: RichText) -> str:
    html = ""
    elements = rich_text.get("elements", ())
    for is_list, group in groupby(elements, key=lambda each: each.get("type") == "rich_text_list"):
        together = list(group)
        html += _lists(together) if is_list else "".join(map(_block, together))
    return html


def names_somebody_in_slack(rich_text: RichText) -> bool:
    """Whether it mentions a person, group or channel of Slack, which a customer can't read.

    The same holds for canvases, workflows, and unknown elements without text of their own.
    """
    return any(_is_unreadable(element) for element in _walk(rich_text))


def _is_unreadable(element: RichText) -> bool:
    kind = element.get("type")
    if kind in _NAMES_SOMEBODY_IN_SLACK:
        return True
    return "elements" not in element and kind not in _IS_READABLE and not element.get("text")


def is_empty(rich_text: RichText) -> bool:
    """Whether it has no visible text; zero-width characters and the like don't count."""
    texts = ("text", "url", "name", "unicode", "value", "fallback")
    return not any(visible(str(part.get(key, ""))) for part in _walk(rich_text) for key in texts)


def text_without_code(rich_text: RichText) -> str:
    """Returns its text and the addresses of its links, a line for each block, without code."""
    return "\n".join(_blocks_without_code(rich_text))


def _blocks_without_code(part: RichText) -> Iterator[str]:
    if part.get("type") == "rich_text_preformatted":
        return
    inner = part.get("elements", ())
    if not any("elements" in each for each in inner):
        yield "".join(map(_text_or_address, inner))
    else:
        for element in inner:
            yield from _blocks_without_code(element)


def _text_or_address(part: RichText) -> str:
    if (part.get("style") or {}).get("code"):
        return " "
    text, url = (str(part.get(key) or "") for key in ("text", "url"))
    return f"{text} {url} " if url and url != text else text


def to_text(rich_text: RichText) -> str:
    """Returns plain text, with marks of lists and quotes and the addresses of links."""
    return "\n".join(map(_block_as_text, rich_text.get("elements", ()))).strip()


def _block_as_text(element: RichText) -> str:
    inner = element.get("elements", ())
    match element.get("type"):
        case "rich_text_list":
            is_ordered, first = element.get("style") == "ordered", _number(element.get("offset"))
            before = "  " * min(_number(element.get("indent")), MAX_INDENT)
            return "\n".join(
                f"{before}{f'{number}.' if is_ordered else '-'} {_inline_as_text(item)}"
                for number, item in enumerate(inner, first + 1)
            )
        case "rich_text_quote":
            return "\n".join(f"> {row}" for row in _inline_as_text(element).split("\n"))
        case _:
            return _inline_as_text(element)


def _inline_as_text(element: RichText) -> str:
    return "".join(map(_part_as_text, element.get("elements", ())))


def _part_as_text(part: RichText) -> str:
    text, url = (str(part.get(key) or "") for key in ("text", "url"))
    match part.get("type"):
        case "emoji":
            return _emoji(part)
        case "date":
            return str(part.get("fallback") or "")
        case "color":
            return str(part.get("value") or "")
        case _:
            return f"{text} ({url})" if text and url and text != url else text or url


def of_plain(text: str) -> dict[str, Any]:
    """Returns rich text for plain text, to fill a form with."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _block(element: RichText) -> str:
    inner = element.get("elements", ())
    match element.get("type"):
        case "rich_text_quote":
            return f"<blockquote>{_inline(inner)}</blockquote>"
        case "rich_text_preformatted":
            words = "".join(str(part.get("text") or part.get("url") or "") for part in inner)
            return f"<pre>{escape(words)}</pre>"
        case _:
            return f"<div>{_inline(inner)}</div>"


def _lists(elements: Sequence[RichText]) -> str:
    """Nests lists as mail does; Slack's follow one another, each with its indent."""
    html, open_tags, counts = "", list[str](), list[int]()
    for element in elements:
        tag = "ol" if element.get("style") == "ordered" else "ul"
        first = _number(element.get("offset"))
        depth = min(_number(element.get("indent")), len(open_tags))  # no list may skip a level
        while len(open_tags) > depth + 1:
            html += f"</li></{open_tags.pop()}>"
            counts.pop()
        if len(open_tags) == depth + 1:
            goes_on = open_tags[-1] == tag and (tag == "ul" or first == counts[-1])
            html += "</li>" if goes_on else f"</li></{open_tags.pop()}>"
            if not goes_on:
                counts.pop()
        if len(open_tags) == depth:
            html += f'<ol start="{first + 1}">' if first and tag == "ol" else f"<{tag}>"
            open_tags.append(tag)
            counts.append(first)
        items = [_inline(item.get("elements", ())) for item in element.get("elements", ())]
        html += "<li>" + "</li><li>".join(items)
        counts[-1] += len(items)
    return html + "".join(f"</li></{tag}>" for tag in reversed(open_tags))


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**6 else 0


def _inline(parts: Sequence[RichText]) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: RichText) -> str:
    match part.get("type"):
        case "link":
            url = str(part.get("url", ""))
            text = _lines(str(part.get("text") or url))
            is_web = url.startswith(("https://", "http://", "mailto:"))
            if is_web:
                html = f'<a href="{escape(url)}">{text}</a>'
            else:  # shows the address but does not link to it
                html = text if text == _lines(url) else f"{text} ({_lines(url)})"
        case "emoji":
            html = escape(_emoji(part))
        case "date":
            html = escape(str(part.get("fallback") or ""))
        case "color":
            html = escape(str(part.get("value") or ""))
        case _:
            html = _lines(str(part.get("text") or ""))
    for look, tag in _LOOKS.items():
        if (part.get("style") or {}).get(look):
            html = f"<{tag}>{html}</{tag}>"
    return html


def _emoji(part: RichText) -> str:
    """Returns the character, or the name of an emoji that only this workspace has."""
    codes = str(part.get("unicode") or "")
    if _EMOJI.fullmatch(codes):
        numbers = [int(code, 16) for code in codes.split("-")]
        if all(number <= sys.maxunicode for number in numbers):
            characters = "".join(map(chr, numbers))
            if not any(unicodedata.category(each) in _NO_EMOJI for each in characters):
                return characters
    return f":{part.get('name', '')}:"


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _walk(part: RichText) -> Iterator[RichText]:
    yield part
    for element in part.get("elements", ()):
        yield from _walk(element)
