"""Every form of answer becomes one clean shape."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import LiveAgentError, Unreadable
from bot.domain.people import Agent, Department, Role, Tag
from bot.liveagent import protocol, wire
from tests.liveagent.samples import sample

REQUEST = protocol.get_ticket("cid00001")
ZONE = ZoneInfo("UTC")


def response_of(name: str) -> object:
    return protocol.read_answer(REQUEST, 200, sample(name))


def test_a_ticket_as_documented() -> None:
    ticket = wire.read_ticket(REQUEST, response_of("ticket.json"), ZONE)
    assert ticket.id == "cid00001"
    assert ticket.code == "C01-D54-E45"
    assert ticket.department == Department("dep1s5a4", "Department 1")
    assert ticket.created == datetime(2012, 4, 1, 0, 15, 11, tzinfo=UTC)
    assert ticket.assignee_id == ""


def test_a_ticket_in_the_spelling_of_the_document() -> None:
    ticket = wire.read_ticket(REQUEST, response_of("ticket_in_the_document_spelling.json"), ZONE)
    assert ticket.department == Department("a5j9t4d8", "Department 1")
    assert ticket.owner_email == "john@owner.com"


def test_a_ticket_of_a_newer_server() -> None:
    ticket = wire.read_ticket(REQUEST, response_of("ticket_of_a_newer_server.json"), ZONE)
    assert ticket.assignee_id == "uid00001"
    assert ticket.status == "L"


def test_a_ticket_with_few_fields_is_read() -> None:
    ticket = wire.read_ticket(REQUEST, response_of("ticket_with_little_in_it.json"), ZONE)
    assert ticket.id == "4711"
    assert ticket.status == "Q"
    assert ticket.created is None
    assert ticket.changed is None
    assert ticket.subject == ticket.code == ticket.owner_name == ""


def test_the_public_code_is_in_no_representation() -> None:
    ticket = wire.read_ticket(REQUEST, response_of("ticket.json"), ZONE)
    assert ticket.public_code == "bI5fR3oN40708G65"
    assert "bI5fR3oN40708G65" not in repr(ticket)


def test_times_are_those_of_the_account() -> None:
    ticket = wire.read_ticket(REQUEST, response_of("ticket.json"), ZoneInfo("America/Phoenix"))
    assert ticket.created
    assert ticket.created.utcoffset() == timedelta(hours=-7)


@pytest.mark.parametrize("response", [None, [], "", {}, {"conversationid": ""}, {"code": "x"}, 7])
def test_a_ticket_without_an_id_is_unreadable_and_the_call_named(response: object) -> None:
    with pytest.raises(Unreadable, match=r"GET conversations/\{id\}"):
        wire.read_ticket(REQUEST, response, ZONE)


def test_a_list_keeps_the_rows_that_can_be_read() -> None:
    rows = wire.read_tickets(REQUEST, response_of("tickets.json"), ZONE)
    assert [row.code for row in rows] == ["AX4-B4T-FD8", "D5S-55S-A9A"]
    assert {row.department for row in rows} == {Department("a5j9t4d8", "Department 1")}


@pytest.mark.parametrize(
    "response", [None, [], "", {}, {"conversations": None}, {"conversations": []}]
)
def test_no_tickets_in_every_form(response: object) -> None:
    assert wire.read_tickets(REQUEST, response, ZONE) == []


@pytest.mark.parametrize("response", ["nonsense", 7, {"conversations": [{}, {"code": "x"}]}])
def test_a_list_without_one_readable_row_is_unreadable(response: object) -> None:
    with pytest.raises(Unreadable):
        wire.read_tickets(REQUEST, response, ZONE)


def test_messages_come_oldest_first_in_any_group() -> None:
    messages = wire.read_messages(REQUEST, response_of("messages.json"), ZONE)
    assert [message.id for message in messages] == ["mid00003", "mid00004", "mid00005"]
    assert [message.channel for message in messages] == ["M", "I", "I"]
    assert messages[1].author_id == "uid12346"  # the group's, where the message has none
    assert messages[1].body == ""
    assert messages[2].is_note


@pytest.mark.parametrize(
    "groups",
    [
        [{"messages": [None, 3, {"messageid": "m1"}]}],
        [{"messages": {"message": [{"messageid": "m1"}]}}],
        [{"messages": {"0": {"messageid": "m1"}}}],
        [{"messages": {"messageid": "m1"}}],
        {"group": [{"messages": [{"messageid": "m1"}]}]},
        [{"messages": [{"messageid": "m1"}]}, 7, None],
    ],
)
def test_one_odd_message_hides_no_other(groups: object) -> None:
    messages = wire.read_messages(REQUEST, {"groups": groups}, ZONE)
    assert [message.id for message in messages] == ["m1"]


def test_tags_and_departments() -> None:
    assert wire.read_tags(REQUEST, response_of("tags.json")) == [
        Tag("sh3j", "VIP"),
        Tag("8sd5", "Support"),
    ]
    assert wire.read_departments(REQUEST, response_of("departments.json")) == [
        Department("default", "Support"),
        Department("dep1s5a4", "Sales"),
    ]


def test_agents_are_read_from_all_three_calls() -> None:
    assert wire.read_agent(REQUEST, response_of("agent.json")) == Agent(
        "admin001", "adam@acme.example", "Adam Admin", Role.ADMIN, "cont0002"
    )
    assert wire.read_agents(REQUEST, response_of("members.json")) == [
        Agent("agent001", "ann@acme.example", "Ann Agent", is_online=True)
    ]
    assert [agent.name for agent in wire.read_agents(REQUEST, response_of("agents_online.json"))]
    assert wire.read_agents(REQUEST, response_of("agents_online.json"))[1] == Agent(
        "agent002", "hanako@acme.example", "佐藤 花子", Role.AGENT, "cont0003", is_online=True
    )


def test_the_token_of_an_agent_is_dropped_at_the_door() -> None:
    assert b"never-to-be-seen" in sample("agent.json")
    assert "never-to-be-seen" not in repr(wire.read_agent(REQUEST, response_of("agent.json")))


def test_the_queue_counts_what_can_be_counted() -> None:
    support, sales = wire.read_queue(REQUEST, response_of("departments_online.json"))
    assert (support.new, support.customer_replied, support.total, support.chats) == (3, 2, 9, 0)
    assert (sales.new, sales.total) == (0, 0)


keys = st.sampled_from(
    "conversationid groups messages messageid tags id name datecreated conversations departments "
    "departmentid agents userid message rtype departmentsOnlineStates new_count email status "
    "subject".split()
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(keys | st.text(), inner),
)


@given(anything)
def test_any_answer_is_read_or_unreadable(response: object) -> None:
    json.dumps(response)
    for read in (wire.read_agent, wire.read_agents, wire.read_departments, wire.read_tags):
        _read_or_refuse(lambda: read(REQUEST, response))  # noqa: B023  called at once
    for read_timed in (wire.read_ticket, wire.read_tickets, wire.read_messages):
        _read_or_refuse(lambda: read_timed(REQUEST, response, ZONE))  # noqa: B023
    _read_or_refuse(lambda: wire.read_queue(REQUEST, response))


def _read_or_refuse(read: object) -> None:
    assert callable(read)
    try:
        read()
    except LiveAgentError as error:
        assert error.call == "GET conversations/{id}"
