"""The fast parser of lists gives the same as the model."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import Refused, Unreadable
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Search
from bot.liveagent import protocol, rows, wire

ZONE = ZoneInfo("Europe/Berlin")
LIST = protocol.list_tickets(Search(), zone=ZONE, limit=10, offset=0)
ONE = protocol.get_ticket("s4y7t5s7")
USUAL: dict[str, object] = {
    "conversationid": "s4y7t5s7",
    "code": "AX4-B4T-FD8",
    "datecreated": "2026-11-20 09:12:00",
    "datechanged": "2026-07-21 10:00:07",
    "departmentid": "dep1",
    "departmentname": "Support",
    "status": "N",
    "ownername": "Ann",
    "owneremail": "ann@acme.example",
    "subject": "Where is my order?",
    "publicurlcode": "abcdEFGHabcdEFGH",
    "tags": None,
}
times = st.sampled_from(
    [
        "2026-11-20 09:12:00",
        "2026-03-29 02:30:00",
        "2026-10-25 02:30:00",
        "0000-00-00 00:00:00",
        "2026-11-20",
        "2026-11-20 09",
        "2026-11-20 09:12",
        "2026-11-20T09:12:00",
        "2026-11-20 09:12:00+02:00",
        "2026-11-20 09:12:00.5",
        "2026-11-20 25:12:00",
        "2026-11-20 09:12:61",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "tomorrow",
    ]
)
texts = st.none() | st.text() | times | st.integers() | st.booleans() | st.just("x" * 1200)
odd = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(USUAL, texts) | {"ownermail": texts, "assignedto": texts}
)


def by_the_model(found: Sequence[object]) -> Sequence[Ticket]:
    tickets = []
    for row in found:
        try:
            tickets.append(wire.read_ticket(ONE, row, ZONE))
        except Unreadable:
            continue
    return tickets


def quickly(body: bytes) -> Sequence[Ticket]:
    return wire.read_tickets(LIST, protocol.read_answer(LIST, 200, body), ZONE)


@given(changes=st.lists(odd), escapes=st.booleans())
@example(changes=[{"subject": "ends\b\f\0\x7f"}], escapes=True)
@example(changes=[{"subject": "half \ud83d of a pair, and 😀"}], escapes=True)
def test_fast_rows_equal_the_models(*, changes: list[dict[str, object]], escapes: bool) -> None:
    found = [USUAL, *(USUAL | change for change in changes)]
    body = json.dumps({"response": {"conversations": found}}, ensure_ascii=escapes).encode()
    answer = protocol.read_answer(ONE, 200, body)
    assert isinstance(answer, dict)
    assert quickly(body) == by_the_model(answer["conversations"])


@given(st.lists(st.fixed_dictionaries({}, optional={key: st.text() for key in USUAL})))
def test_fast_rows_of_any_text_equal_the_models(changes: list[dict[str, object]]) -> None:
    found = [USUAL | change for change in changes]
    body = json.dumps({"response": {"conversations": found}}).encode()
    answer = protocol.read_answer(ONE, 200, body)
    assert isinstance(answer, dict)
    try:
        read = quickly(body)
    except Unreadable:
        read = []
    assert read == by_the_model(answer["conversations"])


@given(times)
def test_times_are_read_as_they_are_anywhere(text: str) -> None:
    [ticket] = rows.to_tickets([rows.Row("s4y7t5s7", "", "", "", datecreated=text)], ZONE)
    assert ticket.created == rows.read_time(text, ZONE)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-20 09:12:00", "2026-11-20 08:12:00"),
        ("2026-11-20T09:12:00Z", "2026-11-20 09:12:00"),
        ("2026-11-20 09:12:00+09:00", "2026-11-20 00:12:00"),
    ],
)
def test_a_time_that_names_its_zone_is_of_that_zone(text: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert rows.read_time(text, ZONE) == expected


@pytest.mark.parametrize("text", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_a_time_that_no_zone_can_convert_is_none(text: str) -> None:
    assert rows.read_time(text, ZONE) is None


def test_a_usual_page_is_parsed_fast() -> None:
    body = json.dumps({"response": {"conversations": [USUAL | {"ownername": None}]}}).encode()
    assert rows.parse(body)
    [ticket] = quickly(body)
    assert ticket.created == datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
    assert ticket.changed == datetime(2026, 7, 21, 8, 0, 7, tzinfo=UTC)
    assert ticket.owner_name == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"response": {"status": "ERROR", "conversations": null}}',
        b'{"response": {"conversations": [{"conversationid": 7}]}}',
        b'{"response": {"conversations": []}} more',
        b'{"response": {"conversations": [], "errormessage": "\\u0007"}}',
        b"[" * 100_000,
    ],
)
def test_unusual_pages_are_left_to_the_model(body: bytes) -> None:
    assert rows.parse(body) is None


def test_an_error_with_rows_is_an_error() -> None:
    body = b'{"response": {"status": "ERROR", "statuscode": 500, "conversations": []}}'
    with pytest.raises(Refused):
        protocol.read_answer(LIST, 200, body)


def test_escaped_control_characters_are_taken_out_of_every_answer() -> None:
    body = b'{"response": {"subject": "bell\\b and form\\f feed"}}'
    assert protocol.read_answer(ONE, 200, body) == {"subject": "bell and form feed"}
