"""Samples of overdue alerts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

from blocks import overdue as overdue_
from blocks.forms import overdue as overdue_form
from bot.domain import errors as e
from bot.domain.calendar import Hours
from bot.domain.overdue import OverdueAlert, OverdueTicket
from tests.gallery.desk import ACCOUNT, NOW, Desk
from tests.gallery.sample import Sample, errors_in


def overdue_alerts(desk: Desk) -> Iterator[Sample]:
    t, ticket, who = desk.t, desk.ticket, desk.agent_called(desk.ticket) or "Ben"
    alert = replace(
        overdue_form.fresh(desk.channel, desk.user, "Asia/Tokyo", t),
        departments={ticket.department.id: ticket.department.name},
    )
    overdue = OverdueTicket(
        ticket, NOW - timedelta(hours=3), 7200.0, is_escalated=False, notified=0
    )
    others = [
        overdue._replace(ticket=ticket._replace(id=f"t{number}"), notified=1)
        for number in range(11)
    ]
    for title, found, names, outside in (
        ("one", [overdue], {ticket.id: ""}, 0),
        ("many", [overdue, *others], {"t1": who, "t2": t("an unknown agent")}, 3),
        ("one, it is unknown who has it", [overdue], {}, 1),
    ):
        shown = replace(alert, shows_subject=len(found) > 1)
        post = overdue_.overdue_message(shown, found, names, outside, t, ACCOUNT)
        dated = overdue_.dated(post, NOW, t, is_cut=len(found) > 1)
        yield Sample(f"late, {title}", dated, is_private=False)
    yield Sample("late, nobody", overdue_.dated(overdue_.none_overdue(t), NOW, t), is_private=False)
    yield Sample("late, continued", overdue_.continued(t), is_private=False)
    yield Sample("late, ended", overdue_.ended(t), is_private=False)
    for title, named, count, is_gone in (
        ("a person", desk.user, 1, False),
        ("a user group", "S0LEADS", 12, False),
        ("the owner instead", "U0GONE", 2, True),
    ):
        naming = replace(alert, escalates_to=named, escalates_after=90)
        post = overdue_.escalation(naming, [overdue] * count, t, ACCOUNT, is_gone=is_gone)
        yield Sample(f"late, naming {title}", post, is_private=False)
    yield Sample("late, none", overdue_.overdue_of_channel(None, desk.channel, t))
    yield Sample("late, set up", overdue_.overdue_of_channel(alert, desk.channel, t))
    nights = replace(alert.calendar, hours=Hours(begin=time(18), end=time(9)))
    at_night = replace(alert, calendar=nights)
    yield Sample(
        "late, set up for the night", overdue_.overdue_of_channel(at_night, desk.channel, t)
    )
    yield from _settings(
        desk, replace(alert, escalates_to=desk.user, escalates_after=90, is_paused=True)
    )


def _settings(desk: Desk, alert: OverdueAlert) -> Iterator[Sample]:
    t, state = desk.t, overdue_form.OverdueState()
    yield Sample("late, paused", overdue_.overdue_of_channel(alert, desk.channel, t))
    yield Sample("late was paused", overdue_.overdue_paused(desk.channel, e.SharedOutside(), t))
    yield Sample("form: late", overdue_form.form(state, t, alert=alert))
    calendar = replace(alert.calendar, holidays=("some day",))
    wrong = replace(alert, limits={}, escalates_to="", calendar=calendar)
    form = overdue_form.form(state, t, alert=wrong)
    found = errors_in(form, lambda held: overdue_form.read(held, state, "U", t))
    yield Sample("form: late, errors", form, errors=found)
