"""Where an answer goes is stored as one text."""

import pytest

from bot.domain.answer_to import (
    AnswerTo,
    FormId,
    Home,
    ResponseUrl,
    ReviewForm,
    of_stored,
    to_stored,
)


@pytest.mark.parametrize(
    ("answer_to", "text"),
    [
        (
            ResponseUrl("https://hooks.slack.com/actions/T1/2/x"),
            "https://hooks.slack.com/actions/T1/2/x",
        ),
        (
            ResponseUrl("https://hooks.slack.com/actions/T1/2/x", "C1", replaces=False),
            "https://hooks.slack.com/actions/T1/2/x C1 0",
        ),
        (
            ResponseUrl("https://hooks.slack.com/actions/T1/2/x", back='0 {"subject": "a b"}'),
            'https://hooks.slack.com/actions/T1/2/x - 1 0 {"subject": "a b"}',
        ),
        (FormId("V0123"), "V0123"),
        (FormId("V0123", back='0 {"subject": "a b"}'), 'V0123 - 0 {"subject": "a b"}'),
        (ReviewForm("V0123", "f00"), "V0123 f00"),
        (Home(), ""),
    ],
)
def test_stored_forms_round_trip(answer_to: AnswerTo, text: str) -> None:
    assert to_stored(answer_to) == text
    assert of_stored(text) == answer_to
