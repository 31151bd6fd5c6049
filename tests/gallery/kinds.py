"""What there is to show: samples of everything that `blocks` makes, by what it is for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from blocks import conversation, deliveries, lists, queue, rounds, shared
from blocks import digests as digests_
from blocks.card import card
from blocks.forms import create, delete, find, note, reply, share, tags, transfer
from blocks.forms import digest as digest_form
from blocks.forms.writing import Errors, Memory, OtherForm
from blocks.help import help_post
from blocks.history import history
from blocks.home import Home, home
from blocks.ids import Id
from blocks.notices import notice, say
from blocks.text import Post
from bot.domain import errors as e
from bot.domain.digest import Contents, Digest
from bot.domain.finding import WAITING_LONGEST
from bot.domain.outbox import Row, State
from bot.domain.rounds import Round, Stop
from bot.domain.ticket import Status
from bot.operations import Operation
from tests.blocks.test_notices import EXAMPLES
from tests.gallery import work
from tests.gallery.desk import ACCOUNT, ADMIN, EVERYBODYS, NOW, Desk, in_status, view_of


@dataclass(frozen=True, slots=True)
class Sample:
    """`shown` is a message, a form or Home; blocks alone are the preview of a link.

    `errors` are what is said below a form's fields.
    """

    name: str
    shown: Post | View | Mapping[str, Any] | Sequence[Block]
    is_private: bool = True
    errors: Mapping[str, str] | None = None


def cards(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    yield Sample("card", card(view, desk.actor, t, ACCOUNT))
    mine = view_of(desk.long)
    yield Sample("card, assigned to the reader", card(mine, desk.actor, t, ACCOUNT))
    resolved = in_status(view, Status.RESOLVED)
    yield Sample("card, resolved, for an admin", card(resolved, ADMIN, t, ACCOUNT))
    bare = replace(view, messages=None, tags=None)
    yield Sample("card, parts withheld", card(bare, desk.actor, t, ACCOUNT))
    for letter in (*Status, "Q"):
        titled = in_status(replace(view, messages=()), letter)
        yield Sample(f"card, status {letter}", card(titled, desk.actor, t, ACCOUNT))


def sharing(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    by = {"sharer": desk.user, "comment": desk.note}
    whole = shared.shared_card(view, t, ACCOUNT, shows_subject=True, **by)
    yield Sample("shared card", whole, is_private=False)
    bare = shared.shared_card(view, t, ACCOUNT, sharer=desk.user)
    yield Sample("shared card, without subject or comment", bare, is_private=False)
    yield Sample("preview of a link", shared.preview(desk.ticket, t, ACCOUNT), is_private=False)
    yield Sample("form: share", share.form(Memory(), t, view=view, account=ACCOUNT))


def conversations(desk: Desk) -> Iterator[Sample]:
    t, said = desk.t, desk.view
    yield Sample("conversation, being asked for", conversation.loading(t("Conversation"), t))
    yield Sample("conversation", conversation.conversation(said, 0, t, ACCOUNT))
    long = view_of("manymsgs")
    middle = conversation.conversation(long, 1, t, ACCOUNT, oldest_first=True)
    yield Sample("conversation, second page, oldest first", middle)
    folded = view_of("longmail")
    yield Sample("conversation, folded", conversation.conversation(folded, 0, t, ACCOUNT))
    yield Sample("whole message", conversation.whole_message(folded, 1, 0, t, ACCOUNT))
    nothing = replace(said, messages=())
    yield Sample("conversation, none", conversation.conversation(nothing, 0, t, ACCOUNT))
    withheld = replace(said, messages=None)
    yield Sample("conversation, withheld", conversation.conversation(withheld, 0, t, ACCOUNT))
    why = say(e.NotMade("", ""), t)
    yield Sample("form that can't be shown", conversation.failed(why, t, typed=desk.reply))
    named = conversation.shown(notice(say(e.TicketNotFound(), t), t), t)
    yield Sample("message as a form", named)


def replying(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    others = [OtherForm("U0ADAM", 2)]
    yield Sample("form: reply, being asked for", reply.form(Memory(), t))
    typed = work.a_reply(desk)
    yield Sample("form: reply", reply.form(Memory(), t, view=view, filled=typed))
    crowded = reply.form(Memory(), t, view=view, others=others)
    yield Sample("form: reply, another is open", crowded)
    errors: Errors = {
        Id.MESSAGE: t("A customer can't read a mention of Slack: write the name instead.")
    }
    yield Sample("form: reply, wrong", reply.form(Memory(), t, view=view), errors=errors)
    trouble = say(e.NotMade("", ""), t)
    yield Sample("form: reply, LiveAgent down", reply.form(Memory(), t, trouble=trouble))
    unreachable = replace(view, ticket=view.ticket._replace(owner_email=""))
    yield Sample("form: reply, no address", reply.form(Memory(), t, view=unreachable))
    yield Sample("form: note", note.form(Memory(), t, view=view, prefilled=desk.note))
    yield Sample("form: note, another is open", note.form(Memory(), t, view=view, others=others))
    yield Sample("form: note on a message", note.form_with_picker(Memory(), t, prefilled=desk.news))


def operating(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    yield Sample("form: tags", tags.form(Memory(), t, view=view))
    given = transfer.form(Memory(), t, view=view, agent=ADMIN)
    yield Sample("form: transfer", given)
    unknown = t("Nothing in LiveAgent is called that.")
    lost = transfer.form(Memory(), t, view=view, trouble=unknown)
    yield Sample("form: transfer, unknown name", lost)
    chosen = {"department": {"department": {"selected_option": {"value": "dep1s5a4"}}}}
    held = {**given.to_dict(), "state": {"values": chosen}}
    elsewhere = transfer.with_department(held, t)
    yield Sample("form: transfer, another department", elsewhere)
    yield Sample("form: delete", delete.form(Memory(), t, view=view))


def creating(desk: Desk) -> Iterator[Sample]:
    t, made = desk.t, work.a_create(desk)
    yield Sample("form: new ticket", create.form(Memory(), t))
    asked = create.form(Memory(), t, filled=work.a_create(desk, is_by_customer=True), thread_size=4)
    yield Sample("form: new ticket of a message", asked)
    ours = create.form(Memory(), t, filled=made, writer=create.BY_AGENT)
    yield Sample("form: new ticket, agent writes", ours)
    errors: Errors = {
        Id.CUSTOMER_EMAIL: t("This is no e-mail address."),
        Id.SUBJECT: t("Nothing is written yet."),
    }
    yield Sample("form: new ticket, wrong", create.form(Memory(), t), errors=errors)


def finding(desk: Desk) -> Iterator[Sample]:
    t, rows = desk.t, desk.tickets
    yield Sample("queue", queue.queue(desk.lines, t))
    every = [replace(line, department=each) for line in desk.lines for each in EVERYBODYS]
    yield Sample("queue of several departments", queue.queue(every, t))
    yield Sample("queue of nobody", queue.queue([], t))
    assignees = {each.id: desk.agent_called(each) for each in rows}
    page = lists.Page(1, rows, 23, NOW, assignees)
    yield Sample("list", lists.ticket_list(page, WAITING_LONGEST, t))
    remarks = [
        t("LiveAgent was asked department by department."),
        t("LiveAgent has more than could be read: narrow the filter."),
        t(
            "LiveAgent's lists do not say here who has a ticket, so yours can't be picked out. "
            "Each card says who has it."
        ),
    ]
    wanted = work.a_filter(desk)
    some = lists.Page(0, rows[:1], 1, NOW, {}, remarks)
    yield Sample("list, every filter and remark", lists.ticket_list(some, wanted, t))
    none = lists.Page(0, [], 0, NOW)
    yield Sample("list, nothing found", lists.ticket_list(none, wanted, t))
    title = t.plural("This message names one ticket", "This message names {count} tickets", 3)
    yield Sample("tickets that a message names", lists.tickets(rows, title, t))
    yield Sample("form: find tickets", find.form(Memory(), t, wanted=WAITING_LONGEST))
    yield Sample("form: find tickets, all filled", find.form(Memory(), t, wanted=wanted))


def going_through(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    stops = [Stop(each.id, each.code) for each in desk.tickets]
    done = {1: (work.a_row(State.DONE, "reply", work.said(desk)), work.a_reply(desk))}
    walked = Round("r", stops)
    first = rounds.stop(walked, desk.view, desk.actor, {}, t, ACCOUNT)
    yield Sample("going through tickets", first)
    acted = replace(walked, done=[(desk.waiting, 1)])
    again = rounds.stop(acted, desk.view, desk.actor, done, t, ACCOUNT)
    yield Sample("going through tickets, answered", again)
    why = say(e.OutOfBounds(), t)
    yield Sample("going through tickets, one is gone", rounds.gone(walked, why, t))
    over = replace(acted, position=len(stops))
    yield Sample("gone through", rounds.summary(over, done, t))
    yield Sample("gone through, nothing done", rounds.summary(replace(over, done=()), {}, t))


def notices_of_operations(desk: Desk) -> Iterator[Sample]:
    """Every state of a reply, then every operation's end."""
    said = work.said(desk)
    for state in State:
        outcome = {**said, "error": "Refused", "reason": "…"} if state is State.REFUSED else said
        yield _notice(f"reply, {state}", state, work.a_reply(desk), desk, outcome)
    for operation in work.operations(desk)[1:]:
        yield _notice(f"{operation.kind}, held", State.HELD, operation, desk, {})
        yield _notice(
            f"{operation.kind}, done", State.DONE, operation, desk, work.end(operation, desk)
        )
    yield from _other_ends(desk)


