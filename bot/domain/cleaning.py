"""Text from outside, without what no database takes and nobody reads."""

import re

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_UNCLEAN = re.compile(f"[{_CONTROL}\ud800-\udfff]")
_REMOVED = re.compile(f"[{_CONTROL}]")


def clean(text: str) -> str:
    """Without control characters, but for tabs and line ends.

    Two halves of a surrogate pair become their character, a lone one U+FFFD.
    """
    if not _UNCLEAN.search(text):
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _REMOVED.sub("", whole)
