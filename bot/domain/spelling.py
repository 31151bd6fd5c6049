"""Normalises what people type on English and Japanese keyboards."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from operator import itemgetter

from bot.domain.characters import compatible, without_invisible


def folded(text: str) -> str:
    """Returns the form for comparing words, regardless of case and character width."""
    return compatible(text).casefold()


_KATAKANA = {each: each + 0x60 for each in (*range(0x3041, 0x3097), 0x309D, 0x309E)}


def searched(text: str) -> str:
    """Returns the form for searching words, also regardless of hiragana or katakana.

    While somebody types, a Japanese keyboard writes hiragana.
    """
    return folded(text).translate(_KATAKANA)


def may_be_address(word: str) -> bool:
    """Whether the word has an @ inside, unlike a mention, which begins with one."""
    return "@" in word.strip("@")


def tidy_address(text: str) -> str:
    """Returns an e-mail address in half-width, without invisible characters and `mailto:`."""
    seen = without_invisible(compatible(text)).strip()
    return re.sub("^mailto:", "", seen, flags=re.IGNORECASE)


SHORT, BEGUN = 5, 3
"""Word lengths: up to `SHORT` one slip is allowed; from `BEGUN` a beginning is recognised."""


def nearest(word: str, known: Collection[str]) -> str | None:
    """Returns the known word that was probably meant, if any."""
    return next(iter(near(word, known)), None)


def near(word: str, known: Collection[str]) -> Sequence[str]:
    """Returns the known words that may be meant, nearest first: misspelt slightly, or unfinished.

    Of two equally near ones, the longer one comes first: letters are omitted more often than added.
    """
    allowed = 1 if len(word) <= SHORT else 2
    alike = (each for each in known if abs(len(each) - len(word)) <= allowed and each != word)
    slips = ((_slips(word, each), -len(each), each) for each in alike)
    few = [each for each in slips if each[0] <= allowed and _is_enough(word, each[2], each[0])]
    if few:
        return [each for *_, each in sorted(few, key=itemgetter(0, 1))]
    return [each for each in known if len(word) >= BEGUN and each.startswith(word)]


def _is_enough(word: str, known: str, slips: int) -> bool:
    """Whether most of the known word is right; all of it in Japanese, where words are short."""
    has_all = not known.isascii() and len(known) > 1 and Counter(known) <= Counter(word)
    return has_all or slips < len(known) - 1


def _slips(one: str, other: str) -> int:
    """Returns the number of letters omitted, added, mistaken or swapped with a neighbour."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            slips = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted):
                slips = min(slips, last[j - 2] + 1)
            row.append(slips)
    return row[-1]
