"""Requests as the document has them, and what each answer means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import (
    KeyRefused,
    LiveAgentError,
    NotApplied,
    OutcomeUnknown,
    Refused,
    Unreadable,
)
from bot.domain.ticket import MessageKind, Status
from bot.domain.ticket_system import NewTicket, Search
from bot.liveagent import protocol
from tests.liveagent.samples import sample

READ = protocol.get_ticket("bI5fR3oN40708G65")
WRITE = protocol.put_status("cid00001", Status.RESOLVED, agent_id="agent001", note="")


def test_a_search_asks_in_the_time_of_the_account() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    request = protocol.list_tickets(
        Search(department_id="default", statuses=("N", "W"), changed_since=noon),
        zone=ZoneInfo("America/Phoenix"),
        limit=500,
        offset=0,
    )
    assert (request.verb, request.path) == ("GET", "conversations")
    assert request.params == {
        "department": "default",
        "status": "N,W",
        "datechanged": "gte:2026-07-01 05:00:00",
        "limit": "500",
        "offset": "0",
    }


def test_a_reply_names_its_agent_and_whether_it_is_mailed() -> None:
    request = protocol.post_message(
        "s4y7t5s7",
        "<p>Hi</p>",
        kind=MessageKind.MESSAGE,
        agent_id="agent001",
        email=False,
    )
    assert (request.verb, request.path) == ("POST", "conversations/s4y7t5s7/messages")
    assert request.params == {
        "message": "<p>Hi</p>",
        "type": "M",
        "useridentifier": "agent001",
        "do_not_send_mail": "Y",
        "is_html_message": "Y",
    }


def test_a_new_ticket_says_whose_words_it_holds() -> None:
    request = protocol.post_ticket(
        NewTicket(
            author="agent001",
            department_id="default",
            subject="Hello",
            html="<p>Hi</p>",
            recipient="john@owner.com",
            recipient_name="John Owner",
            copies=["a@x.example", "b@x.example"],
        )
    )
    assert (request.verb, request.path) == ("POST", "conversations")
    assert request.params["cc"] == "a@x.example,b@x.example"
    assert request.params["status"] == "N"
    assert request.params["useridentifier"] == "agent001"


def test_a_transfer_names_the_department_by_its_id() -> None:
    request = protocol.put_attendants(
        "s4y7t5s7", agent_id="agent001", to_agent_id="", to_department_id="dep1s5a4", note="why"
    )
    assert (request.verb, request.path) == ("PUT", "conversations/s4y7t5s7/attendants")
    assert request.params == {
        "department": "dep1s5a4",
        "useridentifier": "agent001",
        "note": "why",
    }


def test_harmful_requests_without_a_value_raise() -> None:
    with pytest.raises(ValueError, match="must not be made"):
        protocol.delete_tag("s4y7t5s7", "")
    with pytest.raises(ValueError, match="must not be made"):
        protocol.put_status("s4y7t5s7", Status.OPEN, agent_id="", note="")
    with pytest.raises(ValueError, match="POSTPONED"):
        protocol.put_status("s4y7t5s7", Status.POSTPONED, agent_id="agent001", note="")


@pytest.mark.parametrize("identifier", ["a/b", "a?b", "../x", "a b", "a+b@c.example", "日本"])
def test_an_identifier_stays_one_part_of_the_path(identifier: str) -> None:
    path = protocol.get_agent(identifier).path
    assert path.startswith("agents/")
    assert not set("/?# +").intersection(path.removeprefix("agents/"))


def test_names_of_calls_hold_no_identifier() -> None:
    assert str(READ) == "GET conversations/{id}"
    assert "bI5fR3oN40708G65" not in repr(READ)


MEANINGS = [
    (400, "error_400.json", KeyRefused),
    (401, "error_401.json", KeyRefused),
    (403, "error_403.json", KeyRefused),
    (404, "error_404.json", Refused),
    (500, "error_500.json", Refused),
    (503, "error_503.json", NotApplied),
    (200, "error_500.json", Refused),
    (200, "error_503.json", NotApplied),
    (429, "proxy.html", NotApplied),
    (200, "proxy.html", Unreadable),
    (502, "proxy.html", OutcomeUnknown),
    (503, "proxy.html", OutcomeUnknown),
    (200, "empty.json", Unreadable),
    (200, "cut_off.json", Unreadable),
]


@pytest.mark.parametrize(("status", "name", "meaning"), MEANINGS)
def test_an_answer_means_what_the_table_says(
    status: int, name: str, meaning: type[LiveAgentError]
) -> None:
    with pytest.raises(meaning) as caught:
        protocol.read_answer(WRITE, status, sample(name))
    assert type(caught.value) is meaning
    assert caught.value.call == "PUT conversations/{id}/status"


def test_an_unreadable_answer_may_have_been_a_write() -> None:
    assert issubclass(Unreadable, OutcomeUnknown)


def test_a_reason_repeats_neither_key_nor_public_code() -> None:
    body = b'{"response":{"status":"ERROR","errormessage":"no bI5fR3oN40708G65, really"}}'
    with pytest.raises(Refused) as caught:
        protocol.read_answer(READ, 500, body)
    assert caught.value.reason == "no …, really"


def test_retry_after_is_kept() -> None:
    with pytest.raises(NotApplied) as caught:
        protocol.read_answer(READ, 429, b"", retry_after="7")
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("name", ["ok.json", "ok_as_text.json", "created.json"])
def test_a_write_is_done_where_liveagent_says_so(name: str) -> None:
    protocol.accept_write(WRITE, protocol.read_answer(WRITE, 200, sample(name)))


@pytest.mark.parametrize("response", [None, [], "", {}, {"status": ""}, {"statuscode": None}])
def test_a_write_is_in_doubt_where_it_does_not(response: object) -> None:
    with pytest.raises(Unreadable):
        protocol.accept_write(WRITE, response)


def test_trailing_commas_are_tolerated() -> None:
    body = b'{ "response":{ "status":"OK", "statuscode":"0", } }'
    assert protocol.accept_write(WRITE, protocol.read_answer(WRITE, 200, body))


def test_control_characters_and_halves_of_pairs_are_taken_out() -> None:
    response = protocol.read_answer(READ, 200, sample("as_php_escapes.json"))
    assert isinstance(response, dict)
    assert response["subject"] == "テスト 😀 half \ufffd pair \\u0000 stays"


@given(st.integers(100, 599), st.binary())
def test_no_answer_breaks_the_reader(status: int, body: bytes) -> None:
    try:
        protocol.read_answer(READ, status, body)
    except LiveAgentError as error:
        assert str(error)
