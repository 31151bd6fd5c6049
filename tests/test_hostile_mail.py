"""Whatever a customer writes, the event loop is never blocked for long."""

import asyncio
import gc
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from blocks.bounces import undelivered
from blocks.card import card
from blocks.conversation import conversation, whole_message
from blocks.deliveries import delivery
from blocks.digests import digest_post
from blocks.forms import bulk, reply
from blocks.forms import digest as digest_form
from blocks.forms import overdue as overdue_form
from blocks.forms.form import Start
from blocks.forms.state import CustomerState
from blocks.lists import ListShown, ticket_list
from blocks.live import live_message, thread_lines
from blocks.my_tickets import ticket_news
from blocks.overdue import overdue_message
from blocks.shared import shared_card
from blocks.week import week_post
from bot.desk.desk import Desk, redacted
from bot.desk.redact import redact_start, redact_ticket
from bot.domain.answers import with_names
from bot.domain.changes import Change, What
from bot.domain.digest import Contents, Shown
from bot.domain.errors import BotError, TooLong
from bot.domain.filter import Filter, Order
from bot.domain.my_tickets import News
from bot.domain.outbox import State
from bot.domain.overdue import OverdueTicket
from bot.domain.people import Agent, Department, Role
from bot.domain.placeholders import find_placeholders
from bot.domain.ref import Account, TicketRef
from bot.domain.review import BulkChoice
from bot.domain.spelling import folded, tidy_address
from bot.domain.ticket import CustomerTickets, Message, MessageKind, Ticket, TicketView
from bot.domain.ticket_system import Search
from bot.domain.week import Comment, Rated, Week, WeekDay
from bot.i18n import Translator
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.exchange import MAX_ANSWER_LENGTH
from bot.liveagent.pace import Pace
from bot.operations import Baseline, CurrentState, Note, Reply, Snapshot
from bot.operations.rich_text import of_plain
from bot.sandbox.slack import check_message, check_view
from tests.gallery.work import a_row
from tests.hostile import HOSTILE
from tests.pulse import MAX_GAP, Pulse

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ID = "s4y7t5s7"
ADAM = Agent("admin001", "adam@acme.example", "Adam Admin", Role.ADMIN)
T = Translator("en")
MAX_BYTES = 12_000_000


class Server:
    """LiveAgent on a thread of its own: what it takes to answer is not counted."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def say(self, path: str, response: object) -> None:
        self.answers[f"/api/{path}"] = json.dumps({"response": response}).encode()

    def hold(self, body: str) -> None:
        """A ticket in which a customer has written nothing but this, also as their name."""
        count = max(1, min(5, MAX_BYTES // len(json.dumps(body)) - 1))
        said = {"rtype": "M", "userid": "customer", "datecreated": "2026-11-23 09:00:00"}
        messages = [{**said, "messageid": f"m{n}", "message": body} for n in range(count)]
        messages[-1] |= {"messageid": "ours", "userid": ADAM.id}
        files = [{**said, "messageid": f"f{n}", "rtype": "F", "message": body} for n in range(2)]
        group = {"rtype": "M", "messages": [*files[: count // 2], *messages]}
        self.say(f"conversations/{ID}/messages", {"groups": [group]})
        self.say(f"conversations/{ID}/tags", {"tags": []})
        self.say(f"conversations/{ID}", _row(body[:1_000_000]))
        self.say("conversations", {"conversations": [_row(body[:30_000])] * 10})

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())

    async def _start(self) -> None:
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _answer(self, request: web.Request) -> web.Response:
        return web.Response(body=self.answers[request.path])


def _row(text: str) -> dict[str, str]:
    return {
        "conversationid": ID,
        "code": "AX4-B4T-FD8",
        "status": "N",
        "subject": text,
        "departmentid": "default",
        "departmentname": "Support",
        "ownername": text,
        "owneremail": text,
        "datecreated": "2026-11-23 09:00:00",
        "datechanged": "2026-11-23 09:00:00",
        "preview": text[:1000],
        "publicurlcode": "bI5fR3oN40708G65",
        "tags": "",
    }


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        server.say("onlinestatus/agents", {"agentsOnlineStates": [{"id": ADAM.id, "name": "Adam"}]})
        yield server


@pytest.fixture
async def liveagent(server: Server) -> AsyncIterator[LiveAgent]:
    async with aiohttp.ClientSession() as session:
        pace = Pace(100_000)
        yield LiveAgent(session, server.url, "key", ZoneInfo("UTC"), pace, lambda *_: None)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """What is made but once, as catalogues and regular expressions, is no mail's fault."""
    said = Message("m1", "M", "M", "customer", NOW, "<p>Hello <b>world</b></p>")
    ticket = Ticket(ID, "", "N", "", Department("d", ""), "", "", NOW, NOW)
    for _, read in readers(TicketView(ticket, (said,), (), (), NOW), "> a\nb"):
        read()


