"""What the caller sees of each fault, and whether the call was applied."""

import asyncio
import json

import aiohttp
import pytest

from bot.sandbox.liveagent import Fault, LiveAgentStandIn
from tests.sandbox.liveagent.conftest import Caller
from tests.waiting import until

JOHN = "s4y7t5s7"


async def add_tag(call: Caller) -> int:
    return (await call("POST", f"/conversations/{JOHN}/tags", name="Bug")).status


def is_added(desk: LiveAgentStandIn) -> bool:
    return "bg4u" in desk.account.ticket(JOHN).tags


async def test_delay_answers_later(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.add(Fault(kind="delay", seconds=0.05))
    began = asyncio.get_running_loop().time()
    assert await add_tag(call) == 200
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_hang_ends_when_faults_are_cleared(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.set("hang")
    asking = asyncio.create_task(add_tag(call))
    await until(lambda: bool(desk.account.journal))
    assert not asking.done()
    desk.faults.clear()
    with pytest.raises(aiohttp.ClientConnectionError):
        await asking
    assert not is_added(desk)


@pytest.mark.parametrize(("kind", "added"), [("refuse", False), ("drop_after", True)])
async def test_lost_connections(
    desk: LiveAgentStandIn, call: Caller, kind: str, *, added: bool
) -> None:
    desk.faults.add(Fault.model_validate({"kind": kind, "times": 1}))
    with pytest.raises(aiohttp.ClientConnectionError):
        await add_tag(call)
    assert is_added(desk) is added
    assert await add_tag(call) == 200


async def test_apply_late(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.add(Fault(kind="apply_late", seconds=0.2))
    with pytest.raises(aiohttp.ClientConnectionError):
        await add_tag(call)
    assert not is_added(desk)
    await desk.late_calls()
    assert is_added(desk)


async def test_cut_body(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.set("cut_body")
    status, kind, body = await call.raw("/tags")
    assert (status, kind) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


async def test_empty_body(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.set("empty_body")
    assert (await call.raw("/tags"))[::2] == (200, b"")


@pytest.mark.parametrize("http", [200, 502, 503])
async def test_html_page(desk: LiveAgentStandIn, call: Caller, http: int) -> None:
    desk.faults.add(Fault(kind="html_page", http=http))
    status, kind, body = await call.raw("/tags")
    assert (status, kind) == (http, "text/html")
    assert body.startswith(b"<html>")


@pytest.mark.parametrize("applied", [True, False])
async def test_behind_a_spoiled_answer_the_call_may_be_applied(
    desk: LiveAgentStandIn, call: Caller, *, applied: bool
) -> None:
    desk.faults.add(Fault(kind="html_page", applied=applied))
    with pytest.raises(aiohttp.ContentTypeError):
        await add_tag(call)
    assert is_added(desk) is applied


@pytest.mark.parametrize(
    ("fault", "http", "statuscode"),
    [
        (Fault(kind="down"), 503, 503),
        (Fault(kind="rate_limited"), 429, 429),
        (Fault(kind="error"), 500, 500),
        (Fault(kind="error", http=404, statuscode=12, message="no"), 404, 12),
    ],
)
async def test_faults_answer_as_the_api_does(
    desk: LiveAgentStandIn, call: Caller, fault: Fault, http: int, statuscode: int
) -> None:
    desk.faults.add(fault)
    answer = await call("POST", f"/conversations/{JOHN}/tags", name="Bug")
    assert (answer.status, answer.response["statuscode"]) == (http, statuscode)
    assert not is_added(desk)


@pytest.mark.parametrize(
    ("calls", "hit"),
    [
        ("add_tag", True),
        ("writes", True),
        ("POST *", True),
        (f"/api/conversations/{JOHN}/*", True),
        ("reads", False),
        ("post_message", False),
    ],
)
async def test_a_fault_meets_the_calls_it_names(
    desk: LiveAgentStandIn, call: Caller, calls: str, *, hit: bool
) -> None:
    desk.faults.set("down", calls)
    assert await add_tag(call) == (503 if hit else 200)


async def test_a_fault_for_the_next_two_calls(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.set("down", times=2)
    assert [await add_tag(call) for _ in range(3)] == [503, 503, 200]
    assert not desk.faults.armed


async def test_the_fault_set_last_wins(desk: LiveAgentStandIn, call: Caller) -> None:
    desk.faults.set("rate_limited")
    desk.faults.set("down", times=1)
    assert [await add_tag(call) for _ in range(2)] == [503, 429]
