"""One spelling for what people type on the keyboards of two languages."""

import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def folded(text: str) -> str:
    """In which words are compared: in any case, in characters of any width."""
    return unicodedata.normalize("NFKC", text).casefold()


def tidy_address(text: str) -> str:
    """An e-mail address as it was meant: half-width, without what nobody sees or means."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    return re.sub("^mailto:", "", seen, flags=re.IGNORECASE)
