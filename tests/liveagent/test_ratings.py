"""Customers' ratings, in every form that the report may take."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import KeyRefused, Unreadable
from bot.domain.rating import Rating
from bot.liveagent import protocol
from bot.liveagent.client import LiveAgent
from bot.liveagent.ratings import read_ratings
from bot.sandbox.liveagent import LiveAgentStandIn

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REQUEST = protocol.get_ratings(NOW.date(), NOW.date(), limit=10, offset=0)
ROW = {
    "rankingType": "R",
    "datecreated": "2026-11-23 09:00:00",
    "conversationid": 4711,
    "agentEmail": "ann@acme.example",
    "requesterEmail": "john@owner.com",
    "comment": " Thanks! ",
}


def read(response: object) -> list[Rating]:
    return list(read_ratings(REQUEST, response, ZoneInfo("UTC")))


@pytest.mark.parametrize(
    "response", [{"ranking": [ROW]}, {"ranking": {"0": ROW}}, [ROW], {"rows": [ROW]}]
)
def test_a_rating_is_read_wherever_it_stands(response: object) -> None:
    assert read(response) == [
        Rating(
            is_good=True,
            created=NOW,
            ticket_id="4711",
            agent_email="ann@acme.example",
            comment="Thanks!",
        )
    ]


KINDS: dict[str, Sequence[object]] = {
    "True": ["R", "W", "reward", "positive", "+", "1", 1, "+5"],
    "False": ["P", "p", "punishment", "negative", "B", "-1", -1],
    "None": ["", None, "0", "N", "?", []],
}


@pytest.mark.parametrize("is_good", KINDS)
def test_its_kind_is_a_letter_a_word_or_a_number(is_good: str) -> None:
    for kind in KINDS[is_good]:
        assert str(read([{**ROW, "rankingType": kind}])[0].is_good) == is_good


@pytest.mark.parametrize("response", [{}, None, [], "", {"ranking": None}, {"ranking": []}])
def test_no_ratings_are_none(response: object) -> None:
    assert read(response) == []


@pytest.mark.parametrize(
    "response", ["OK", [7], {"ranking": ["x"]}, [{**ROW, "datecreated": "0000-00-00 00:00:00"}]]
)
def test_unreadable_ratings_raise(response: object) -> None:
    with pytest.raises(Unreadable, match="GET reports/ranking"):
        read(response)


def test_ratings_hold_no_customer_data() -> None:
    [rating] = read([ROW])
    assert "john" not in f"{rating!r}"
    assert "requester" not in REQUEST.params["columns"].lower()
    assert "Thanks" not in f"{rating!r}"


async def test_a_period_is_read_page_by_page(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    account = standin.account
    [some] = [each for each in account.ratings if each.comment.startswith("Quick")]
    now = account.clock().replace(microsecond=0)
    account.ratings = [
        type(some)(**{**vars(some), "created": now - timedelta(minutes=number)})
        for number in range(1200)
    ]
    found = await liveagent.ratings(now - timedelta(minutes=1100), now)
    assert len(found) == 1100
    assert sum(call.name == "list_ratings" for call in account.journal) == 3


async def test_a_key_without_reports_is_refused(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.switches.reports_refused = True
    with pytest.raises(KeyRefused):
        await liveagent.ratings(NOW - timedelta(days=7), NOW)
