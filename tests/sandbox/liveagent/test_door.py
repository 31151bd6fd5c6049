"""Keys, pace, form and the journal."""

import aiohttp
import pytest

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.sandbox.liveagent.conftest import Caller, HandClock


@pytest.mark.parametrize(("key", "status"), [("", 400), ("wrong", 401), ("v3-key", 403)])
async def test_wrong_keys_are_refused(call: Caller, key: str, status: int) -> None:
    answer = await call("GET", "/tags", apikey=key)
    assert answer.status == answer.response["statuscode"] == status


async def test_a_form_in_a_get_is_not_read(
    desk: LiveAgentStandIn, session: aiohttp.ClientSession
) -> None:
    form = {"apikey": desk.api_key}
    async with session.get(f"{desk.url}/api/tags", data=form) as answer:
        assert answer.status == 400


async def test_a_key_in_the_query_of_a_post_is_accepted(
    desk: LiveAgentStandIn, session: aiohttp.ClientSession
) -> None:
    url = f"{desk.url}/api/conversations/s4y7t5s7/tags"
    async with session.post(url, params={"apikey": desk.api_key}, data={"name": "Bug"}) as answer:
        assert answer.status == 200


async def test_json_is_no_form(desk: LiveAgentStandIn, session: aiohttp.ClientSession) -> None:
    url = f"{desk.url}/api/conversations/s4y7t5s7/tags"
    async with session.post(url, json={"apikey": desk.api_key, "name": "Bug"}) as answer:
        assert answer.status == 400


async def test_an_unknown_ticket_is_a_common_error(call: Caller) -> None:
    answer = await call("GET", "/conversations/nothing1")
    assert answer.status == 500
    assert answer.response["errormessage"] == "common processing error"


async def test_an_unknown_call(call: Caller) -> None:
    assert (await call("PUT", "/tags")).status == 404


async def test_answers_are_escaped_as_php_does(call: Caller) -> None:
    _, _, body = await call.raw("/departments")
    assert body.isascii()
    _, _, body = await call.raw("/conversations/s4y7t5s7/messages")
    assert b"<\\/p>" in body


async def test_the_181st_call_of_a_minute_is_refused(
    desk: LiveAgentStandIn, call: Caller, clock: HandClock
) -> None:
    for _ in range(180):
        assert (await call("GET", "/tags")).status == 200
    assert (await call("GET", "/tags")).status == 429
    assert desk.account.calls_over_limit == 1
    clock.forward(seconds=60)
    assert (await call("GET", "/tags")).status == 200


async def test_the_journal_has_every_call_without_its_key(
    desk: LiveAgentStandIn, call: Caller
) -> None:
    await call("POST", "/conversations/s4y7t5s7/tags", name="Bug")
    await call("GET", "/conversations/nothing1")
    await call("GET", "/tags", apikey="wrong")
    first, second, third = desk.account.journal
    assert (first.name, first.verb, first.path) == (
        "add_tag",
        "POST",
        "/api/conversations/s4y7t5s7/tags",
    )
    assert (first.parameters, first.outcome) == ({"name": "Bug"}, "OK")
    assert second.outcome == "500 common processing error"
    assert third.outcome == "401 Invalid API key"


async def test_the_panel_serves_a_page(
    desk: LiveAgentStandIn, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{desk.url}/agent/") as answer:
        assert answer.status == 200
        assert "agent panel would show ticket" in await answer.text()
