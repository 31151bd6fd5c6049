"""The adapter in front of a server: each call as it arrives, and each failure."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import web

from bot.domain.errors import (
    KeyRefused,
    LiveAgentError,
    NotApplied,
    OutcomeUnknown,
    TicketNotFound,
    TicketUnavailable,
    Unreadable,
)
from bot.domain.people import Role
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status
from bot.domain.ticket_system import NewTicket, Search
from bot.liveagent.client import LiveAgent
from bot.liveagent.pace import Pace
from bot.sandbox.liveagent import LiveAgentStandIn
from bot.sandbox.liveagent.faults import Kind
from tests.liveagent.outcomes import OUTCOMES
from tests.waiting import until

ID, CODE, PUBLIC = "s4y7t5s7", "AX4-B4T-FD8", "bI5fR3oN40708G65"
REF = TicketRef(ID)


@pytest.mark.parametrize("ref", [ID, CODE, PUBLIC])
async def test_a_ticket_is_found_by_each_of_its_names(liveagent: LiveAgent, ref: str) -> None:
    ticket = await liveagent.find(TicketRef(ref))
    assert (ticket.id, ticket.code, ticket.department.name) == (ID, CODE, "Support")
    assert [tag.name for tag in await liveagent.tags_of(TicketRef(ref))] == ["VIP"]
    assert len(await liveagent.messages(TicketRef(ref))) >= 4


@pytest.mark.parametrize("is_404", [True, False])
async def test_an_unknown_ticket_is_reported_as_such(
    liveagent: LiveAgent, standin: LiveAgentStandIn, *, is_404: bool
) -> None:
    standin.switches.unknown_ticket_is_404 = is_404
    with pytest.raises(TicketNotFound) as caught:
        await liveagent.find(TicketRef("none0000"))
    assert isinstance(caught.value, TicketUnavailable) is not is_404


async def test_a_search_gives_what_it_is_asked_for(liveagent: LiveAgent) -> None:
    found = await liveagent.search(Search(statuses=("N", "W"), department_id="default"), limit=500)
    assert found
    assert {ticket.status for ticket in found} <= {"N", "W"}
    assert len(await liveagent.search(Search(), limit=3)) == 3


async def test_the_lists_are_read(liveagent: LiveAgent) -> None:
    assert [each.name for each in await liveagent.departments()] == [
        "Support",
        "Sales",
        "日本サポート",
    ]
    assert "ann@acme.example" in {each.email for each in await liveagent.members("default")}
    assert "佐藤 花子" in {each.name for each in await liveagent.members("dep2jp00")}
    assert len(await liveagent.agents()) == 5
    assert "VIP" in {tag.name for tag in await liveagent.tags()}
    assert (await liveagent.agent("adam@acme.example")).role is Role.ADMIN
    assert {line.department.name for line in await liveagent.queue()} >= {"Support", "Sales"}


Write = Callable[[LiveAgent], Awaitable[object]]
NEW = NewTicket("agent001", "default", "Hello", "<p>Hi</p>", "new@customer.example")
WRITES: dict[str, tuple[Write, str, dict[str, str]]] = {
    "reply": (
        lambda la: la.reply(ID, "<p>Hi</p>", agent_id="agent001", email_customer=True),
        f"POST conversations/{ID}/messages",
        {"type": "M", "useridentifier": "agent001", "do_not_send_mail": "N"},
    ),
    "note": (
        lambda la: la.note(ID, "careful", agent_id="agent001"),
        f"POST conversations/{ID}/messages",
        {"type": "N", "useridentifier": "agent001", "do_not_send_mail": "Y"},
    ),
    "status": (
        lambda la: la.set_status(ID, Status.RESOLVED, agent_id="agent001"),
        f"PUT conversations/{ID}/status",
        {"status": "R", "useridentifier": "agent001"},
    ),
    "tag": (lambda la: la.add_tag(ID, "Bug"), f"POST conversations/{ID}/tags", {"name": "Bug"}),
    "untag": (
        lambda la: la.remove_tag(ID, "VIP"),
        f"DELETE conversations/{ID}/tags",
        {"name": "VIP"},
    ),
    "transfer": (
        lambda la: la.transfer(ID, agent_id="agent001", to_department_id="dep1s5a4"),
        f"PUT conversations/{ID}/attendants",
        {"department": "dep1s5a4", "useridentifier": "agent001"},
    ),
    "create": (
        lambda la: la.create(NEW),
        "POST conversations",
        {"recipient": "new@customer.example", "useridentifier": "agent001"},
    ),
    "delete": (
        lambda la: la.delete(ID, agent_id="admin001", note="spam"),
        f"DELETE conversations/{ID}",
        {"useridentifier": "admin001", "note": "spam"},
    ),
}


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_arrives_as_documented(
    liveagent: LiveAgent, standin: LiveAgentStandIn, name: str
) -> None:
    write, path, parameters = WRITES[name]
    await write(liveagent)
    (call,) = standin.account.journal
    assert f"{call.verb} {call.path.lstrip('/').removeprefix('api/')}" == path
    assert call.parameters.items() >= parameters.items()


async def test_create_returns_the_tickets_id(liveagent: LiveAgent) -> None:
    ticket = await liveagent.find(TicketRef(await liveagent.create(NEW)))
    assert (ticket.subject, ticket.owner_email) == ("Hello", "new@customer.example")


@pytest.mark.parametrize(("kind", "outcome"), OUTCOMES)
@pytest.mark.parametrize("name", WRITES)
async def test_a_write_is_sent_once_despite_any_failures(
    liveagent: LiveAgent,
    standin: LiveAgentStandIn,
    name: str,
    kind: Kind,
    outcome: type[LiveAgentError],
) -> None:
    await liveagent.tags()  # the connection stands, as it does in real life
    standin.faults.set(kind, "writes")
    with pytest.raises(outcome):
        await WRITES[name][0](liveagent)
    assert sum(call.verb != "GET" for call in standin.account.journal) == 1


class TooLateToWrite(Exception):
    """Why a write must not be sent."""


async def test_a_write_is_asked_for_after_its_turn_and_right_before_it_is_sent(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    asked: list[str] = []

    class NotedPace(Pace):
        async def turn(self, *, background: bool) -> None:
            await super().turn(background=background)
            asked.append("turn")

    async def before_write() -> None:
        asked.append("write")
        if asked.count("write") > 1:
            raise TooLateToWrite

    guarded = replace(liveagent, pace=NotedPace(9000)).guarded(before_write)
    await guarded.find(REF)
    assert asked == ["turn"]
    await guarded.note(ID, "in time", agent_id="agent001")
    with pytest.raises(TooLateToWrite):
        await guarded.note(ID, "too late", agent_id="agent001")
    assert asked == ["turn", *["turn", "write"] * 2]
    texts = [message.text for message in standin.account.ticket(ID).messages]
    assert ("in time" in texts, "too late" in texts) == (True, False)


async def test_a_server_that_is_not_there_was_not_written_to(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    await standin.stop()
    with pytest.raises(NotApplied):
        await liveagent.add_tag(ID, "VIP")


@pytest.mark.parametrize("kind", ["down", "rate_limited", "refuse", "cut_body", "html_page"])
async def test_a_read_is_tried_again_on_what_is_temporary(
    liveagent: LiveAgent, standin: LiveAgentStandIn, kind: Kind
) -> None:
    standin.faults.set(kind, times=2)
    assert (await liveagent.find(REF)).id == ID


async def test_a_read_gives_up_in_the_end(liveagent: LiveAgent, standin: LiveAgentStandIn) -> None:
    standin.faults.set("html_page")
    with pytest.raises(OutcomeUnknown):
        await liveagent.find(REF)
    assert len(standin.account.journal) == 3


async def test_a_wrong_key_is_reported_at_once(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    with pytest.raises(KeyRefused):
        await replace(liveagent, api_key="wrong").find(REF)
    assert len(standin.account.journal) == 1


async def test_a_redirection_is_not_followed_with_the_key(liveagent: LiveAgent) -> None:
    followed: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/elsewhere?{request.query_string}")

    async def elsewhere(request: web.Request) -> web.Response:
        followed.append(request.query_string)
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/api/{rest:.*}", redirect), web.get("/elsewhere", elsewhere)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with pytest.raises(Unreadable):
        await replace(liveagent, url=f"http://127.0.0.1:{runner.addresses[0][1]}").find(REF)
    await runner.cleanup()
    assert followed == []


@pytest.mark.parametrize("kind", ["down", "refuse", "cut_body", "error", "html_page"])
async def test_neither_key_nor_public_code_is_in_an_error(
    liveagent: LiveAgent, standin: LiveAgentStandIn, kind: Kind
) -> None:
    standin.faults.set(kind)
    with pytest.raises((LiveAgentError, TicketNotFound)) as caught:
        await liveagent.find(TicketRef(PUBLIC))
    error: BaseException | None = caught.value
    while error:
        assert standin.api_key not in f"{error} {error!r}"
        assert PUBLIC not in f"{error} {error!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_every_call_is_observed_by_its_name_alone(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    seen: list[tuple[str, str]] = []
    watched = replace(liveagent, observe=lambda call, outcome, _: seen.append((call, outcome)))
    await watched.find(TicketRef(PUBLIC))
    standin.faults.set("error", times=1)
    with pytest.raises(LiveAgentError):
        await watched.add_tag(ID, "VIP")
    assert seen == [
        ("GET conversations/{id}", "ok"),
        ("POST conversations/{id}/tags", "Refused"),
    ]


async def test_cancelling_the_caller_cancels_the_call(
    liveagent: LiveAgent, standin: LiveAgentStandIn
) -> None:
    standin.faults.set("hang")
    waiting = asyncio.create_task(liveagent.find(REF))
    await until(lambda: bool(standin.account.journal))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
