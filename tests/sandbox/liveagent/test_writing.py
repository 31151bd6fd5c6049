"""The calls that change something, and their effects."""

import pytest

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.sandbox.liveagent.conftest import Caller

JOHN = "/conversations/s4y7t5s7"


async def test_a_reply_answers_the_ticket_and_is_emailed_to_everybody(
    desk: LiveAgentStandIn, call: Caller
) -> None:
    answer = await call(
        "POST",
        "/conversations/rf10a2c4/messages",
        message="<p>It is <b>sent</b>.</p>",
        useridentifier="ann@acme.example",
        type="M",
        is_html_message="Y",
    )
    assert answer.response == {"status": "OK", "statuscode": 0}
    ticket, email = desk.account.ticket("rf10a2c4"), desk.account.mailbox[0]
    assert (ticket.status, ticket.messages[-1].user_id) == ("A", "agent001")
    assert ticket.messages[-1].text == email.html == "<p>It is <b>sent</b>.</p>"
    assert email.to == "maria.lopez@correo.example"
    assert email.copies == ("accounts@correo.example",)


async def test_a_reply_may_be_sent_without_mail(desk: LiveAgentStandIn, call: Caller) -> None:
    silent = {"useridentifier": "agent001", "do_not_send_mail": "Y"}
    await call("POST", f"{JOHN}/messages", message="Called him", **silent)
    assert desk.account.ticket("s4y7t5s7").status == "A"
    assert not desk.account.mailbox


async def test_a_chat_is_answered_without_email(desk: LiveAgentStandIn, call: Caller) -> None:
    path = "/conversations/ch4tl1ve/messages"
    await call("POST", path, message="It does.", useridentifier="agent001", type="M")
    assert desk.account.ticket("ch4tl1ve").groups[-1].kind == "C"
    assert not desk.account.mailbox


@pytest.mark.parametrize("author", [{}, {"useridentifier": "john@owner.com"}])
async def test_a_reply_of_no_agent_silently_becomes_a_note(
    desk: LiveAgentStandIn, call: Caller, author: dict[str, str]
) -> None:
    answer = await call("POST", f"{JOHN}/messages", message="Hello", type="M", **author)
    assert answer.response["status"] == "OK"
    ticket = desk.account.ticket("s4y7t5s7")
    assert (ticket.messages[-1].kind, ticket.messages[-1].user_id) == ("N", "system00")
    assert ticket.status == "N"
    assert not desk.account.mailbox


async def test_plain_text_is_escaped_and_keeps_its_lines(
    desk: LiveAgentStandIn, call: Caller
) -> None:
    asked = {"useridentifier": "agent001", "type": "N"}
    await call("POST", f"{JOHN}/messages", message="<b>1</b> & 2\r\n3", **asked)
    stored = desk.account.ticket("s4y7t5s7").messages[-1]
    assert (stored.kind, stored.text) == ("N", "&lt;b&gt;1&lt;/b&gt; &amp; 2<br>3")


async def test_a_customer_creates_a_ticket(desk: LiveAgentStandIn, call: Caller) -> None:
    answer = await call(
        "POST",
        "/conversations",
        message="届きません",
        useridentifier="new@customer.example",
        department="dep2jp00",
        subject="お問い合わせ",
        recipient="new@customer.example",
        recipient_name="新 太郎",
    )
    created = answer.response
    assert (created["code"], created["publicurlcode"]) == (None, None)
    ticket = desk.account.ticket(created["conversationid"])
    assert (ticket.status, ticket.owner.name, ticket.owner.email) == (
        "N",
        "新 太郎",
        "new@customer.example",
    )
    assert ticket.messages[0].user_id == ticket.owner.id
    assert not desk.account.mailbox
    again = (await call("GET", f"/conversations/{ticket.id}")).response
    assert again["code"] == ticket.code
    assert again["publicurlcode"] == ticket.public_code


async def test_an_agents_ticket_is_emailed(desk: LiveAgentStandIn, call: Caller) -> None:
    answer = await call(
        "POST",
        "/conversations",
        message="Good news",
        useridentifier="sam@acme.example",
        department="dep1s5a4",
        subject="Your quote",
        recipient="john@owner.com",
        cc="boss@owner.com, desk@owner.com",
        status="A",
    )
    ticket = desk.account.ticket(answer.response["conversationid"])
    email = desk.account.mailbox[0]
    assert (ticket.status, ticket.owner.name) == ("A", "John Owner")
    assert (email.to, email.copies) == ("john@owner.com", ("boss@owner.com", "desk@owner.com"))