def _other_ends(desk: Desk) -> Iterator[Sample]:
    said, answer = work.said(desk), work.a_reply(desk)
    ends: Mapping[str, Mapping[str, Any]] = {
        "stored as a note": {**said, "stored_as": "N"},
        "status refused": {**said, "remark": "…"},
        "not found again": {**said, "stored_as": ""},
        "LiveAgent could not be asked": {},
    }
    for name, outcome in ends.items():
        yield _notice(f"reply, {name}", State.DONE, answer, desk, outcome)
    kept = answer.model_copy(update={"email_customer": False})
    yield _notice("reply, not e-mailed", State.DONE, kept, desk, said)
    questions: Mapping[str, Mapping[str, Any]] = {
        "news": {"why": "news", "count": 3, "newest": {"body": desk.news}},
        "recipient unseen": {"why": "unseen", "owner": said["owner"]},
    }
    for name, outcome in questions.items():
        yield _notice(f"reply, asks: {name}", State.ASKS, answer, desk, outcome)
    resolve = work.operations(desk)[2]
    changed = {"why": "differs", "changed": ["status", "assignee"], **work.end(resolve, desk)}
    yield _notice("resolve, asks: changed", State.ASKS, resolve, desk, changed)
    for error in ("NotOffered", "AdminNeeded", "NotAnAgent", "NotAMember", "OutOfBounds"):
        outcome = {"error": error, "status": Status.DELETED}
        yield _notice(f"reply, refused: {error}", State.REFUSED, answer, desk, outcome)
    begun = replace(work.a_row(State.DISCARDED, "reply", {}), baseline={"message_ids": []})
    given_up = deliveries.delivery(begun, answer, 0, desk.t)
    yield Sample("notice: reply, given up after a call", given_up, is_private=False)


