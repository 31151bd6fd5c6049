"""LiveAgent's saved answers: which are trusted, and what each failure means."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answers import PredefinedAnswer
from bot.domain.errors import NotApplied, Unreadable
from bot.liveagent import protocol_v3, wire_v3
from bot.liveagent.client import LiveAgent
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.liveagent.records import PredefinedAnswer as Kept
from tests.liveagent.json_v3 import JSON
from tests.liveagent.samples import sample

REQUEST = protocol_v3.get_answers(1)


@pytest.fixture
def with_key(liveagent: LiveAgent, standin: LiveAgentStandIn) -> LiveAgent:
    return liveagent.with_v3(standin.api_v3_key)


def test_usable_answers_are_read_in_every_form() -> None:
    rows = protocol_v3.read_answer(REQUEST, 200, sample("v3_predefined_answers.json"))
    answers, count = wire_v3.read_answers(REQUEST, rows)
    assert count == 10
    parcel = "<p>Dear {$customer_name},</p><p>it <b>left</b>.</p>"
    plain = "&lt;i&gt;plain&lt;/i&gt;"
    assert answers == [
        PredefinedAnswer("pa000001", "Parcel", parcel, answers[0].text, department_id="default"),
        PredefinedAnswer(
            "pa000002",
            "Greeting",
            "Hi &lt;there&gt;,<br>Ann",
            "Hi <there>,\nAnn",
            user_id="agent001",
        ),
        PredefinedAnswer("pa000003", "Without a name", plain, "<i>plain</i>"),
        PredefinedAnswer("4", "Number", "Four", "Four", department_id="dep1s5a4"),
    ]
    assert answers[0].text.split() == ["Dear", "{$customer_name},", "it", "left."]


def test_answers_without_text_are_not_offered() -> None:
    html = ("<p>&nbsp;</p>", '<img src="https://acme.example/a.png">', "<style>p {}</style>", " ")
    rows = [{"id": "1", "name": "x", "format": "H", "body": body} for body in html]
    assert wire_v3.read_answers(REQUEST, rows) == ([], len(html))


ROWS = st.lists(st.fixed_dictionaries({"id": st.text(max_size=3), "body": JSON, "name": JSON}))


@given(JSON | ROWS)
def test_anything_else_is_unreadable_or_left_out(answer: object) -> None:
    with suppress(Unreadable):
        answers, _ = wire_v3.read_answers(REQUEST, answer)
        assert all(each.id and each.name and each.text for each in answers)


@pytest.mark.parametrize(("longest", "calls"), [(100, 3), (25, 10)])
async def test_all_pages_are_read_once(
    with_key: LiveAgent, standin: LiveAgentStandIn, longest: int, calls: int
) -> None:
    standin.switches.longest_page = longest
    one = Kept("x", "Hello", "Hello")
    standin.account.answers = tuple(replace(one, id=f"pa{number}") for number in range(225))
    assert len(await with_key.predefined_answers()) == 225
    assert len(standin.account.journal) == calls


async def test_a_key_that_may_not_read_them_is_not_asked_again(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.v3_may_not = frozenset(["list_predefined_answers"])
    for _ in range(2):
        assert list(await with_key.predefined_answers()) == []
    assert len(standin.account.journal) == 1


async def test_without_a_key_nothing_is_asked(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    assert list(await liveagent.predefined_answers()) == []
    assert standin.account.journal == []


async def test_after_a_failure_nobody_waits_for_a_while(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    await standin.stop()
    for _ in range(2):
        with pytest.raises(NotApplied):
            await with_key.predefined_answers()
    assert with_key.v3
    assert with_key.v3.recent.is_backing_off("any call")


async def test_another_calls_failure_does_not_block_answers(
    with_key: LiveAgent, standin: LiveAgentStandIn
) -> None:
    """Opening a reply's form asks who is there, right before its author looks for an answer."""
    standin.faults.set("html_page", "list_activity")
    assert await with_key.recent_activity() is None
    assert await with_key.predefined_answers()
    assert await with_key.recent_activity() is None
    assert len(standin.account.journal) == 2
