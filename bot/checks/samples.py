"""One sample of every kind of message and form, about an invented ticket, for Slack to validate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from slack_sdk.models.views import View

from blocks import lists, review, shared
from blocks.answers import answers_post
from blocks.card import card
from blocks.channel_digests import digests_of_channel
from blocks.conversation import conversation
from blocks.digests import digest_post
from blocks.forms import answer as answer_form
from blocks.forms import (
    bulk,
    create,
    delete,
    digest,
    find,
    note,
    postpone,
    reply,
    share,
    tags,
    transfer,
)
from blocks.forms import hours as hours_form
from blocks.forms import live as live_form
from blocks.forms import overdue as overdue_form
from blocks.forms import times as times_form
from blocks.forms.create_input import CreateState
from blocks.forms.display import failed
from blocks.forms.form import Start
from blocks.forms.state import ChoiceState, CustomerState, SeenState, TicketState
from blocks.help import help_post
from blocks.home import HomeContents, UpNext, home
from blocks.live import live_message
from blocks.my_tickets import ticket_news
from blocks.notices import explain, notice
from blocks.overdue import overdue_message
from blocks.queue import queue
from blocks.text import Post
from blocks.ticket_form import ticket_form
from blocks.values.tickets import TicketInList
from bot.domain.answers import SavedAnswer, Usable
from bot.domain.calendar import Hours
from bot.domain.digest import Contents
from bot.domain.errors import NotApplied
from bot.domain.filter import WAITING_LONGEST, Order
from bot.domain.my_tickets import News
from bot.domain.overdue import OverdueTicket
from bot.domain.people import Agent, Department, Role, Tag
from bot.domain.ref import Account
from bot.domain.review import BulkChoice, Review, ReviewTicket
from bot.domain.ticket import (
    Channel,
    CustomerTickets,
    Message,
    MessageKind,
    Queue,
    QueueLine,
    Status,
    Ticket,
    TicketView,
)
from bot.i18n import Translator
from bot.operations.rich_text import of_plain

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ACCOUNT = Account("https://acme.ladesk.com")
ANN = Agent("agent001", "ann@acme.example", "Ann Agent", Role.ADMIN)
SUPPORT = Department("default", "Support")
TICKET = Ticket(
    id="s4y7t5s7",
    code="AX4-B4T-FD8",
    status=Status.NEW,
    subject="Where is my order?",
    department=SUPPORT,
    owner_name="John Owner",
    owner_email="john@owner.com",
    created=NOW,
    changed=NOW,
    assignee_id=ANN.id,
)
WORDS = "<p>I ordered a <b>lamp</b>, see <a href='https://shop.example/1'>here</a>:</p><ul><li>red"
VIEW = TicketView(
    TICKET,
    [
        Message("1", MessageKind.MESSAGE, Channel.MAIL, "customer1", NOW, WORDS),
        Message("2", MessageKind.FILE, Channel.MAIL, "customer1", NOW, "receipt.pdf"),
        Message("3", MessageKind.NOTE, Channel.INTERNAL, ANN.id, NOW, "The parcel was found."),
    ],
    [Tag("1", "VIP")],
    [ANN],
    NOW,
    others=CustomerTickets(TICKET.owner_email, [TICKET]),
)


def samples(user: str) -> Iterator[tuple[str, Post | View]]:
    """Yields samples with their names. `user` is an id that Slack knows."""
    yield from _messages(user)
    yield from _forms(user)


def _messages(user: str) -> Iterator[tuple[str, Post]]:
    t = Translator("en")
    yield "card", card(VIEW, ANN, t, ACCOUNT)
    yield "shared card", shared.shared_card(VIEW, t, ACCOUNT, sharer=user, comment="Look at this.")
    waiting = [QueueLine(SUPPORT, new=3, customer_replied=1, chats=1, total=9)]
    yield "queue", queue(Queue(waiting), t)
    yield (
        "list",
        lists.ticket_list(
            lists.ListShown(1, [TICKET], 23, NOW, {}, (), ACCOUNT), WAITING_LONGEST, t
        ),
    )
    yield (
        "notice",
        notice(explain(NotApplied("", ""), t), t, reference="2e2d1f98", typed="/ticket new"),
    )
    yield "help", help_post(t)
    daily = digest.fresh("C0SUPPORT", user, "Europe/London", t)
    awaited = Contents([TICKET], NOW, {}, None, listed=1, shown=[TICKET], assignees={TICKET.id: ""})
    yield "digest", digest_post(daily, awaited, t, ACCOUNT)
    news = News(TICKET.id, TICKET.code, answers=2, is_assigned=True)
    yield "my ticket", ticket_news(news, VIEW, ANN.name, t, ACCOUNT)
    saved = SavedAnswer(1, "Left today", of_plain("It left today."), user)
    yield "saved answers", answers_post([Usable(saved, "It left today.", is_changeable=True)], t)
    waits = OverdueTicket(TICKET, NOW, 0.0, is_escalated=False, notified=0)
    alert = overdue_form.fresh("C0SUPPORT", ANN.id, "Europe/London", t)
    yield (
        "tickets that wait too long",
        overdue_message(alert, [waits], {TICKET.id: ANN.name}, 1, t, ACCOUNT),
    )
    yield "live ticket", live_message(TICKET, ANN.name, t, ACCOUNT, shows_subject=True)
    yield (
        "digests",
        digests_of_channel([daily], daily.channel, t, viewer=user),
    )


def _forms(user: str) -> Iterator[tuple[str, View]]:
    t, start = Translator("en"), Start(view=VIEW, target=(SUPPORT, ANN))
    place = TicketInList(TICKET.id, (TICKET.id, "rf10a2c4"))
    yield "ticket of a list", ticket_form(card(VIEW, ANN, t, ACCOUNT), place, t)
    yield "conversation", conversation(VIEW, 0, t, ACCOUNT)
    yield "form: reply", reply.form(CustomerState(), t, start)
    among = ChoiceState(among=((TICKET.id, TICKET.code),))
    chosen_later = reply.form_with_picker(among, t, of_plain("It left today."))
    yield "form: reply from a message", chosen_later
    yield "form: note", note.form(note.NoteState(), t, start)
    yield "form: tags", tags.form(TicketState(), t, start)
    yield "form: transfer", transfer.form(SeenState(), t, start)
    yield "form: postpone", postpone.form(postpone.PostponeState(), t, start)
    yield "form: delete", delete.form(CustomerState(), t, start)
    yield "form: share", share.form(share.ShareState(), t, view=VIEW, account=ACCOUNT)
    yield "form: new ticket", create.form(CreateState(), t)
    yield "form: find", find.form(find.FindState(), t, wanted=WAITING_LONGEST)
    offered = bulk.offers([TICKET], Order.OLDEST, NOW, t)
    yield "form: several", bulk.form(bulk.BulkState(), t, offered=offered)
    daily = digest.fresh("C0SUPPORT", user, "Europe/London", t)
    tickets = [ReviewTicket(TICKET.id, TICKET.code)]
    wanted = BulkChoice("resolve", (TICKET.id,))
    confirmed = bulk.confirmation(bulk.BulkState(), t, wanted=wanted, tickets=[TICKET])
    yield "form: several, confirmed", confirmed
    yield "form: one by one", review.review_form(Review("r", tickets), VIEW, ANN, {}, t, ACCOUNT)
    yield "form: trouble", failed(notice(explain(NotApplied("", ""), t), t), t)
    alert = overdue_form.fresh("C0SUPPORT", user, "Europe/London", t)
    alert = replace(alert, escalates_to="U0ANN", escalates_after=60)
    yield "form: overdue alerts", overdue_form.form(overdue_form.OverdueState(), t, alert=alert)
    shown = live_form.fresh("C0SUPPORT", user, t)
    saved = SavedAnswer(1, "Left today", of_plain("It left today."), user)
    yield "form: live tickets", live_form.form(live_form.LiveState(), t, live=shown)
    yield "form: saved answer", answer_form.form(answer_form.AnswerState(), t, saved)
    yield "form: working hours", hours_form.form(t, hours=Hours())
    yield "form: times to postpone until", times_form.form(t, times=["3d"])
    yield "form: digest", digest.form(digest.DigestState(), t, digest=daily)
    yield (
        "Home",
        home(
            HomeContents(ANN, [SUPPORT.name], up_next=UpNext([TICKET], 1, NOW), digests=[daily]),
            t,
            ACCOUNT,
        ),
    )
