"""What somebody typed into Slack's rich text field, as the HTML of a mail."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bot.operations.situation import visible

_LOOKS = {"bold": "b", "italic": "i", "underline": "u", "strike": "s", "code": "code"}
_NAMES_SOMEBODY_IN_SLACK = {"user", "usergroup", "channel", "broadcast", "team"}

RichText = Mapping[str, Any]


def to_html(rich_text: RichText) -> str:
    return "".join(_block(element) for element in rich_text.get("elements", ()))


def names_somebody_in_slack(rich_text: RichText) -> bool:
    """Whether it mentions a person, group or channel of Slack, which a customer can't read."""
    return any(element.get("type") in _NAMES_SOMEBODY_IN_SLACK for element in _walk(rich_text))


def is_empty(rich_text: RichText) -> bool:
    """Nor anything that is not seen: blanks of no width and the like."""
    texts = ("text", "url", "name", "unicode")
    return not any(visible(str(part.get(key, ""))) for part in _walk(rich_text) for key in texts)


def of_plain(text: str) -> dict[str, Any]:
    """Rich text with nothing but words, to fill a form with."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _block(element: RichText) -> str:
    inner = element.get("elements", ())
    match element.get("type"):
        case "rich_text_list":
            tag = "ol" if element.get("style") == "ordered" else "ul"
            first = int(element.get("offset") or 0)
            start = f' start="{first + 1}"' if first and tag == "ol" else ""
            items = "".join(f"<li>{_inline(item.get('elements', ()))}</li>" for item in inner)
            indent = int(element.get("indent") or 0)
            return f"<{tag}>" * indent + f"<{tag}{start}>" + items + f"</{tag}>" * (indent + 1)
        case "rich_text_quote":
            return f"<blockquote>{_inline(inner)}</blockquote>"
        case "rich_text_preformatted":
            words = "".join(str(part.get("text") or part.get("url") or "") for part in inner)
            return f"<pre>{escape(words)}</pre>"
        case _:
            return f"<div>{_inline(inner)}</div>"


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
            else:  # the address is not lost, and leads nowhere
                html = text if text == _lines(url) else f"{text} ({_lines(url)})"
        case "emoji":
            html = _emoji(part)
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
    """The character itself; the name of one that only this workspace has."""
    try:
        return "".join(chr(int(code, 16)) for code in str(part.get("unicode") or "").split("-"))
    except ValueError:
        return escape(f":{part.get('name', '')}:")


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _walk(part: RichText) -> Iterator[RichText]:
    yield part
    for element in part.get("elements", ()):
        yield from _walk(element)
