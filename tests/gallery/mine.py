"""Samples of direct messages about one's own tickets."""

from collections.abc import Iterator
from dataclasses import replace

from blocks import my_tickets as my
from blocks.forms import hours as hours_form
from blocks.forms import times as times_form
from bot.domain.calendar import Hours
from bot.domain.my_tickets import Mode, MyTicketsChoice, News
from bot.domain.ticket import Status, TicketView
from tests.gallery.desk import ACCOUNT, NOW, Desk
from tests.gallery.sample import Sample, errors_in


def my_tickets(desk: Desk) -> Iterator[Sample]:
    t, ticket, who = desk.t, desk.ticket, desk.agent_called(desk.ticket) or "Ben"
    quiet = News(ticket.id, ticket.code)
    samples_by_title = {
        "assigned": (replace(quiet, is_assigned=True), who),
        "assigned, nobody knows by whom": (replace(quiet, is_assigned=True), ""),
        "an answer": (replace(quiet, answers=1), ""),
        "assigned, and answers": (replace(quiet, is_assigned=True, answers=3), who),
        "nothing new": (quiet, ""),
    }
    for title, (news, by) in samples_by_title.items():
        status = Status.OPEN if news.is_unread else Status.RESOLVED
        view = TicketView(ticket._replace(status=status), None, None, (), NOW)
        yield Sample(f"my ticket, {title}", my.ticket_news(news, view, by, t, ACCOUNT))
    yield Sample("my ticket, gone", my.gone_news(ticket.code, t))
    for count in (0, 12):
        yield Sample(f"my tickets, summary of {count or 'many'}", my.many_news(count, t))
    for mode in (Mode.HOURS, Mode.ALWAYS):
        person = MyTicketsChoice(desk.user, mode=mode)
        yield Sample(f"my tickets, chosen: {mode}", my.confirmation(person, t))
    own = times_form.form(t, times=[desk.later, "3d"])
    yield Sample("form: my times to postpone until", own)
    form = hours_form.form(t, hours=Hours())
    yield Sample("form: my hours", form)
    wrong = hours_form.form(t, hours=Hours(days=()))
    found = errors_in(wrong, lambda held: hours_form.read_hours(held, t))
    yield Sample("form: my hours, errors", wrong, errors=found)
