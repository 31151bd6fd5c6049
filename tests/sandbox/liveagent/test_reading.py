"""The calls that change nothing."""

from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.sandbox.liveagent.conftest import Caller, HandClock


async def ids(call: Caller, **asked: str) -> list[str]:
    answer = await call("GET", "/conversations", **asked)
    return [row["conversationid"] for row in answer.response["conversations"]]


async def test_a_list_has_rows_without_an_assignee(call: Caller) -> None:
    rows = (await call("GET", "/conversations", department="dep1s5a4")).response["conversations"]
    row = next(row for row in rows if row["conversationid"] == "5h7t58d9")
    assert (row["code"], row["publicurlcode"]) == ("CLD-RGFWJ-358", "xU6fR3zN40708G65")
    assert (row["departmentname"], row["tags"], row["preview"]) == ("Sales", None, "With, please.")
    assert "assignedto" not in row


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"department": "dep1s5a4"}, {"5h7t58d9", "n0rway01", "r3newal1"}),
        ({"owneridentifier": "John@Owner.com"}, {"s4y7t5s7"}),
        ({"department": "dep2jp00", "status": "R,A"}, {"jp0000c3", "jp0000e5"}),
        ({"subject": "ORDER"}, {"s4y7t5s7", "rf10a2c4"}),
        ({"datechanged": "gte:2026-03-02 11:48:00", "status": "N"}, {"bugr3prt"}),
        ({"datefrom": "2026-03-02 11:55:00"}, {"ch4tl1ve", "c4lling1"}),
        ({"dateto": "2026-02-01 00:00:00"}, {"cl0sed01"}),
    ],
)
async def test_a_list_is_filtered(call: Caller, asked: dict[str, str], expected: set[str]) -> None:
    assert set(await ids(call, **asked)) == expected


async def test_a_list_has_pages_and_last_changed_comes_first(call: Caller) -> None:
    everything = await ids(call)
    assert everything[:2] == ["c4lling1", "ch4tl1ve"]
    assert await ids(call, limit="4", offset="2") == everything[2:6]


async def test_a_ticket_is_found_by_id_code_and_public_code(call: Caller) -> None:
    for ref in ("5h7t58d9", "CLD-RGFWJ-358", "xU6fR3zN40708G65"):
        details = (await call("GET", f"/conversations/{ref}")).response
        assert (details["conversationid"], details["assignedto"]) == ("5h7t58d9", "agent003")


async def test_empty_values_are_empty_or_null(call: Caller) -> None:
    rows = (await call("GET", "/conversations", status="N")).response["conversations"]
    subjects = {row["conversationid"]: row["subject"] for row in rows}
    assert subjects["nosubjct"] == ""
    assert (await call("GET", "/conversations/nosubjct")).response["subject"] is None
    assert (await call("GET", "/conversations/noname01")).response["ownername"] is None


async def test_messages_come_in_groups(call: Caller) -> None:
    groups = (await call("GET", "/conversations/s4y7t5s7/messages")).response["groups"]
    assert [group["rtype"] for group in groups] == ["M", "G", "I", "M"]
    assert "messagegroupid" not in groups[1]
    assert groups[1]["userid"] == "system00"
    note = groups[2]["messages"][0]
    assert (note["rtype"], note["userid"]) == ("N", "agent001")


async def test_a_group_may_lack_messages_and_an_end(call: Caller) -> None:
    silent = (await call("GET", "/conversations/silent01/messages")).response["groups"][0]
    chat = (await call("GET", "/conversations/ch4tl1ve/messages")).response["groups"][0]
    assert "messages" not in silent
    assert (chat["rtype"], chat["datefinished"]) == ("C", "0000-00-00 00:00:00")


async def test_tags_of_a_ticket_are_those_the_account_still_has(call: Caller) -> None:
    tags = (await call("GET", "/conversations/ghosttag/tags")).response["tags"]
    assert tags == [{"id": "sh3j", "name": "VIP"}]
    owner = {"owneridentifier": "maria.lopez@correo.example"}
    rows = (await call("GET", "/conversations", **owner)).response["conversations"]
    tagged = {row["conversationid"]: row["tags"] for row in rows}
    assert tagged["ghosttag"] == "zz99,sh3j"


async def test_departments_say_whether_they_are_deleted(call: Caller) -> None:
    departments = (await call("GET", "/departments")).response["departments"]
    assert {one["departmentid"]: one["deleted"] for one in departments} == {
        "default": "N",
        "dep1s5a4": "N",
        "dep2jp00": "N",
        "dep0gone": "Y",
    }


async def test_agents_of_a_department(call: Caller) -> None:
    agents = (await call("GET", "/departments/dep2jp00/agents")).response["agents"]
    assert [one["email"].partition("@")[0] for one in agents] == ["adam", "olga", "hanako"]


async def test_an_agents_answer_contains_a_token(call: Caller) -> None:
    by_email = (await call("GET", "/agents/ann@acme.example")).response
    assert (by_email["userid"], by_email["contactid"], by_email["role"]) == (
        "agent001",
        "cont0001",
        "A",
    )
    assert by_email["authtoken"] == "never-keep-agent001"
    assert (await call("GET", "/agents/agent001")).response == by_email
    assert (await call("GET", "/agents/nobody@acme.example")).status == 500


async def test_online_states(call: Caller) -> None:
    agents = (await call("GET", "/onlinestatus/agents")).response["agentsOnlineStates"]
    assert [one["id"] for one in agents][:2] == ["agent001", "admin001"]
    states = (await call("GET", "/onlinestatus/departments")).response["departmentsOnlineStates"]
    sales = next(one for one in states if one["id"] == "dep1s5a4")
    assert (sales["new_count"], sales["customer_reply_count"], sales["total_count"]) == (
        "1",
        "1",
        "2",
    )


async def test_tags_and_health(call: Caller) -> None:
    tags = (await call("GET", "/tags")).response["tags"]
    assert {"id": "sh3j", "name": "VIP", "color": "FFFFFF", "bg_color": "B8860B"} in tags
    health = (await call("GET", "/application/status")).response
    assert health["current_server_time"] == "2026-03-02 12:00:00"


async def test_times_are_written_in_the_zone_of_the_account(
    clock: HandClock, session: aiohttp.ClientSession
) -> None:
    account = LiveAgentStandIn(clock=clock, zone=ZoneInfo("America/Phoenix"))
    await account.start()
    call = Caller(session, account.url, account.api_key)
    health = (await call("GET", "/application/status")).response
    found = await ids(call, datefrom="2026-03-02 04:55:00")
    await account.stop()
    assert health["current_server_time"] == "2026-03-02 05:00:00"
    assert set(found) == {"ch4tl1ve", "c4lling1"}


async def test_ratings_are_of_days_and_only_the_columns_that_are_asked_for(
    call: Caller, desk: LiveAgentStandIn
) -> None:
    asked = {"date_from": "2026-02-28", "date_to": "2026-02-28"}
    [row] = (await call("GET", "/reports/ranking", **asked)).response["ranking"]
    assert (row["rankingType"], row["agentEmail"]) == ("P", "ann@acme.example")
    narrow = await call("GET", "/reports/ranking", **asked, columns="comment")
    assert narrow.response["ranking"] == [{"comment": row["comment"]}]
    assert (await call("GET", "/reports/ranking", columns="tea")).status == 500
    rest = await call("GET", "/reports/ranking", limitfrom="5", limitcount="9")
    assert len(rest.response["ranking"]) == len(desk.account.ratings) - 5
    desk.switches.reports_refused = True
    assert (await call("GET", "/reports/ranking")).status == 403
