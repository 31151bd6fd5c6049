"""Samples that people read: cards, conversations, lists, digests, Home."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from blocks import channel_digests, conversation, lists, queue, review, shared
from blocks import digests as digests_
from blocks.card import card
from blocks.digest_remarks import Posting
from blocks.files import already_sending, file_post, files_sent
from blocks.forms import digest as digest_form
from blocks.forms import display, find, share
from blocks.forms import live as live_form
from blocks.home import HomeContents, UpNext, home, loading_home
from blocks.notices import explain, notice, remarked
from blocks.others import others_message
from blocks.text import Post
from blocks.ticket_form import ticket_form
from blocks.values.tickets import TicketInList
from bot.domain import errors as e
from bot.domain.digest import Contents, Digest
from bot.domain.files import FileTrouble
from bot.domain.filter import WAITING_LONGEST
from bot.domain.my_tickets import Mode, MyTicketsChoice
from bot.domain.outbox import State
from bot.domain.review import Review, ReviewTicket
from bot.domain.ticket import Message, Queue, Status, Wake
from bot.domain.ticket_file import TicketFile
from tests.gallery import work
from tests.gallery.desk import ACCOUNT, ADMIN, AGENTS, EVERYBODYS, NOW, Desk, in_status, view_of
from tests.gallery.sample import Sample, errors_in


def cards(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    yield Sample("card", card(view, desk.actor, t, ACCOUNT))
    for name, remark in (
        ("an unknown word", t("I don't know the command “{word}”.", word="frob")),
        ("words that were not used", t("Not used: “{words}”", words=desk.news)),
    ):
        below = remarked(card(view, desk.actor, t, ACCOUNT), remark)
        yield Sample(f"card, below {name}", below)
    mine = view_of(desk.long)
    yield Sample("card, assigned to the reader", card(mine, desk.actor, t, ACCOUNT))
    resolved = in_status(view, Status.RESOLVED)
    yield Sample("card, resolved, for an admin", card(resolved, ADMIN, t, ACCOUNT))
    earlier = replace(view, tags_seen=NOW - timedelta(minutes=3))
    yield Sample("card, tags read before", card(earlier, desk.actor, t, ACCOUNT))
    asleep = replace(in_status(view, Status.POSTPONED), wake=Wake(work.WAKES, Status.NEW))
    yield Sample("card, wakes as New", card(asleep, desk.actor, t, ACCOUNT))
    elsewhere = replace(asleep, wake=Wake(work.WAKES))
    yield Sample("card, postponed in LiveAgent", card(elsewhere, desk.actor, t, ACCOUNT))
    yield Sample("card, others are there", card(work.with_others(view), desk.actor, t, ACCOUNT))
    keyless = replace(desk.actor, can_postpone=False)
    yield Sample("card, without a key of version 3", card(view, keyless, t, ACCOUNT))
    bare = replace(view, messages=None, tags=None)
    yield Sample("card, parts withheld", card(bare, desk.actor, t, ACCOUNT))
    for name, found in work.of_the_customer(desk).items():
        seen = replace(view, others=found)
        yield Sample(f"card, {name}", card(seen, desk.actor, t, ACCOUNT))
        if apart := others_message(seen, t):
            yield Sample(f"beside the card of a command, {name}", apart)
    for letter in (*Status, "Q"):
        titled = in_status(replace(view, messages=()), letter)
        yield Sample(f"card, status {letter}", card(titled, desk.actor, t, ACCOUNT))


def of_a_list(desk: Desk) -> Iterator[Sample]:
    t, others = desk.t, tuple(desk.queued)
    for name, ticket_id in (("first", others[0]), ("second", others[1])):
        post = card(view_of(ticket_id), desk.actor, t, ACCOUNT)
        form = ticket_form(post, TicketInList(ticket_id, others), t)
        yield Sample(f"ticket of a list, the {name}", form)
    alone = card(desk.view, desk.actor, t, ACCOUNT)
    yield Sample("ticket in a form, alone", ticket_form(alone, TicketInList(desk.waiting), t))


def sharing(desk: Desk) -> Iterator[Sample]:
    view, t = desk.view, desk.t
    by = {"sharer": desk.user, "comment": desk.note}
    whole = shared.shared_card(view, t, ACCOUNT, shows_subject=True, **by)
    yield Sample("shared card", whole, is_private=False)
    bare = shared.shared_card(view, t, ACCOUNT, sharer=desk.user)
    yield Sample("shared card, without subject or comment", bare, is_private=False)
    taken = replace(view, ticket=view.ticket._replace(assignee_id=desk.agent))
    post = shared.shared_card(taken, t, ACCOUNT, shows_subject=True, **by)
    yield Sample("shared card of an assigned ticket", post, is_private=False)
    code = view.ticket.code
    ended = shared.ended_card(view.ticket.id, code, t)
    yield Sample("shared card, not updated any more", ended, is_private=False)
    yield Sample("shared card of a deleted ticket", shared.gone_card(code, t), is_private=False)
    merged = shared.merged_card("OLD-111-222", view.ticket, t)
    yield Sample("shared card of a merged ticket", merged, is_private=False)
    hidden = shared.hidden_card(t)
    yield Sample("shared card, where another company reads", hidden, is_private=False)
    mine = notice(t("This ticket is already assigned to you."), t)
    yield Sample("the ticket is mine already", mine)
    yield Sample("preview of a link", shared.preview(desk.ticket, t, ACCOUNT), is_private=False)
    yield Sample("form: share", share.form(share.ShareState(), t, view=view, account=ACCOUNT))


def files(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    several = [TicketFile("receipt-4711.pdf", 340_123, "/f1"), TicketFile(desk.news, 0, "/f2")]
    bodies = [
        *(
            json.dumps([["name", e.name], ["download_url", e.url], ["size", e.size]])
            for e in several
        ),
        "setup.exe",
    ]
    sent = [Message(f"m8{n}", "F", "M", "c1", NOW, body) for n, body in enumerate(bodies)]
    filed = replace(desk.view, messages=[*(desk.view.messages or ()), *sent])
    yield Sample("card, several files", card(filed, desk.actor, t, ACCOUNT))
    unable = replace(desk.actor, can_get_files=False)
    yield Sample("card, files are only named", card(filed, unable, t, ACCOUNT))
    shown = conversation.conversation(filed, 0, t, ACCOUNT, can_get=True)
    yield Sample("conversation, with files", shown)
    names = [each.name for each in several]
    yield Sample("form: a file was got", files_sent(names[:1], t))
    program = explain(e.FileOutOfReach(FileTrouble.PROGRAM, "setup.exe"), t)
    rest = {("m9", number): each for number, each in enumerate(several)}
    some = files_sent(names, t, ticket_id=desk.waiting, failed=[program], rest=rest)
    yield Sample("form: several files were got, others not", some)
    yield Sample("form: files were asked for again", already_sending(t))
    above = file_post(desk.ticket, several[:1], t, ACCOUNT)
    yield Sample("message: above a file", above, is_private=False)
    above = file_post(desk.ticket, several, t, ACCOUNT)
    yield Sample("message: above several files", above, is_private=False)


def conversations(desk: Desk) -> Iterator[Sample]:
    t, said = desk.t, desk.view
    yield Sample("conversation, being asked for", display.loading(t("Conversation"), t))
    yield Sample("conversation", conversation.conversation(said, 0, t, ACCOUNT))
    long = view_of("manymsgs")
    middle = conversation.conversation(long, 1, t, ACCOUNT, oldest_first=True)
    yield Sample("conversation, second page, oldest first", middle)
    folded = view_of("longmail")
    yield Sample("conversation, folded", conversation.conversation(folded, 0, t, ACCOUNT))
    yield Sample("whole message", conversation.whole_message(folded, 1, 0, t, ACCOUNT))
    endless = replace(
        folded, messages=[replace(m, body="word " * 10_000) for m in said.messages or ()]
    )
    cut = conversation.whole_message(endless, 0, 99, t, ACCOUNT)
    yield Sample("whole message, the last part, cut", cut)
    nothing = replace(said, messages=())
    yield Sample("conversation, none", conversation.conversation(nothing, 0, t, ACCOUNT))
    withheld = replace(said, messages=None)
    yield Sample("conversation, withheld", conversation.conversation(withheld, 0, t, ACCOUNT))
    why = explain(e.NotApplied("", ""), t)
    yield Sample("form that can't be shown", display.failed(notice(why, t, typed=desk.reply), t))
    named = display.as_form(notice(explain(e.TicketNotFound(), t), t), t)
    yield Sample("message as a form", named)


def finding(desk: Desk) -> Iterator[Sample]:
    t, rows = desk.t, desk.tickets
    yield Sample("queue", queue.queue(Queue(desk.lines, seen=NOW), t))
    every = [replace(line, department=each) for line in desk.lines for each in EVERYBODYS]
    yield Sample("queue of several departments", queue.queue(Queue(every), t))
    partial = Queue(desk.lines, is_complete=False)
    yield Sample("queue, departments still unknown", queue.queue(partial, t))
    yield Sample("queue of nobody", queue.queue(Queue([]), t))
    assignees = {each.id: desk.agent_called(each) for each in rows}
    page = lists.ListShown(
        1, rows, 23, NOW, assignees, account=ACCOUNT, present=work.present_in(desk)
    )
    yield Sample("list", lists.ticket_list(page, WAITING_LONGEST, t))
    remarks = [
        t(
            "Sorted by the last update of any kind, a colleague's note included: LiveAgent's "
            "lists don't show when a customer last wrote."
        ),
        t("There are too many tickets to load. Narrow the filter."),
        t(
            "LiveAgent's lists don't show who a ticket is assigned to, so yours can't be "
            "picked out here. Each ticket's card shows it."
        ),
        t(
            "LiveAgent didn't say who has which ticket, so yours can't be picked out right "
            "now. Try again in a minute."
        ),
        t("Only subjects were searched, not messages or customers' names."),
    ]
    wanted = work.a_filter(desk)
    some = lists.ListShown(0, rows[:1], 1, NOW, {}, remarks)
    yield Sample("list, every filter and remark", lists.ticket_list(some, wanted, t))
    none = lists.ListShown(0, [], 0, NOW)
    yield Sample("list, nothing found", lists.ticket_list(none, wanted, t))
    title = t.plural("One ticket", "{count} tickets", 3)
    yield Sample("tickets that a message names", lists.tickets(rows, title, t, ACCOUNT))
    yield Sample("form: find tickets", find.form(find.FindState(), t, wanted=WAITING_LONGEST))
    everywhere = find.FindState(full_text=True)
    yield Sample("form: find tickets by any words", find.form(everywhere, t, wanted=wanted))
    yield Sample("form: find tickets, all filled", find.form(find.FindState(), t, wanted=wanted))


def going_through(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    tickets = [ReviewTicket(each.id, each.code) for each in desk.tickets]
    done = {1: (work.a_row(State.DONE, "reply", work.said(desk)), work.a_reply(desk))}
    walked = Review("r", tickets)
    begun = replace(walked, order=t("oldest first"))
    first = review.review_form(begun, desk.view, desk.actor, {}, t, ACCOUNT)
    yield Sample("going through tickets", first)
    acted = replace(walked, done=[(desk.waiting, 1)])
    again = review.review_form(acted, desk.view, desk.actor, done, t, ACCOUNT)
    yield Sample("going through tickets, answered", again)
    held = {1: (work.a_row(State.HELD, "reply", {}), work.a_reply(desk))}
    next_one = replace(acted, position=1)
    below = review.review_form(next_one, desk.view, desk.actor, held, t, ACCOUNT)
    yield Sample("going through tickets, a reply is held", below)
    asks = {"why": "news", "count": 1, "newest": {"body": desk.news}}
    held = {1: (work.a_row(State.ASKS, "reply", asks), work.a_reply(desk))}
    loud = review.review_form(next_one, desk.view, desk.actor, held, t, ACCOUNT)
    yield Sample("going through tickets, a reply was not sent", loud)
    why = explain(e.OutOfBounds(), t)
    yield Sample(
        "going through tickets, one is gone", review.unavailable_form(walked, why, {}, t, ACCOUNT)
    )
    silent = review.unavailable_form(
        acted, explain(e.NotApplied("GET", "down"), t), done, t, ACCOUNT, can_try_again=True
    )
    yield Sample("going through tickets, LiveAgent is silent", silent)
    over = replace(acted, position=len(tickets))
    yield Sample("gone through", review.summary_form(over, done, t, ACCOUNT))
    yield Sample(
        "gone through, nothing done", review.summary_form(replace(over, done=()), {}, t, ACCOUNT)
    )
    pending = review.summary_form(over, held, t, ACCOUNT)
    yield Sample("gone through, a reply was not sent", pending)
    many = dict.fromkeys(range(150), done[1])
    busy = replace(over, done=[(desk.waiting, number) for number in many], left_out=22)
    yield Sample("gone through, much done", review.summary_form(busy, many, t, ACCOUNT))


def digests(desk: Desk) -> Iterator[Sample]:
    t, digest = desk.t, work.a_digest(desk)
    contents = work.contents(desk)
    yield Sample("digest", digests_.digest_post(digest, contents, t, ACCOUNT), is_private=False)
    late = NOW - timedelta(hours=2)
    first = replace(contents, before=None, listed=24)
    posted = digests_.digest_post(digest, first, t, ACCOUNT, Posting(late))
    yield Sample("digest, the first, late, with more", posted, is_private=False)
    bare = replace(digest, shows=frozenset())
    how = Posting(is_preview=True, is_partial=True)
    preview = digests_.digest_post(bare, contents, t, ACCOUNT, how)
    yield Sample("digest, preview, without customers", preview)
    empty = Contents([], NOW, {}, NOW - timedelta(days=1))
    quiet = replace(contents, before=contents.now, listed=0, shown=())
    plain = digests_.digest_post(digest, contents, t, ACCOUNT, Posting(is_plain=True))
    yield Sample("digest, where Slack takes no tables", plain, is_private=False)
    every = replace(
        contents,
        tickets=desk.everywhere,
        listed=len(desk.everywhere),
        shown=desk.everywhere,
        names={each.id: each.name for each in AGENTS},
        assignees={each.id: desk.agent_called(each) for each in desk.everywhere},
    )
    of_all = digests_.digest_post(replace(digest, departments={}), every, t, ACCOUNT)
    yield Sample("digest, of several departments", of_all, is_private=False)
    yield Sample(
        "digest, nothing new", digests_.digest_post(digest, quiet, t, ACCOUNT), is_private=False
    )
    yield Sample("digest, empty", digests_.digest_post(digest, empty, t, ACCOUNT), is_private=False)
    cut = digests_.digest_post(digest, replace(contents, is_cut=True), t, ACCOUNT)
    yield Sample("digest, more than could be read", cut, is_private=False)
    left = digests_.digest_post(replace(digest, created_by=""), contents, t, ACCOUNT)
    yield Sample("digest, its owner gone", left, is_private=False)
    whole = digests_.all_tickets(digest, replace(contents, listed=9), 1, t, size=len(desk.queued))
    yield Sample("digest, all of it", whole)
    paused = replace(
        digest, is_paused=True, departments={}, posts_empty=False, last_came=NOW, is_settled=False
    )
    yield Sample("digests of a channel", _of_channel([digest, paused], desk, is_member=True))
    yield Sample("digests of a channel, none", _of_channel([], desk, is_member=False))
    fresh = digest_form.fresh(desk.channel, desk.user, desk.zone, t)
    yield Sample("form: add digest", digest_form.form(digest_form.DigestState(), t, digest=fresh))
    never = replace(digest, name="", schedule=replace(digest.schedule, times=()))
    wrong = digest_form.form(digest_form.DigestState(), t, digest=never)
    errors = errors_in(
        wrong, lambda held: digest_form.read(held, digest_form.DigestState(), desk.user, t)
    )
    yield Sample("form: change digest, wrong", wrong, errors=errors)
    down = e.NotApplied("", "")
    for what in digests_.Trouble:
        post = digests_.trouble(digest, down, NOW, t, what)
        yield Sample(f"digest in trouble: {what.name.lower()}", post, is_private=False)


def _of_channel(found: Sequence[Digest], desk: Desk, *, is_member: bool) -> Post:
    return channel_digests.digests_of_channel(
        found, desk.channel, desk.t, viewer=desk.user, invites="" if is_member else "U0BOT"
    )


def homes(desk: Desk) -> Iterator[Sample]:
    t = desk.t
    where = [desk.department.name]
    yield Sample(
        "Home, at first",
        home(
            HomeContents(
                desk.actor,
                where,
                up_next=UpNext([], 0, NOW),
                waiting=Queue(desk.lines),
                can_read_messages=True,
                my_tickets_choice=MyTicketsChoice(desk.user, was_asked=False),
            ),
            t,
            ACCOUNT,
        ),
    )
    answer, *others = work.operations(desk)[:4]
    asks = {"why": "news", "count": 3, "newest": {"body": desk.news}}
    recent = [
        (work.a_row(State.HELD, "reply", {}), answer),
        (work.a_row(State.ASKS, "reply", asks), answer),
        *((work.a_row(State.DONE, each.kind, work.end(each, desk)), each) for each in others),
    ]
    to_do = [each for each in desk.tickets if each.status in WAITING_LONGEST.statuses]
    at_work = HomeContents(
        desk.actor,
        where,
        up_next=UpNext(to_do, len(to_do), NOW, present=work.present_in(desk)),
        waiting=Queue(desk.lines),
        recent=recent,
        digests=[work.a_digest(desk)],
        live=[live_form.fresh(desk.channel, desk.user, t)],
        language=desk.language,
        hides_guide=True,
        my_tickets_choice=MyTicketsChoice(desk.user, mode=Mode.HOURS),
    )
    yield Sample("Home, at work", home(at_work, t, ACCOUNT))
    forgetful = HomeContents(
        desk.actor, where, waiting=Queue(desk.lines), is_forgetful=True, can_read_messages=False
    )
    yield Sample("Home, the database away", home(forgetful, t, ACCOUNT))
    stranger = HomeContents(trouble=explain(e.NotAnAgent("nora@acme.example"), t))
    down = HomeContents(desk.actor, trouble=explain(e.NotApplied("", ""), t), can_try_again=True)
    yield Sample("Home, loading", loading_home(t))
    yield Sample("Home, LiveAgent down", home(down, t, ACCOUNT))
    yield Sample("Home of who is no agent", home(stranger, t, ACCOUNT))
