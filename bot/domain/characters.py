"""Invisible and harmful characters, defined once for comparing, redacting and showing text."""

import re
import unicodedata

# Characters that join, separate or shape their neighbours, so that shown text needs them:
# zero-width joiners, variation selectors (emoji, Japanese names), and the Braille blank.
_SHAPING = "\u180b-\u180d\u180f\u200c\u200d\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef"
# The rest of Unicode's Default_Ignorable_Code_Point, and format characters without a glyph.
_NEVER_SEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"  # includes lone surrogates

INVISIBLE = _SHAPING + _NEVER_SEEN
"""The content of a regular expression's character class."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_HARMFUL = re.compile(f"[{_NEVER_SEEN}{_CONTROL}]+")
_CONTROL_OR_SPACE = re.compile(rf"[{_CONTROL}\s]")
_CHUNK = re.compile(r"\S{1,200}|\s+")


def without_invisible(text: str) -> str:
    """Returns the text for comparing, without characters that change nothing a reader sees."""
    return _INVISIBLE.sub("", text)


def without_harmful(text: str) -> str:
    """Returns the text for showing, without characters that control, hide or reverse it.

    Line feeds stay.
    """
    return _HARMFUL.sub("", text)


def has_control_or_space(text: str) -> bool:
    return _CONTROL_OR_SPACE.search(text) is not None


def compatible(text: str) -> str:
    """Returns the text in NFKC, normalised in pieces.

    Python takes quadratic time to sort a long run of combining marks.
    """
    if len(text) <= 200:  # noqa: PLR2004  the length of a piece
        return unicodedata.normalize("NFKC", text)
    return "".join(unicodedata.normalize("NFKC", chunk) for chunk in _CHUNK.findall(text))
