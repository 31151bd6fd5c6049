"""One spelling for what people type on the keyboards of two languages."""

import re

from bot.domain.characters import compatible, without_invisible


def folded(text: str) -> str:
    """In which words are compared: in any case, in characters of any width."""
    return compatible(text).casefold()


def tidy_address(text: str) -> str:
    """An e-mail address as it was meant: half-width, without what nobody sees or means."""
    seen = without_invisible(compatible(text)).strip()
    return re.sub("^mailto:", "", seen, flags=re.IGNORECASE)
