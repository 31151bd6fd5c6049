"""Finds placeholders that templates leave for their author to fill in.

An unnecessary question is cheap, and a customer greeted as `{{name}}` is not, so doubtful words
count as placeholders. Words that are filled in (`XXX-123`, `[RFC 2119]`) or have a usual meaning
(`[1]`, `[sic]`, `[FAQ](https://…)`) don't.
"""

import re

MAX_FOUND = 10
MAX_WORD_LENGTH = 40

_NAMED = r"(?:insert|enter|add|your)\b[^\[\]\n]{0,60}|[^\[\]\n]{0,60}\b(?:name|date|number)"
_NUMERALS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07\u5104"
_CIRCLES = "\u3007\u25cb\u25ef\u25cf"  # the kanji zero; white, large and black circle
_FILLED = f"(?<![{_CIRCLES}])(?:\u25cb{{2,4}}|\u25ef{{2,4}}|\u25cf{{2,4}})(?![{_CIRCLES}])"
_ZEROS = f"(?<![{_CIRCLES}{_NUMERALS}])\u3007{{2,4}}(?![{_CIRCLES}{_NUMERALS}])"  # no year 二〇〇五
_PLACEHOLDER = re.compile(
    r"\{\$[^{}\n]{0,200}\}"
    r"|\{\{[^{}\n]{0,200}\}\}"
    r"|[{\uff5b]\s*[^\W\d][\w ]{0,40}[}\uff5d]"  # as saved answers have them, also unknown ones
    rf"|(?<![\w\])])\[(?:{_NAMED}|(?P<capitals>[^\W\d_][^\[\]\n]{{0,60}}[^\W_]))\](?!\()"
    r"|(?<![0-9A-Za-z_])x{3,}(?![0-9A-Za-z_]|-[0-9A-Za-z])"
    r"|[\uff38\uff58]{2,}"  # full-width X, x
    r"|\u00d7{2,4}"  # the sign of multiplication, a filler in Japanese
    rf"|{_FILLED}|{_ZEROS}",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"[^\W\d_]+(?:[ _'./&-]+[^\W\d_]+)*(?:[ _]\d{1,2})?")


def find_placeholders(text: str) -> tuple[str, ...]:
    """Returns the first distinct placeholders in order; long ones are cut."""
    found: dict[str, None] = {}
    for match in _PLACEHOLDER.finditer(text):
        capitals = match["capitals"]
        if capitals is None or (capitals.isupper() and _CAPITALS.fullmatch(capitals)):
            found[match.group()[:MAX_WORD_LENGTH]] = None
    return tuple(found)[:MAX_FOUND]
