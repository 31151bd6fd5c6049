"""A typing error in any command, in any language, is answered with the right command."""

from collections.abc import Iterator

import pytest

from blocks.help import WORDS
from bot.domain.spelling import BEGUN, nearest

SHORT = {"hi", "ls", "my"}
"""Any two letters might be a search."""


def slips(word: str) -> Iterator[str]:
    """Each letter omitted, doubled, mistaken, or swapped with the next."""
    wrong = "x" if word.isascii() else "末"
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        yield before + letter + letter + after
        if after:
            yield before + after[0] + letter + after[1:]
        if len(word) >= BEGUN:
            yield before + after
            yield before + wrong + after


@pytest.mark.parametrize("word", sorted({*WORDS} - SHORT))
def test_a_misspelt_command_is_recognised(word: str) -> None:
    typed = {slip for slip in slips(word) if len(slip) > 1 and slip not in WORDS}
    answered = {slip: WORDS.get(nearest(slip, WORDS) or "") for slip in typed}
    missed = {slip: command for slip, command in answered.items() if command != WORDS[word]}
    # may be *next*, *answers*, *later*, anything
    assert not missed.keys() - {"nex", "answerr", "latee", "次次"}


@pytest.mark.parametrize("typed", ["返品", "hit", "ax", "解任", "lamp", "order", "ランプ", "注文"])
def test_a_search_word_is_not_taken_for_a_command(typed: str) -> None:
    assert nearest(typed, WORDS) is None
