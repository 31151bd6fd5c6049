"""Samples of live channels."""

from collections.abc import Iterator
from dataclasses import replace

from blocks import live as live_
from blocks.forms import live as live_form
from bot.domain import errors as e
from bot.domain.changes import Change, What
from bot.domain.digest import Shown
from bot.domain.live import CUSTOMERS_TEXT, THREAD_CHANGES, LiveChannel
from bot.domain.ticket import Status
from tests.gallery.desk import ACCOUNT, NOW, Desk
from tests.gallery.sample import Sample, errors_in


def live_channels(desk: Desk) -> Iterator[Sample]:
    t, ticket, who = desk.t, desk.ticket, desk.agent_called(desk.ticket) or "Ben"
    for letter in (Status.NEW, Status.OPEN, Status.ANSWERED, Status.RESOLVED):
        shown = ticket._replace(status=letter)
        post = live_.live_message(shown, "", t, ACCOUNT, shows_subject=False)
        yield Sample(f"live ticket, status {letter}", post, is_private=False)
    taken = ticket._replace(assignee_id=desk.agent)
    post = live_.live_message(taken, who, t, ACCOUNT, shows_subject=True)
    yield Sample("live ticket, assigned, with its subject", post, is_private=False)
    answering = live_.Answering([who], NOW)
    post = live_.live_message(taken, who, t, ACCOUNT, shows_subject=False, answering=answering)
    yield Sample("live ticket, somebody is replying", post, is_private=False)
    yield Sample("live ticket, moved", live_.moved_message(ticket.code, t), is_private=False)
    yield from _threads(desk, who)
    live = _live(desk)
    for count in (1, 212):
        yield Sample(f"live, summary of {count}", live_.summary(live, count, t), is_private=False)
    yield Sample("live tickets, none", live_.live_of_channel(None, desk.channel, t))
    yield Sample("live tickets", live_.live_of_channel(live, desk.channel, t))
    shows = frozenset({Shown.SUBJECT, CUSTOMERS_TEXT})
    open_ = replace(live, departments={}, shows=shows, is_paused=True)
    yield Sample("live tickets, paused", live_.live_of_channel(open_, desk.channel, t))
    refused = e.PostRefused("chat.postMessage", "is_archived")
    yield Sample("live tickets were paused", live_.paused(desk.channel, refused, t))
    form = live_form.form(live_form.LiveState(), t, live=live)
    yield Sample("form: live tickets", form)
    wrong = live_form.form(live_form.LiveState(), t, live=replace(live, statuses=()))
    found = errors_in(wrong, lambda held: live_form.read(held, live_form.LiveState(), "U", t))
    yield Sample("form: live tickets, errors", wrong, errors=found)


def _live(desk: Desk) -> LiveChannel:
    place = desk.ticket.department
    fresh = live_form.fresh(desk.channel, desk.user, desk.t)
    return replace(fresh, departments={place.id: place.name})


def _threads(desk: Desk, who: str) -> Iterator[Sample]:
    """Every line, of this bot's work and of LiveAgent's, with names and without."""
    place = desk.ticket.department
    changes = [
        Change(what, NOW, after=_after(what, desk), id=number, by=by)
        for number, (what, by) in enumerate(
            (what, by) for what in sorted(THREAD_CHANGES) for by in ("", "U")
        )
    ]
    names = {each.id: who for each in changes}
    for title, known in (("named", names), ("unnamed", {})):
        departments = {place.id: place.name} if known else {}
        post = live_.thread_lines(changes, known, departments, desk.t)
        yield Sample(f"live, thread, {title}", post, is_private=False)
    wrote = [each for each in changes if each.what is What.CUSTOMER_WROTE]
    bodies = {each.id: (desk.view.messages or ())[0].body for each in wrote}
    quoted = live_.thread_lines(wrote, {}, {}, desk.t, bodies)
    yield Sample("live, thread, quoting customers", quoted, is_private=False)
    free = [replace(each, after="") for each in changes if each.what is What.ASSIGNED]
    yield Sample(
        "live, thread, unassigned", live_.thread_lines(free, {}, {}, desk.t), is_private=False
    )


def _after(what: What, desk: Desk) -> str:
    match what:
        case What.STATUS_CHANGED:
            return Status.POSTPONED
        case What.TRANSFERRED:
            return desk.ticket.department.id
        case What.ASSIGNED:
            return desk.agent
    return ""
