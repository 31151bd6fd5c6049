"""Who may use and change a saved answer, how it is found, and which names it is filled with."""

from dataclasses import replace

import pytest

from bot.domain.answers import (
    Audience,
    Listed,
    PredefinedAnswer,
    Reader,
    SavedAnswer,
    matching,
    with_names,
)
from bot.domain.people import Agent, Department, Role
from bot.domain.placeholders import find_placeholders

ANN = Agent("agent001", "ann@acme.example", "Ann Agent")
SAM = Agent("agent003", "sam@acme.example", "Sam Sales")
ADMIN = replace(ANN, role=Role.ADMIN)
SALES = Department("dep00002", "Sales")
OWN = SavedAnswer(1, "Delivery", {}, "U0ANN")
OF_SALES = replace(OWN, id=2, name="Discount", audience=Audience.DEPARTMENT, department=SALES)
OF_ALL = replace(OWN, id=3, name="Thanks", audience=Audience.EVERYONE)


@pytest.mark.parametrize(
    ("answer", "user", "agent", "departments", "is_for", "may_change"),
    [
        (OWN, "U0ANN", ANN, {"dep1"}, True, True),
        (OWN, "U0BEN", ANN, {"dep1"}, False, False),
        (OWN, "U0ADAM", ADMIN, {"dep1"}, False, False),
        (OF_SALES, "U0BEN", ANN, {SALES.id}, True, True),
        (OF_SALES, "U0BEN", ANN, {"dep1"}, False, False),
        (OF_SALES, "U0ANN", ANN, {"dep1"}, False, True),
        (OF_SALES, "U0ADAM", ADMIN, {"dep1", SALES.id}, True, True),
        (OF_SALES, "U0ADAM", ADMIN, {"dep1"}, True, True),
        (OF_ALL, "U0BEN", ANN, set[str](), True, False),
        (OF_ALL, "U0ANN", ANN, set[str](), True, True),
        (OF_ALL, "U0ADAM", ADMIN, set[str](), True, True),
    ],
)
def test_bounds(
    answer: SavedAnswer,
    user: str,
    agent: Agent,
    departments: set[str],
    *,
    is_for: bool,
    may_change: bool,
) -> None:
    reader = Reader(user, agent, departments)
    assert answer.is_for(reader) is is_for
    assert answer.may_be_changed_by(reader) is may_change


def test_liveagents_answers_are_for_their_agent_department_or_everybody() -> None:
    theirs = PredefinedAnswer("pa1", "Hello", "<p>Hello</p>", "Hello")
    ann, sam = Reader("U0ANN", ANN, {"dep1"}), Reader("U0SAM", SAM, {SALES.id})
    for each, readers in (
        (theirs, [ann, sam]),
        (replace(theirs, user_id=ANN.id), [ann]),
        (replace(theirs, department_id=SALES.id), [sam]),
        (replace(theirs, department_id=SALES.id, user_id=ANN.id), [sam]),
        (replace(theirs, user_id="agent009"), []),
    ):
        saved = each.saved({SALES.id: SALES.name})
        assert [reader for reader in (ann, sam) if saved.is_for(reader)] == readers
        assert not saved.may_be_changed_by(ann)


def test_search_matches_all_words_in_name_and_text() -> None:
    answers = [
        Listed.of(OF_ALL, "The delivery takes 3 days."),
        Listed.of(replace(OWN, author="U0BEN"), "ＤＨＬ, three days"),
        Listed.of(OF_SALES, "10 %"),
        Listed.of(OWN, ""),
    ]

    def names(query: str) -> list[tuple[str, str]]:
        shown = matching(answers, query, Reader("U0ANN", ANN, ()), SALES.id)
        return [(each.answer.name, each.answer.author) for each in shown]

    assert names("") == [
        ("Delivery", "U0ANN"),
        ("Discount", "U0ANN"),
        ("Thanks", "U0ANN"),
        ("Delivery", "U0BEN"),
    ]
    assert names("DAYS delivery") == [("Thanks", "U0ANN"), ("Delivery", "U0BEN")]
    assert names("dhl") == [("Delivery", "U0BEN")]
    assert names("nothing") == []


@pytest.mark.parametrize("query", ["らんぷ", "ランプ", "ﾗﾝﾌﾟ", "ﾗﾝﾌﾟ\u3000ﾍﾝｺｳ", "へんこう"])
def test_kana_of_every_kind_are_found(query: str) -> None:
    lamp = Listed.of(replace(OWN, name="ランプのへんこう"), "")
    assert matching([lamp], query, Reader("U0ANN", ANN, ()), "")


@pytest.mark.parametrize(
    "text",
    [
        "{customer}",
        "{ Customer }",
        "{{customer}}",
        "{$customer_name}",
        "{$contactName}",
        "{$conv_requester_full_name}",
    ],
)
def test_the_customers_name_is_filled_in(text: str) -> None:
    filled = with_names(f"Dear {text},", customer=r"J\1 {agent}", agent="Ann")
    assert filled == r"Dear J\1 {agent},"


def test_the_agents_name_is_filled_in() -> None:
    text = "{agent}, {$agent_name}, {$agentFullName}"
    assert with_names(text, customer="", agent="Ann") == "Ann, Ann, Ann"


@pytest.mark.parametrize(
    "text", ["{customer}", "{agent}", "{$customer_name}", "{$firstname}", "{{order}}"]
)
def test_a_name_without_a_value_stays_a_placeholder(text: str) -> None:
    assert with_names(text, customer="", agent="") == text
    assert find_placeholders(text)
