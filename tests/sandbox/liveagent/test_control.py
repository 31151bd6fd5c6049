"""The routes of the page."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.liveagent import LiveAgentStandIn
from tests.sandbox.liveagent.conftest import Caller

Page = TestClient[web.Request, web.Application]


@pytest.fixture
async def page(desk: LiveAgentStandIn) -> AsyncIterator[Page]:
    app = web.Application()
    app.add_routes(desk.control)
    async with TestClient(TestServer(app)) as client:
        yield client


async def get(page: Page, path: str) -> Any:
    answer = await page.get(f"/sandbox/liveagent/{path}")
    assert answer.status == 200
    return await answer.json()


async def test_the_state_page_shows_the_account(page: Page, call: Caller) -> None:
    path, text = "/conversations/s4y7t5s7/messages", {"message": "Hi", "useridentifier": "agent001"}
    await call("POST", path, **text)
    state = await get(page, "state")
    john = next(one for one in state["tickets"] if one["id"] == "s4y7t5s7")
    assert (john["owner"]["email"], john["status"], john["messages"]) == ("john@owner.com", "A", 7)
    assert state["mailbox"][0]["to"] == "john@owner.com"
    assert state["journal"][0]["parameters"] == text
    assert {"departments", "agents", "tags", "faults"} <= set(state)


async def test_a_ticket_with_its_messages(page: Page) -> None:
    ticket = await get(page, "tickets/AX4-B4T-FD8")
    authors = [message["by"] for group in ticket["groups"] for message in group["messages"]]
    assert authors == ["John Owner"] * 3 + ["System", "Ann Agent", "Adam Admin"]
    assert (await page.get("/sandbox/liveagent/tickets/none")).status == 404
    assert (await get(page, "tickets/silent01"))["groups"][0]["messages"] == []


async def test_the_customer_writes(page: Page, desk: LiveAgentStandIn) -> None:
    path = "/sandbox/liveagent/tickets/th4nk5yo/customer"
    assert (await page.post(path, json={"text": "Again!"})).status == 200
    assert desk.account.ticket("th4nk5yo").status == "C"
    assert (await page.post(path, json={"words": "Again!"})).status == 400


async def test_presence_and_a_bounce_can_be_played(page: Page, desk: LiveAgentStandIn) -> None:
    path, account = "/sandbox/liveagent/tickets/s4y7t5s7", desk.account
    for doing in ("J", ""):
        there = {"agent": "owner001", "doing": doing}
        assert (await page.post(f"{path}/present", json=there)).status == 200
        assert bool(account.activity) is bool(doing)
    assert (await page.post(f"{path}/bounce", json={})).status == 200
    assert account.ticket("s4y7t5s7").messages[-1].kind == "4"


async def test_faults_are_replaced_by_those_that_are_set(
    page: Page, desk: LiveAgentStandIn
) -> None:
    path = "/sandbox/liveagent/faults"
    desk.faults.set("hang")
    faults = [{"kind": "down", "calls": "writes", "times": 2}, {"kind": "delay", "seconds": 4}]
    await page.put(path, json=faults)
    assert [one["kind"] for one in (await get(page, "state"))["faults"]] == ["down", "delay"]
    assert (await page.put(path, json=[{"kind": "earthquake"}])).status == 400
    await page.put(path, json=[])
    assert not desk.faults.armed


async def test_calls_are_in_the_journal(page: Page, call: Caller) -> None:
    await call("GET", "/tags")
    assert [one["name"] for one in (await get(page, "state"))["journal"]] == ["list_tags"]


async def test_the_api_does_not_offer_control(
    desk: LiveAgentStandIn, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{desk.url}/sandbox/liveagent/state") as answer:
        assert answer.status == 404


async def test_a_server_is_made_to_refuse_customers_and_files(
    page: Page, desk: LiveAgentStandIn
) -> None:
    path, asked = "/sandbox/liveagent/habits", {"known_customers_only": True, "takes_files": False}
    assert (await page.put(path, json=asked)).status == 200
    assert desk.switches.known_customers_only
    assert not desk.switches.takes_files
    assert (await get(page, "state"))["habits"] == asked
    assert (await page.put(path, json={"takes_files": "perhaps"})).status == 400
