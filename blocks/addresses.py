"""Checks where a link in a mail leads, and whether its text claims otherwise."""

import re
import unicodedata
from itertools import chain
from urllib.parse import SplitResult, urlsplit

from bot.domain.characters import compatible, has_control_or_space, without_invisible

MAX_URL = 2000
MAX_HOST = 253

_NAMED = r"(?<![\w-])((?:[\w-]{1,63}\.){1,6}%s|\d{1,3}(?:\.\d{1,3}){3})(?![\w-])"
_HOST = re.compile(_NAMED % r"(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})", re.IGNORECASE)
_HOST_IN_ANY_SCRIPT = re.compile(_NAMED % r"[^\W\d_]{2,24}")
_PLAIN_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?")
_READ_TWO_WAYS = set("ßς")  # Python's IDNA converts ß to "ss", browsers do not
_DOTS = str.maketrans("。｡\u2027", "...")  # NFKC converts some others to dots


def safe_url(href: str) -> str:
    """Returns the link if all programs interpret it alike; else "".

    Browsers and Python disagree on backslashes, user information and control characters. A host in
    another script is converted to ASCII (`xn--…`), so that nobody mistakes it for a lookalike.
    """
    url = without_invisible(href.strip())
    if len(url) > MAX_URL or "\\" in url or has_control_or_space(url):
        return ""
    try:
        parts = urlsplit(url)
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError:  # includes UnicodeError
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not host:
        return ""
    return url if _is_ascii(parts) else _with_host(parts, host, port)


def names_another_place(text: str, url: str) -> bool:
    """Whether the text names another host than the link's, or one that is not plain ASCII."""
    host = _without_www(urlsplit(url).hostname or "")
    if "xn--" in host:
        return True
    shown = without_invisible(compatible(without_invisible(text)))
    shown = "".join(c for c in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(c))
    named = chain(_HOST.finditer(shown.translate(_DOTS)), _HOST_IN_ANY_SCRIPT.finditer(shown))
    return any(_without_www(each.group(1).lower()) != host for each in named)


def _ascii(host: str) -> str:
    """Returns "" for invalid hosts; may raise `UnicodeError`."""
    if len(host) > MAX_HOST or not _PLAIN_HOST.fullmatch(host) or _READ_TWO_WAYS & set(host):
        return ""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _is_ascii(parts: SplitResult) -> bool:
    return parts.netloc.isascii()


def _with_host(parts: SplitResult, host: str, port: int | None) -> str:
    return parts._replace(netloc=host if port is None else f"{host}:{port}").geturl()


def _without_www(host: str) -> str:
    return host.removesuffix(".").removeprefix("www.")