def notices_of_errors(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    for number, error in enumerate(EXAMPLES):
        yield Sample(f"error {number}: {type(error).__name__}", notice(say(error, t), t))
    failed = say(RuntimeError(), t)
    again = notice(failed, t, reference="8f3a2c", again=(Id.SHOW_QUEUE, "queue"), typed=desk.reply)
    yield Sample("error of the bot, with what was typed", again)
    yield Sample("notice: it takes long", notice(t("Still asking LiveAgent …"), t))
    yield Sample("notice: on its way", notice(t("It is being posted."), t))
    unknown = say(e.UnknownCommand("resolve"), t)
    yield Sample("help", help_post(t))
    yield Sample("help, in place of an unknown command", help_post(t, instead_of=unknown))
    yield Sample("history", history(desk.ticket, work.entries(desk), t))
    yield Sample("history, nothing yet", history(desk.ticket, [], t))


def digests(desk: Desk) -> Iterator[Sample]:
    t, digest = desk.t, work.a_digest(desk)
    contents = work.contents(desk)
    yield Sample("digest", digests_.digest_post(digest, contents, t), is_private=False)
    late = NOW - timedelta(hours=2)
    first = replace(contents, before=None, listed=24)
    posted = digests_.digest_post(digest, first, t, late=late)
    yield Sample("digest, the first, late, with more", posted, is_private=False)
    bare = replace(digest, shows=frozenset())
    preview = digests_.digest_post(bare, contents, t, is_preview=True)
    yield Sample("digest, preview, without customers", preview)
    empty = Contents([], NOW, {}, NOW - timedelta(days=1))
    yield Sample("digest, empty", digests_.digest_post(digest, empty, t), is_private=False)
    whole = digests_.all_tickets(digest, replace(contents, listed=9), 1, t, size=len(desk.queued))
    yield Sample("digest, all of it", whole)
    paused = replace(digest, is_paused=True, departments={})
    yield Sample("digests of a channel", _of_channel([digest, paused], desk, is_member=True))
    yield Sample("digests of a channel, none", _of_channel([], desk, is_member=False))
    fresh = digest_form.fresh(desk.channel, desk.user, desk.zone, t)
    yield Sample("form: add digest", digest_form.form(Memory(), t, digest=fresh))
    errors: Errors = {Id.TIMES: t("Write times as 09:00, 14:30.")}
    changed = digest_form.form(Memory(), t, digest=digest)
    yield Sample("form: change digest, wrong", changed, errors=errors)
    down = e.NotMade("", "")
    for is_paused in (False, True):
        told = digests_.trouble(digest, down, NOW, t, is_paused=is_paused)
        yield Sample(f"digest in trouble, paused: {is_paused}", told, is_private=False)


def homes(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    where = [desk.department.name]
    yield Sample("Home, at first", home(Home(desk.actor, where, waiting=desk.lines), t))
    did: list[tuple[Row, Operation]] = [
        (work.a_row(State.HELD, "reply", {}), work.a_reply(desk)),
        (work.a_row(State.ASKS, "reply", {"why": "news"}), work.a_reply(desk)),
    ]
    for each in work.operations(desk)[1:4]:
        did += [(work.a_row(State.DONE, each.kind, work.end(each, desk)), each)]
    at_work = Home(
        desk.actor,
        where,
        waiting=desk.lines,
        did=did,
        digests=[work.a_digest(desk)],
        language=desk.language,
        hides_guide=True,
    )
    yield Sample("Home, at work", home(at_work, t))
    stranger = Home(trouble=say(e.NotAnAgent("nora@acme.example"), t))
    yield Sample("Home of who is no agent", home(stranger, t))


def _notice(
    name: str, state: State, operation: Operation, desk: Desk, outcome: Mapping[str, Any]
) -> Sample:
    row = work.a_row(state, operation.kind, outcome)
    held = round(row.due - row.created)
    told = deliveries.delivery(row, operation, held, desk.t)
    return Sample(f"notice: {name}", told, is_private=False)


def _of_channel(found: Sequence[Digest], desk: Desk, *, is_member: bool) -> Post:
    return digests_.digests_of_channel(
        found, desk.channel, desk.t, bot_user="U0BOT", is_member=is_member
    )


KINDS: Mapping[str, Callable[[Desk], Iterator[Sample]]] = {
    "Cards": cards,
    "Sharing": sharing,
    "Conversations": conversations,
    "Reply and note": replying,
    "Operations": operating,
    "New tickets": creating,
    "Queue and lists": finding,
    "One by one": going_through,
    "Notices": notices_of_operations,
    "Errors, help, history": notices_of_errors,
    "Digests": digests,
    "Home": homes,
}
