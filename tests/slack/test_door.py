"""Slack's requests are cleaned and validated before anything else reads them."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.cleaning import MAX_DEPTH, clean, cleaned
from bot.slack.door import MAX_FIELDS, InvalidRequest, body_of, bolt_request, read_form, read_json

TEXT = st.text(st.characters(codec=None, exclude_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda held: st.lists(held) | st.dictionaries(TEXT, held),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("a\x00b", "ab"),
        ("bell\x07 escape\x1b[31m delete\x7f", "bell escape[31m delete"),
        ("half a pair \ud83d!", "half a pair \ufffd!"),
        ("a whole pair \ud83d\ude00", "a whole pair \U0001f600"),
        ("lines\r\n\tstay", "lines\r\n\tstay"),
        ("日本語 👍🏽 \u200d", "日本語 👍🏽 \u200d"),
    ],
)
def test_no_text_keeps_what_a_database_does_not_take(sent: str, read: str) -> None:
    payload = {"type": "x", "view": {"state": {"values": {sent: [{"value": sent}]}}}}
    body = body_of(read_json(json.dumps(payload)))
    assert body["view"]["state"]["values"] == {read: [{"value": read}]}


@given(TEXT)
def test_every_text_can_be_stored(text: str) -> None:
    for is_ascii in (True, False):
        sent = json.dumps({"type": "x", "message": {"text": text}}, ensure_ascii=is_ascii)
        held = body_of(read_json(sent))["message"]["text"]
        assert "\x00" not in held
        held.encode()
        assert held == clean(text)


def test_a_long_text_is_cleaned_as_a_short_one_is() -> None:
    """It is cleaned piece by piece, and no piece parts the halves of a character."""
    start, end = "a" * 99_999, "b" * 100_000
    text = f"{start}\ud83d\ude00\x00{end}\ud83d{end}\udc00"
    assert clean(text) == f"{start}\U0001f600{end}\ufffd{end}\ufffd"


@given(TEXT)
def test_every_form_is_read_as_it_was_sent(text: str) -> None:
    sent = text.encode(errors="replace").decode()
    assert read_form(urlencode({"text": sent, "command": "/ticket"}).encode()) == {
        "text": clean(sent),
        "command": "/ticket",
    }


@given(JSON)
@example({"\ud800": None})
def test_an_invalid_payload_is_refused_as_such(sent: Any) -> None:
    try:
        body_of(sent)
    except InvalidRequest:
        return
    assert isinstance(sent, dict)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "text",
        {},
        {"type": 7},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [7]},
        {"type": "block_actions", "actions": [{"action_id": 7}]},
        {"type": "block_actions", "user": "U1", "actions": [{"action_id": "a", "block_id": "b"}]},
        {"type": "view_submission", "view": "V1"},
        {"type": "event_callback", "event": ["link_shared"]},
        {"type": "event_callback", "event": {"type": {}}},
        {"type": "event_callback", "event": {"type": "link_shared", "user": 7}},
        {"type": "message_action", "team": 7, "callback_id": "c"},
        {"command": ["/ticket"], "text": "x"},
        {"type": "event_callback", "authorizations": ["T1"], "event": {"type": "link_shared"}},
    ],
)
def test_wrong_shapes_are_refused(sent: Any) -> None:
    with pytest.raises(InvalidRequest):
        bolt_request(body_of(sent))


def test_deep_payloads_are_refused() -> None:
    for depth in (MAX_DEPTH + 1, 5000):
        with pytest.raises(InvalidRequest):
            body_of(read_json('{"type":"x","view":' + '{"a":' * depth + "1" + "}" * depth + "}"))


@pytest.mark.parametrize("text", ["", "{", "nonsense", "[" * 100_000, "9" * 5000, '{"a": 1e999'])
def test_invalid_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        body_of(read_json(text))


def test_a_form_holds_a_command_or_a_payload() -> None:
    assert read_form(b"command=%2Fticket&text=a%26b") == {"command": "/ticket", "text": "a&b"}
    assert read_form(b"payload=" + json.dumps({"type": "x"}).encode()) == {"type": "x"}
    with pytest.raises(InvalidRequest):
        read_form(b"payload=nonsense")
    with pytest.raises(InvalidRequest):
        read_form("&".join(f"a{number}=1" for number in range(1000)).encode())


FORMS = st.lists(
    st.sampled_from(
        ["=", "&", "+", "%", "%0", "%zz", "%00", "%3D", "%E3%81%82", "%ff", "\r\n", "é"]
    )
    | st.text(max_size=5),
    max_size=20,
).map(lambda parts: "".join(parts).encode(errors="surrogatepass"))


def _former_form(body: bytes) -> object:
    """What Python's own parser makes of a form."""
    fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    read = dict(fields)
    return cleaned(json.loads(read["payload"]) if "payload" in read else read)


@given(FORMS | st.binary())
@example(b"text=%zz&more=100%")
@example(b"text=a%0\r\n+=")
@example(b"payload=%7B%22a%22%3A+1%7D")
@example(b"payload=%7B&payload=[1]")
@example(b"text=\xff")
@example(b"a=1&" * MAX_FIELDS)
def test_a_form_is_read_as_python_reads_it(body: bytes) -> None:
    assert _result(read_form, body) == _result(_former_form, body)


_SCRAPS = [
    *'{}[]":,\\',
    "\\u0000",
    "\\ud83d",
    "\\ude00",
    "\\b",
    "\x7f",
    "\x01",
    "1e999",
    "NaN",
    "-0",
    "2",
]


@given(
    JSON.map(json.dumps)
    | JSON.map(lambda sent: json.dumps(sent, ensure_ascii=False))
    | st.lists(st.sampled_from(_SCRAPS), max_size=12).map("".join)
    | TEXT
)
@example('{"a": 1, "a": ' + "9" * 100 + "}")
@example("9" * 5000)
@example("[" * 99 + "]" * 99)
@example("[" * 100 + "]" * 100)
@example("[" * 101 + "]" * 101)
@example('{"a":' * 3000 + "1" + "}" * 3000)
def test_json_is_read_as_python_reads_it(text: str) -> None:
    assert _result(read_json, text) == _result(lambda: cleaned(json.loads(text)))


def _result(read: Callable[..., object], *given: object) -> str:
    """Returns what it reads, in Python's words since NaN equals nothing, or that it refuses."""
    try:
        return repr(read(*given))
    except (ValueError, RecursionError):
        return "refused"
