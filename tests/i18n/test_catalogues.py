"""Both languages say everything, with the same data."""

import re
from datetime import timedelta
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir

from bot.i18n import Translator
from tests.i18n.catalogue import KEYWORDS, ROOT, japanese


def said_in_code() -> set[str | tuple[str, ...]]:
    found = set()
    for folder in ("blocks", "handlers", "bot"):
        rows = extract_from_dir(str(ROOT / folder), keywords=KEYWORDS)
        found |= {text if isinstance(text, str) else tuple(text) for _, _, text, _, _ in rows}
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_catalogue_holds_what_the_code_says_and_nothing_else() -> None:
    assert said_in_code() == set(japanese())


@pytest.mark.parametrize(("english", "said"), japanese().items())
def test_every_text_is_translated_with_the_same_data(
    english: str | tuple[str, ...], said: str
) -> None:
    assert said
    many = english if isinstance(english, str) else english[-1]
    assert placeholders(said) == placeholders(many)


def test_no_translatable_text_is_in_an_f_string() -> None:
    for folder in ("blocks", "handlers", "bot"):
        for file in (ROOT / folder).rglob("*.py"):
            assert not re.search(r"""\{t\(["']""", file.read_text()), file


def test_the_locale_of_slack_chooses_the_language() -> None:
    assert Translator.for_locale("ja-JP").language == "ja"
    assert Translator.for_locale("en-GB").language == "en"
    assert Translator.for_locale("fr-FR").language == "en"
    assert Translator.for_locale("").language == "en"


def test_spans_and_lists_are_localized() -> None:
    assert Translator("en").span(timedelta(days=2)) == "2 days"
    assert Translator("ja").span(timedelta(days=2)) == "2 日"
    assert Translator("ja").enumeration(["甲", "乙"]) == "甲、乙"


def test_foreign_words_are_never_taken_for_a_form() -> None:
    assert (
        Translator("en")("LiveAgent couldn't do this: {reason}", reason="{x}")
        == "LiveAgent couldn't do this: {x}"
    )
