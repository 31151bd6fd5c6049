"""Every error of the tree has a sentence of its own, in both languages."""

from collections.abc import Iterator

import pytest

from blocks.notices import explain
from bot.domain import errors as e
from bot.i18n import Translator
from tests.blocks.errors import EXAMPLES


def leaves(kind: type[e.BotError]) -> Iterator[type[e.BotError]]:
    for below in kind.__subclasses__():
        yield from leaves(below)
    if not kind.__subclasses__():
        yield kind


def test_the_examples_are_the_whole_tree() -> None:
    assert set(leaves(e.BotError)) <= {type(error) for error in EXAMPLES}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_each_error_has_a_sentence_in_both_languages(error: e.BotError) -> None:
    english, japanese = explain(error, Translator("en")), explain(error, Translator("ja"))
    assert english != japanese
    assert explain(RuntimeError(), Translator("en")) not in english


def test_unexpected_errors_have_a_sentence() -> None:
    assert "Something went wrong" in explain(RuntimeError("secret"), Translator("en"))
