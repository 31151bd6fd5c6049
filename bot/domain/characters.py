"""Characters that nobody sees, named once: comparing, hiding and showing text go by this set."""

import re
import unicodedata

# What joins, parts or shapes the characters beside it, so that shown text needs it: zero-width
# joiners, variation selectors (emoji, Japanese names), and Braille's blank.
_SHAPING = "\u180b-\u180d\u180f\u200c\u200d\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef"
# The rest of Unicode's Default_Ignorable_Code_Point, and the format characters without a glyph.
_NEVER_SEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"  # and half surrogate pairs

INVISIBLE = _SHAPING + _NEVER_SEEN
"""For a character class of a regular expression."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_HARMFUL = re.compile(f"[{_NEVER_SEEN}{_CONTROL}]+")
_CONTROL_OR_SPACE = re.compile(rf"[{_CONTROL}\s]")
_CHUNK = re.compile(r"\S{1,200}|\s+")


def without_invisible(text: str) -> str:
    """For comparing: none of the characters that change nothing a reader sees."""
    return _INVISIBLE.sub("", text)


def without_harmful(text: str) -> str:
    """For showing: no control characters, nothing that hides or turns text; line feeds stay."""
    return _HARMFUL.sub("", text)


def has_control_or_space(text: str) -> bool:
    return _CONTROL_OR_SPACE.search(text) is not None


def compatible(text: str) -> str:
    """NFKC, piece by piece: Python takes quadratic time to sort a long run of combining marks."""
    if len(text) <= 200:  # noqa: PLR2004  the length of a piece
        return unicodedata.normalize("NFKC", text)
    return "".join(unicodedata.normalize("NFKC", chunk) for chunk in _CHUNK.findall(text))