@pytest.mark.parametrize(
    "missing", ["message", "useridentifier", "department", "subject", "recipient"]
)
async def test_a_new_ticket_needs_all_its_fields(
    desk: LiveAgentStandIn, call: Caller, missing: str
) -> None:
    asked = {
        "message": "Hello",
        "useridentifier": "agent001",
        "department": "default",
        "subject": "Hi",
        "recipient": "john@owner.com",
    }
    before = len(desk.account.tickets)
    answer = await call("POST", "/conversations", **(asked | {missing: ""}))
    assert (answer.status, answer.response["status"]) == (500, "ERROR")
    assert len(desk.account.tickets) == before
    assert not desk.account.mailbox


async def test_a_status_is_set_with_a_note(desk: LiveAgentStandIn, call: Caller) -> None:
    asked = {"useridentifier": "agent001", "note": "All done"}
    await call("PUT", f"{JOHN}/status", status="R", **asked)
    ticket = desk.account.ticket("s4y7t5s7")
    assert ticket.status == "R"
    assert [group.kind for group in ticket.groups[-2:]] == ["I", "R"]
    assert not desk.account.mailbox


@pytest.mark.parametrize("letter", ["N", "W", "X", "B", ""])
async def test_invalid_statuses_are_refused(call: Caller, letter: str) -> None:
    answer = await call("PUT", f"{JOHN}/status", status=letter, useridentifier="agent001")
    assert answer.status == 500


async def test_a_transfer(desk: LiveAgentStandIn, call: Caller) -> None:
    answer = await call(
        "PUT",
        f"{JOHN}/attendants",
        department="dep1s5a4",
        agentidentifier="sam@acme.example",
        useridentifier="agent001",
        note="He asks for a quote",
    )
    assert answer.response == {"status": "OK", "statuscode": "0"}
    ticket = desk.account.ticket("s4y7t5s7")
    assert (ticket.department, ticket.assignee) == ("dep1s5a4", "agent003")
    assert [group.kind for group in ticket.groups[-2:]] == ["T", "I"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"department": "Sales"},
        {"department": "dep0gone"},
        {"agentidentifier": "agent003"},
        {"department": "default", "agentidentifier": "nobody"},
    ],
)
async def test_transfers_that_are_refused(
    desk: LiveAgentStandIn, call: Caller, asked: dict[str, str]
) -> None:
    assert (await call("PUT", f"{JOHN}/attendants", **asked)).status == 500
    assert desk.account.ticket("s4y7t5s7").department == "default"


async def test_a_deletion_keeps_the_ticket(desk: LiveAgentStandIn, call: Caller) -> None:
    await call("DELETE", JOHN, useridentifier="admin001", note="Twice")
    assert desk.account.ticket("s4y7t5s7").status == "X"
    assert desk.account.ticket("s4y7t5s7").messages[-1].text == "Twice"


async def test_tags_are_added_by_name(desk: LiveAgentStandIn, call: Caller) -> None:
    for asked in ({"name": "Bug"}, {"name": "vip"}, {"name": "New one"}):
        assert (await call("POST", f"{JOHN}/tags", **asked)).status == 200
    made = desk.account.tag_named("New one")
    assert made is not None
    assert desk.account.ticket("s4y7t5s7").tags == ["sh3j", "bg4u", made.id]
    assert (await call("POST", f"{JOHN}/tags")).status == 500


async def test_one_tag_is_removed_by_name(desk: LiveAgentStandIn, call: Caller) -> None:
    await call("DELETE", "/conversations/rf10a2c4/tags", name="Refund")
    assert desk.account.ticket("rf10a2c4").tags == ["inv2"]
    assert not desk.account.bare_tag_deletion_seen


async def test_a_bare_deletion_removes_all_tags_and_is_remembered(
    desk: LiveAgentStandIn, call: Caller
) -> None:
    await call("DELETE", "/conversations/rf10a2c4/tags")
    assert desk.account.ticket("rf10a2c4").tags == []
    assert desk.account.bare_tag_deletion_seen


async def test_a_write_changes_the_time(desk: LiveAgentStandIn, call: Caller) -> None:
    before = desk.account.ticket("s4y7t5s7").changed
    await call("POST", f"{JOHN}/tags", name="Bug")
    assert desk.account.ticket("s4y7t5s7").changed > before


async def test_the_customer_writes(desk: LiveAgentStandIn) -> None:
    desk.account.customer_writes("th4nk5yo", "One\nmore")
    desk.account.customer_writes("AX4-B4T-FD8", "<p>Hello?</p>", html=True)
    resolved, new = desk.account.ticket("th4nk5yo"), desk.account.ticket("s4y7t5s7")
    assert (resolved.status, resolved.messages[-1].text) == ("C", "One<br>more")
    assert (new.status, new.messages[-1].text) == ("N", "<p>Hello?</p>")
    assert new.messages[-1].user_id == new.owner.id
