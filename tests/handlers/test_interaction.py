"""Slack's payloads are read: who did what, and where the answer goes."""

from typing import Any

import pytest

from blocks.ids import Id
from bot.domain.answer_to import AnswerTo, FormId, Home, ResponseUrl
from handlers.dispatch.interaction import Interaction

URL = "https://hooks.slack.com/actions/T1/2/x"
HOME = {"type": "home", "id": "V0"}
FORM = {"type": "modal", "id": "V1", "callback_id": "conversation"}


def click(action: dict[str, Any], **body: Any) -> Interaction:
    return Interaction.of_action({"user": {"id": "U1"}, "actions": [action], **body})


@pytest.mark.parametrize(
    ("action", "clicked", "value"),
    [
        ({"action_id": "reply", "value": "s4 AX4"}, "reply", "s4 AX4"),
        ({"action_id": "turn_list.next", "value": "1 {}"}, Id.TURN_LIST, "1 {}"),
        ({"action_id": "more", "selected_option": {"value": "tags s4 AX4"}}, "tags", "s4 AX4"),
        ({"action_id": "more", "value": ""}, "", ""),
        (
            {"action_id": "choose_language", "selected_option": {"value": "ja"}},
            "choose_language",
            "ja",
        ),
        ({}, "", ""),
    ],
)
def test_a_menu_s_entry_is_a_button(action: dict[str, Any], clicked: str, value: str) -> None:
    interaction = click(action)
    assert (interaction.id, interaction.value) == (clicked, value)


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("", "", ""),
        ("  RESOLVE AX4-B4T-FD8", "resolve", "resolve"),
        ("AX4-B4T-FD8", "ax4-b4t-fd8", "REF"),
        ("secret words", "secret", "REF"),
    ],
)
def test_a_command_is_identified_by_its_first_word(text: str, word: str, name: str) -> None:
    typed = Interaction.of_command({"user_id": "U1", "text": text}, {"", "resolve"})
    assert (typed.word, typed.id) == (word, name)


@pytest.mark.parametrize(
    ("body", "answer_to"),
    [
        ({"response_url": URL, "container": {"is_ephemeral": True}}, ResponseUrl(URL)),
        ({"response_url": URL, "channel": {"id": "D1"}}, ResponseUrl(URL, "D1")),
        ({"response_url": URL, "channel": {"id": "C1"}}, ResponseUrl(URL, "C1", replaces=False)),
        ({"view": FORM}, FormId("V1")),
        ({"view": HOME}, Home()),
        ({}, Home()),
    ],
)
def test_answer_to_is_derived_from_the_payload(body: dict[str, Any], answer_to: AnswerTo) -> None:
    assert click({"action_id": "reply"}, **body).answer_to == answer_to


@pytest.mark.parametrize(
    "answer_to", [ResponseUrl(URL), ResponseUrl(URL, "D1", replaces=False), FormId("V1"), Home()]
)
def test_a_form_answers_where_it_was_opened(answer_to: AnswerTo) -> None:
    sent = Interaction.of_submission({"user": {"id": "U1"}, "view": {"type": "modal", "id": "V2"}})
    clicked = sent.clicked_at(answer_to)
    assert clicked.answer_to == answer_to
    assert clicked.is_at_home is (answer_to == Home())


@pytest.mark.parametrize(
    ("view", "is_third"),
    [
        ({"root_view_id": "V1"}, False),
        ({"previous_view_id": "V1", "root_view_id": "V1"}, False),
        ({"previous_view_id": "V2", "root_view_id": "V1"}, True),
    ],
)
def test_at_most_three_forms_are_stacked(view: dict[str, Any], *, is_third: bool) -> None:
    assert click({"action_id": "x"}, view=FORM | view).is_in_third_form is is_third