@pytest.fixture(scope="module", autouse=True)
def _heap_of_the_tests() -> Iterator[None]:
    """What other tests have left is not looked through while garbage is collected here."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def readers(view: TicketView, body: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    """All that reads what customers write, each within one turn of the loop."""
    account = Account("https://acme.ladesk.com")
    ticket, messages = view.ticket, view.messages or ()
    yield "card", lambda: _fits(card(view, ADAM, T, account))
    yield (
        "shared card",
        lambda: _fits(
            shared_card(view, T, account, sharer="U1", comment=body[:300], shows_subject=True)
        ),
    )
    for page in (0, 99):
        yield f"conversation {page}", lambda: _fits(conversation(view, page, T, account))  # noqa: B023  called at once
    for part in (0, 99):
        yield f"show all {part}", lambda: _fits(whole_message(view, 0, part, T, account))  # noqa: B023  called at once
    yield "reply form", lambda: _fits(reply.form(CustomerState(ticket=ID), T, Start(view=view)))
    asks = {"why": "news", "count": 2, "newest": {"body": body, "kind": "M", "author": "x"}}
    row = a_row(State.ASKS, "reply", asks)
    answer = Reply(ticket_id=ID, rich_text=of_plain(body[:3000]), recipient=body)
    yield "notice", lambda: _fits(delivery(row, answer, T, account))
    now = CurrentState(ticket, messages, Baseline(message_ids=(), changed="", status=""))
    yield "guard", lambda: answer.message_in(now, ADAM)
    yield "guard of a note", lambda: Note(ticket_id=ID, text=body[:40_000]).message_in(now, ADAM)
    yield "guard of news", lambda: now.changed_since(Snapshot.of(view), ADAM, "status")
    yield "list", lambda: _fits(ticket_list(ListShown(0, [ticket] * 10, 10, NOW), Filter(), T))
    digest = replace(digest_form.fresh("C1", "U0ANN", "Asia/Tokyo", T), id=1, name="Digest")
    contents = Contents([ticket] * 20, NOW, None, None, listed=20, shown=[ticket] * 20)
    yield "digest", lambda: _fits(digest_post(digest, contents, T, account))
    yield "redaction of a ticket", lambda: [redact_ticket(ticket, account) for _ in range(20)]
    yield "redaction", lambda: redact_start(body, 4000, "bI5fR3oN40708G65", account)
    yield "refs in a message", lambda: account.find_refs(body[:40_000])
    yield "a link", lambda: _or_refused(account.read_own_link, f"{account.url}/{body[:40_000]}")
    yield "a ref", lambda: _or_refused(account.read_ref, body[:40_000])
    yield "an address", lambda: tidy_address(body[:3000])
    yield "words", lambda: folded(body[:40_000])
    yield from _newest_readers(view, body, account)


def _newest_readers(
    view: TicketView, body: str, account: Account
) -> Iterator[tuple[str, Callable[[], Any]]]:
    ticket, messages = view.ticket, view.messages or ()
    reports = [replace(each, kind=MessageKind.UNDELIVERED) for each in messages]
    sent = a_row(State.DONE, "reply", {})
    yield "bounces", lambda: _fits(undelivered(ticket, reports, "ours", T, account, sent))
    yield "live message", lambda: _fits(live_message(ticket, body, T, account, shows_subject=True))
    wrote = Change(What.CUSTOMER_WROTE, NOW, id=1)
    yield "live thread", lambda: _fits(thread_lines([wrote], {}, {}, T, {1: body}))
    overdue = [OverdueTicket(ticket, NOW, 60.0, is_escalated=False, notified=0)] * 20
    alert = replace(overdue_form.fresh("C1", "U1", "UTC", T), shows_subject=True)
    yield (
        "late message",
        lambda: _fits(overdue_message(alert, overdue, {ticket.id: body}, 0, T, account)),
    )
    others = CustomerTickets(ticket.owner_email, [ticket] * 1000, ticket)
    with_others = replace(view, others=others)
    yield "other tickets", lambda: _fits(card(with_others, ADAM, T, account))
    news = News(ticket.id, ticket.code, answers=2)
    yield "my tickets", lambda: _fits(ticket_news(news, view, body[:1000], T, account))
    offered = bulk.offers([ticket._replace(id=f"t{n}") for n in range(25)], Order.OLDEST, NOW, T)
    state = bulk.BulkState(bulk_id="b")
    yield "choose several", lambda: _fits(bulk.form(state, T, offered=offered))
    choice = BulkChoice("resolve", (ticket.id,))
    yield (
        "confirm several",
        lambda: _fits(bulk.confirmation(state, T, wanted=choice, tickets=[ticket] * 25)),
    )
    rated = Rated(1, 1, comments=[Comment(is_good=True, text=body[:1000], ticket_id="t", code="")])
    week = Week(NOW, [WeekDay(NOW.date(), 1, 1, 1)], (), rated)
    weekly = digest_form.fresh("C1", "U0ANN", "Asia/Tokyo", T)
    weekly = replace(weekly, name="Week", shows=frozenset({Shown.COMMENTS}))
    yield "week", lambda: _fits(week_post(weekly, week, T, account))
    yield (
        "names in an answer",
        lambda: with_names("{customer}" * 800, customer=body[:1000], agent="A"),
    )
    yield "placeholders", lambda: find_placeholders(body[:40_000])


def _fits(made: Any) -> None:
    """Slack's limits are looked at once the clock is stopped."""
    _made.append(made.to_dict())


