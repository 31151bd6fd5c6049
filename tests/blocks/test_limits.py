"""Slack accepts messages about any ticket, and parses nothing in its text."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.bulk_notice import batch
from blocks.card import card
from blocks.channel_digests import digests_of_channel
from blocks.conversation import conversation, pages, whole_message
from blocks.digest_remarks import Posting
from blocks.digests import MAX_ROWS, all_tickets, digest_post
from blocks.files import beside_button
from blocks.forms import (
    bulk,
    create,
    delete,
    find,
    note,
    reply,
    share,
    tags,
    transfer,
)
from blocks.forms import digest as digest_form
from blocks.forms.create_input import BY_AGENT, CreateState
from blocks.forms.display import failed, loading
from blocks.forms.fields import MAX_VALUE_LENGTH
from blocks.forms.form import Start
from blocks.forms.state import CustomerState, SeenState, TicketState
from blocks.help import did_you_mean, help_post
from blocks.home import HomeContents, UpNext, home
from blocks.lists import PAGE_ROWS, ListShown, ticket_list, tickets
from blocks.live import live_message, thread_lines
from blocks.notices import notice
from blocks.queue import queue
from blocks.shared import shared_card
from blocks.text import Post, line
from bot.domain.answer_to import ResponseUrl
from bot.domain.changes import Change
from bot.domain.digest import Contents, Mark
from bot.domain.errors import UnknownCommand
from bot.domain.filter import Filter, Order
from bot.domain.live import THREAD_CHANGES, LiveChannel
from bot.domain.outbox import State
from bot.domain.people import Agent, Department, OpenForm, Tag
from bot.domain.review import BulkChoice
from bot.domain.ticket import Message, Queue, QueueLine, Status, Ticket, TicketView
from bot.i18n import Translator
from bot.operations import ChangeStatus, Create, Reply
from bot.operations.rich_text import of_plain
from bot.sandbox.slack import check_message, check_view
from bot.storage.live_events import MAX_TOLD_AT_ONCE
from tests.blocks.nasty import nasty
from tests.gallery.desk import ACCOUNT, ADMIN, ENGLISH, NOW
from tests.gallery.work import a_row

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

few = settings(max_examples=settings().max_examples // 2)  # each draws a lot
ANN = ENGLISH.actor
TOTAL = 10_000

texts = nasty | st.text(max_size=300)
letters = st.sampled_from("NCARWTPIBXLMFGQ?") | st.text(max_size=12)
times = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
tickets_of_any_kind = st.builds(
    Ticket,
    id=st.text("abc123", min_size=8, max_size=8),
    code=st.sampled_from(["AX4-B4T-FD8", "", "x" * 200]),
    status=letters,
    subject=texts,
    department=st.builds(Department, st.just("default"), texts),
    owner_name=texts,
    owner_email=texts,
    created=times,
    changed=times,
    assignee_id=st.sampled_from(["", "agent001", "unknown"]),
)
messages = st.builds(
    Message,
    id=st.text(max_size=8),
    kind=letters,
    channel=letters,
    author_id=st.sampled_from(["", "agent001", "customer", "system00"]),
    created=times,
    body=texts,
)
views = st.builds(
    TicketView,
    ticket=tickets_of_any_kind,
    messages=st.none() | st.lists(messages, max_size=30),
    tags=st.none() | st.lists(st.builds(Tag, st.just("id"), texts), max_size=40),
    agents=st.just([ANN]),
    seen=st.just(NOW),
)
translators = st.sampled_from([Translator("en"), Translator("ja")])


@given(views, translators, st.sampled_from([ANN, ADMIN]))
def test_a_card_with_any_content_is_valid(view: TicketView, t: Translator, agent: Agent) -> None:
    assert_fits(card(view, agent, t, ACCOUNT))


@given(views, translators, texts, st.booleans())
def test_a_shared_card_with_any_content_is_valid(
    view: TicketView,
    t: Translator,
    comment: str,
    shows_subject: bool,  # noqa: FBT001
) -> None:
    assert_fits(
        shared_card(
            view,
            t,
            ACCOUNT,
            sharer="U0ANN",
            comment=comment[: share.MAX_COMMENT_LENGTH],
            shows_subject=shows_subject,
        )
    )


@few
@given(views, translators, texts)
def test_operation_forms_with_any_content_are_valid(
    view: TicketView, t: Translator, text: str
) -> None:
    place = Department("dep1", text or "?")
    agent = Agent("agent001", "", text or "?", is_online=True)
    url = ResponseUrl(f"https://hooks.slack.com/commands/{'x' * 200}")
    of_ticket = CustomerState(answer_to=url, replaces=1).showing(view)
    others = [OpenForm("U0ADAM", 120)]
    start = Start(view, trouble=text, others=others, typed=text, target=(place, agent))
    made = Create(
        is_by_customer=False,
        recipient=text,
        recipient_name=text,
        department_id="dep1",
        department_name=text,
        subject=text,
        rich_text=of_plain(text or "?"),
    )
    for form in (
        reply.form(of_ticket, t, start),
        note.form(
            note.NoteState(answer_to=url, link="https://acme.slack.com/archives/C1/p1").showing(
                view
            ),
            t,
            start,
        ),
        tags.form(TicketState(answer_to=url).showing(view), t, start),
        transfer.form(SeenState(answer_to=url).showing(view), t, start),
        delete.form(of_ticket, t, start),
        share.form(share.ShareState(answer_to=url), t, view=view, account=ACCOUNT),
        create.form(
            CreateState(answer_to=url),
            t,
            filled=made,
            writer=BY_AGENT,
            thread_size=2,
        ),
        note.form_with_picker(
            note.NoteState(link="https://acme.slack.com/archives/C1/p1"), t, prefilled=text
        ),
    ):
        assert check_view(form.to_dict()) == []


@given(views, translators, st.integers(-1, 50))
def test_a_conversation_with_any_content_is_valid(
    view: TicketView, t: Translator, page: int
) -> None:
    form = conversation(view, page, t, ACCOUNT, oldest_first=page % 2 == 0, can_get=True).to_dict()
    assert check_view(form) == []
    assert sum(map(len, strings(form["blocks"]))) <= 2 * TOTAL


@given(st.lists(tickets_of_any_kind, max_size=40), translators)
def test_a_list_with_any_content_is_valid(rows: list[Ticket], t: Translator) -> None:
    assert_fits(tickets(rows, "3 tickets", t))


@few
@given(st.lists(tickets_of_any_kind, max_size=PAGE_ROWS), translators, texts, letters)
def test_a_found_list_with_any_content_is_valid(
    rows: list[Ticket], t: Translator, text: str, letter: str
) -> None:
    wanted = Filter(
        statuses=(letter, *Status),
        department=Department("default", text),
        owner=text[: find.MAX_ADDRESS_LENGTH],
        subject=text[: find.MAX_SUBJECT_LENGTH],
        since=NOW.date(),
        until=NOW.date(),
        is_mine=True,
    )
    assignees = {each.id: text for each in rows}
    page = ListShown(1, rows, 5000, NOW, assignees, ["A remark."])
    assert_fits(ticket_list(page, wanted, t))
    assert check_view(find.form(find.FindState(), t, wanted=wanted).to_dict()) == []


@given(
    st.lists(
        st.builds(
            QueueLine,
            department=st.builds(Department, st.just("default"), texts),
            new=st.integers(0, 10**9),
            customer_replied=st.integers(0, 10**9),
            chats=st.integers(0, 10**9),
            total=st.integers(0, 10**9),
        ),
        max_size=200,
    ),
    translators,
)
def test_a_queue_with_any_content_is_valid(lines: list[QueueLine], t: Translator) -> None:
    assert_fits(queue(Queue(lines), t))


@few
@given(texts, translators, st.sampled_from(State), st.integers(0, 300))
def test_a_home_with_any_content_is_valid(
    text: str, t: Translator, state: State, count: int
) -> None:
    reply = Reply(ticket_id="x", rich_text=of_plain(text or "?"), recipient=text[:500])
    row = a_row(state, "reply", {"status": text, "owner": text, "reason": text})
    waiting = [QueueLine(Department("d", text), count, count, count, count)] * count
    digest = replace(digest_form.fresh("C1", "U0ANN", "Asia/Tokyo", t), id=1, name=text or "?")
    agent = Agent("agent001", "", text)
    ticket = ENGLISH.ticket._replace(subject=text, owner_name=text, code=text[:20])
    shown = HomeContents(
        agent,
        [text] * count,
        text,
        UpNext([ticket] * count, count, NOW),
        Queue(waiting),
        [(row, reply)] * 8,
        [digest] * 9,
        text,
        live=[LiveChannel("C1", {"d": text}, tuple(Status), "en", "U0ANN")] * 9,
    )
    assert check_view(home(shown, t, ACCOUNT).to_dict()) == []


@few
@given(texts, translators)
def test_a_live_ticket_with_any_content_is_valid(text: str, t: Translator) -> None:
    place = Department(text, text)
    ticket = ENGLISH.ticket._replace(subject=text, department=place, code=text[:20])
    assert_fits(live_message(ticket, text, t, ACCOUNT, shows_subject=True))
    changes = [
        Change(what, NOW, "t", text, "C", after=text, id=number)
        for number, what in enumerate([*sorted(THREAD_CHANGES)] * 4)
    ][:MAX_TOLD_AT_ONCE]
    spoken = dict.fromkeys(range(MAX_TOLD_AT_ONCE), text)
    assert_fits(thread_lines(changes, spoken, {text: text}, t, spoken))


@given(texts, translators)
def test_a_notice_with_any_content_is_valid(text: str, t: Translator) -> None:
    assert_fits(notice(text, t, reference="abc123"))
    assert_fits(help_post(t))
    assert_fits(did_you_mean(UnknownCommand(text[:80], f"resolve {text}"[:1900]), t))
    assert check_view(failed(notice(text, t, reference="8f3a2c", typed=text), t).to_dict()) == []


@few
@given(
    st.lists(tickets_of_any_kind, max_size=40),
    st.none() | st.dictionaries(st.text(max_size=8), st.builds(Mark, letters)),
    translators,
    texts,
)
def test_a_digest_with_any_content_is_valid(
    found: list[Ticket], before: dict[str, Mark] | None, t: Translator, text: str
) -> None:
    digest = replace(digest_form.fresh("C1", "U0ANN", "Asia/Tokyo", t), id=1, name=text or "?")
    shown = found[:MAX_ROWS]
    contents = Contents(
        found,
        NOW,
        before,
        NOW - timedelta(days=1),
        listed=len(found),
        shown=shown,
        assignees={each.id: text for each in shown},
    )
    for how in (Posting(NOW), Posting(NOW, is_plain=True)):
        assert_fits(digest_post(digest, contents, t, ACCOUNT, how))
    assert_fits(all_tickets(digest, contents, 0, t, size=MAX_ROWS))
    digests = [replace(digest, id=number, statuses=(), is_settled=False) for number in range(12)]
    assert_fits(digests_of_channel(digests, "C1", t, viewer="U0ANN", invites="U0BOT"))
    form = digest_form.form(
        digest_form.DigestState(channel="C1"), t, digest=replace(digest, name=digest.name[:100])
    )
    assert check_view(form.to_dict()) == []


@few
@given(views, translators, st.sampled_from(list(State)), nasty)
def test_a_bulk_form_with_any_content_is_valid(
    view: TicketView, t: Translator, held: State, text: str
) -> None:
    found = [view.ticket._replace(id=f"{n:08}") for n in range(bulk.MAX_TICKETS)]
    name = line(text)[:MAX_VALUE_LENGTH] or "?"
    state = bulk.BulkState(
        bulk_id="f" * 16, total=72, tags=(name,) * bulk.MAX_TAGS, department=("d" * 40, name)
    )
    offered = bulk.offers(found, Order.UNCHANGED, view.seen, t)
    for kind in ("resolve", "transfer"):
        form = bulk.form(state, t, offered=offered, kind=kind, selected=["00000003"])
        assert check_view(form.to_dict()) == []
    wanted = BulkChoice(
        "tags",
        tuple(each.id for each in found),
        tags=('"' * MAX_VALUE_LENGTH,) * bulk.MAX_TAGS,  # as long as JSON makes them
    )
    place = ResponseUrl("https://hooks.slack.com/" + "u" * 100, back="b" * bulk.MAX_BACK_LENGTH)
    confirmed = bulk.BulkState(bulk_id="f" * 16, answer_to=place, choice=wanted)
    left_out = [text] * bulk.MAX_TICKETS
    form = bulk.confirmation(confirmed, t, wanted=wanted, tickets=found, left_out=left_out)
    assert check_view(form.to_dict()) == []
    row = replace(a_row(held, "resolve", {}), batch="f" * 16)
    resolve = ChangeStatus(kind="resolve", ticket_id="12345678", code=view.ticket.code)
    assert_fits(batch([(replace(row, id=n), resolve) for n in range(bulk.MAX_TICKETS)], t, ACCOUNT))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_loading_form_is_valid(language: str) -> None:
    assert check_view(loading("Conversation", Translator(language)).to_dict()) == []


@given(views.filter(lambda view: view.messages), translators, st.data())
def test_a_whole_message_with_any_content_is_valid(
    view: TicketView, t: Translator, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(view.messages or ()) - 1))
    form = whole_message(view, number, data.draw(st.integers(0, 5)), t, ACCOUNT).to_dict()
    assert check_view(form) == []


@given(st.lists(messages, max_size=60), st.booleans())
def test_no_message_is_lost_between_pages(
    said: list[Message],
    oldest_first: bool,  # noqa: FBT001
) -> None:
    shown = [message for page in pages(said, oldest_first=oldest_first) for _, message in page]
    told = [message for message in said if not message.is_technical]
    assert shown == (told if oldest_first else told[::-1])


def test_an_age_is_said_in_words() -> None:
    ticket = Ticket("s4y7t5s7", "", "N", "", Department("d", "D"), "", "", NOW - timedelta(days=2))
    view = TicketView(ticket, (), (), (), NOW)
    assert "(2 days old)" in "".join(strings(card(view, ANN, Translator("en"), ACCOUNT).to_dict()))


def assert_fits(post: Post) -> None:
    message = post.to_dict()
    assert check_message(message) == []
    assert sum(map(len, strings(message["blocks"]))) <= TOTAL
    for text in mrkdwn(message["blocks"]):
        linked = [each.partition(">")[0] for each in text.split("<")[1:]]
        assert all(each.startswith(("!date^", ACCOUNT.panel_url(""))) for each in linked)
    assert "<" not in message["text"]
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


def strings(part: Any) -> Iterator[str]:
    """What is to be read, and where links lead."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in {"text", "url"} and isinstance(value, str):
                yield value
            else:
                yield from strings(value)
    elif isinstance(part, list):
        for each in part:
            yield from strings(each)


def mrkdwn(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for value in part.values():
            yield from mrkdwn(value)
    elif isinstance(part, list):
        for each in part:
            yield from mrkdwn(each)


def test_ten_thousand_files_are_a_row_and_a_button() -> None:
    """Of which the button takes as many as it has room for."""
    body = json.dumps({"name": "a.png", "url": "/f"})
    many = [Message(f"{n:08}", "F", "M", "c1", None, body) for n in range(10_000)]
    assert list(beside_button("i" * 3000, many, Translator("en")))
    (row,) = beside_button("12345678", many, Translator("en"))
    assert "+9990" in row.to_dict()["text"]["text"]
    assert 1000 < len(row.to_dict()["accessory"]["value"]) <= 2000
    long = [replace(each, body=f"{body}{' ' * 20_000}") for each in many]
    (row,) = beside_button("12345678", long, Translator("en"))
    assert "+9998" in row.to_dict()["text"]["text"]
