"""How LiveAgent converts texts."""

import html
import re

_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def html_of(text: str) -> str:
    """Converts plain text as LiveAgent stores it."""
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def tidied(markup: str) -> str:
    """Changes tags and whitespace, not the words."""
    markup = re.sub(r"<br\s*/?>", "<br />", markup)
    markup = re.sub(r"<(/?)b>", r"<\1strong>", markup)
    markup = re.sub(r"<(/?)i>", r"<\1em>", markup)
    blanks = re.compile(r"[ \t\r\n]+")
    return f"<div>{blanks.sub(' ', markup)}</div>"


def preview(markup: str) -> str:
    """Returns the first 200 visible characters."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())[:200]


def signature(name: str) -> str:
    return f"<br><br>-- <br>{html.escape(name, quote=False)}<br>Acme customer care"
