"""Normalises what people type on the keyboards of two languages."""

import re

from bot.domain.characters import compatible, without_invisible


def folded(text: str) -> str:
    """Returns the form in which words are compared, regardless of case and character width."""
    return compatible(text).casefold()


def tidy_address(text: str) -> str:
    """Returns an e-mail address in half-width, without invisible characters and `mailto:`."""
    seen = without_invisible(compatible(text)).strip()
    return re.sub("^mailto:", "", seen, flags=re.IGNORECASE)
