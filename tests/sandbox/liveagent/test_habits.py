"""Each switch, and its effect on answers."""

import json

import aiohttp
import pytest

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.sandbox.liveagent.conftest import Caller

JOHN = "/conversations/s4y7t5s7"


async def reply(call: Caller, ref: str = "s4y7t5s7", text: str = "Hello", html: str = "N") -> int:
    path, author = f"/conversations/{ref}/messages", "agent001"
    answer = await call(
        "POST", path, message=text, useridentifier=author, type="M", is_html_message=html
    )
    return answer.status


@pytest.mark.parametrize("ref", ["AX4-B4T-FD8", "bI5fR3oN40708G65"])
async def test_the_server_may_accept_ids_only(
    desk: LiveAgentStandIn, call: Caller, ref: str
) -> None:
    assert await reply(call, ref) == 200
    desk.switches.posts_by_id_only = True
    assert await reply(call, ref) == 500
    assert await reply(call, "s4y7t5s7") == 200
    assert len(desk.account.mailbox) == 2


@pytest.mark.parametrize(("older", "status"), [(False, "R"), (True, "N")])
async def test_a_status_without_an_agent(
    desk: LiveAgentStandIn, call: Caller, *, older: bool, status: str
) -> None:
    desk.switches.status_needs_agent = older
    answer = await call("PUT", f"{JOHN}/status", status="R")
    assert answer.response["status"] == "OK"
    assert desk.account.ticket("s4y7t5s7").status == status


async def test_a_list_may_need_a_department(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.department_or_owner_required = True
    assert (await call("GET", "/conversations")).status == 500
    assert (await call("GET", "/conversations", department="default")).status == 200


async def test_an_unknown_ticket_may_be_a_404(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.unknown_ticket_is_404 = True
    assert (await call("GET", "/conversations/nothing1")).status == 404


async def test_emails_in_a_path_may_be_cut(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.cuts_email_in_path = True
    assert (await call("GET", "/agents/ann@acme.example")).status == 500
    assert (await call("GET", "/agents/agent001")).status == 200


async def test_strangers_may_be_refused(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.known_customers_only = True
    asked = {"message": "Hi", "department": "default", "subject": "Hi", "recipient": "x@y.example"}
    assert (
        await call("POST", "/conversations", useridentifier="x@y.example", **asked)
    ).status == 500
    assert (
        await call("POST", "/conversations", useridentifier="john@owner.com", **asked)
    ).status == 200


async def test_fields_may_be_misspelt_as_documented(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.document_spelling = True
    row = (await call("GET", "/conversations", limit="1")).response["conversations"][0]
    assert {"departmemtname", "departmeintid", "ownermail"} <= set(row)
    assert not {"departmentname", "departmentid", "owneremail"} & set(row)


async def test_no_tickets_take_three_forms(desk: LiveAgentStandIn, call: Caller) -> None:
    none = {"department": "nowhere"}
    assert (await call("GET", "/conversations", **none)).response == {"conversations": []}
    desk.switches.no_tickets = "null"
    assert (await call("GET", "/conversations", **none)).response == {"conversations": None}
    desk.switches.no_tickets = "absent"
    assert (await call("GET", "/conversations", **none)).response == {}


async def test_bytes_that_are_no_utf8(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.php_json = False
    desk.switches.invalid_utf8 = True
    _, _, body = await call.raw("/conversations/hostile1/messages")
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert "broken letter" in json.dumps(json.loads(body.decode(errors="replace")))


async def test_newer_rows_tell_the_assignee(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.rows_tell_assignee = True
    asked = {"owneridentifier": "john@silver.com"}
    row = (await call("GET", "/conversations", **asked)).response["conversations"][0]
    assert row["assignedto"] == "agent003"


async def test_until_when_a_ticket_is_postponed(desk: LiveAgentStandIn, call: Caller) -> None:
    assert "datedue" not in (await call("GET", "/conversations/sp4rep4r")).response
    desk.switches.tells_postponed_until = True
    assert (await call("GET", "/conversations/sp4rep4r")).response[
        "datedue"
    ] == "2026-03-04 12:00:00"
    assert (await call("GET", JOHN)).response["datedue"] == "0000-00-00 00:00:00"


async def test_subjects_may_be_matched_whole(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.exact_subject = True
    part = await call("GET", "/conversations", subject="order")
    whole = await call("GET", "/conversations", subject="Where is my order?")
    assert part.response["conversations"] == []
    assert len(whole.response["conversations"]) == 1


async def test_tags_without_colors(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.tag_colors = False
    assert (await call("GET", "/tags")).response["tags"][0] == {"id": "sh3j", "name": "VIP"}


async def test_stored_html_may_be_tidied_and_signed(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.appends_signature = True
    desk.switches.tidies_html = True
    await reply(call, text="<p>a<br>\n <b>b</b></p>", html="Y")
    stored = desk.account.ticket("s4y7t5s7").messages[-1].text
    assert stored.startswith("<div><p>a<br /> <strong>b</strong></p></div><br><br>-- <br>Ann Agent")


async def test_html_may_be_escaped(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.converts_html = True
    await reply(call, text="<p>a</p>", html="Y")
    assert desk.account.ticket("s4y7t5s7").messages[-1].text == "&lt;p&gt;a&lt;/p&gt;"


async def test_a_rule_may_email_on_resolving(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.resolving_emails = True
    await call("PUT", f"{JOHN}/status", status="R", useridentifier="agent001")
    assert [email.to for email in desk.account.mailbox] == ["john@owner.com"]


async def test_a_tag_deletion_may_ignore_the_name(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.switches.tag_deletion_ignores_name = True
    await call("DELETE", "/conversations/rf10a2c4/tags", name="Refund")
    assert desk.account.ticket("rf10a2c4").tags == []
    assert not desk.account.bare_tag_deletion_seen


async def test_pace_and_when_to_come_back(
    desk: LiveAgentStandIn, session: aiohttp.ClientSession
) -> None:
    desk.switches.calls_per_minute = 0
    desk.switches.retry_after = "60"
    async with session.get(f"{desk.url}/api/tags", params={"apikey": desk.api_key}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