_made: list[dict[str, Any]] = []


def _or_refused(read: Callable[[str], object], text: str) -> None:
    try:
        read(text)
    except BotError:
        return


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_mail_holds_the_event_loop(
    name: str, server: Server, liveagent: LiveAgent, pulse: Pulse
) -> None:
    body = HOSTILE[name]
    server.hold(body)
    desk = Desk(liveagent, CachedDirectory(liveagent), Account(server.url), lambda: NOW)
    _made.clear()
    view = await pulse.measure("look up", lambda: desk.look_up(TicketRef(ID), ADAM))
    await pulse.measure("search", lambda: liveagent.search(Search(), limit=10))
    for during, read in readers(view, body):
        await pulse.measure(during, partial(_in_one_turn, read))
    assert pulse.too_long() == {}
    for made in _made:
        assert (check_view(made) if made.get("type") == "modal" else check_message(made)) == []


async def _in_one_turn(read: Callable[[], Any]) -> None:
    read()


async def test_a_list_of_ten_thousand_tickets_is_read_while_others_are_served(
    server: Server, liveagent: LiveAgent, pulse: Pulse
) -> None:
    server.say("conversations", {"conversations": [_row("x" * 60)] * 10_000})
    search = partial(liveagent.search, Search(), limit=10_000)
    found = await pulse.measure("search", search)
    assert len(found) == 10_000
    assert max(pulse.gaps.values()) < MAX_GAP


@pytest.mark.parametrize("closing", [b'"}', b""])
async def test_an_answer_without_end_is_given_up(
    server: Server, liveagent: LiveAgent, closing: bytes
) -> None:
    server.answers[f"/api/conversations/{ID}"] = (
        b'{"response":"' + b"x" * MAX_ANSWER_LENGTH + closing
    )
    with pytest.raises(TooLong) as caught:
        await liveagent.find(TicketRef(ID))
    assert caught.value.call == "GET conversations/{id}"


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
async def test_json_that_is_nested_without_end_is_unreadable_at_once(
    server: Server, liveagent: LiveAgent, pulse: Pulse, bracket: bytes
) -> None:
    server.answers[f"/api/conversations/{ID}/tags"] = b'{"response":' + bracket * 1_000_000

    async def read() -> None:
        with pytest.raises(BotError):
            await liveagent.tags_of(TicketRef(ID))

    await pulse.measure("tags", read)
    assert pulse.too_long() == {}


async def test_empty_rows_do_not_block_the_loop(
    server: Server, liveagent: LiveAgent, pulse: Pulse
) -> None:
    server.say(f"conversations/{ID}/messages", {"groups": [{}] * 60_000})
    await pulse.measure("messages", lambda: liveagent.messages(TicketRef(ID)))
    assert pulse.too_long() == {}


async def test_more_rows_than_anybody_has_are_not_read(
    server: Server, liveagent: LiveAgent
) -> None:
    server.say(f"conversations/{ID}/messages", {"groups": [{"messages": [0] * 100_001}]})
    with pytest.raises(TooLong):
        await liveagent.messages(TicketRef(ID))


async def test_redacting_repeated_first_characters_is_fast(pulse: Pulse) -> None:
    """Its customer knows the code, and writes its first character."""
    code = "bI5fR3oN40708G65"
    message = Message("m1", "M", "M", "customer", NOW, code[0] * 45_000)
    messages = [replace(message, id=f"m{number}") for number in range(6)]
    await pulse.measure("redaction", lambda: redacted(messages, code, Account("https://x.com")))
    assert pulse.too_long(0.05) == {}
