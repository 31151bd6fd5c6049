"""What channels are told about customers who wait too long."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

from blocks import late as late_
from blocks.forms import late as late_form
from bot.domain import errors as e
from bot.domain.calendar import Hours
from bot.domain.late import LateAlert, LateTicket
from tests.gallery.desk import ACCOUNT, NOW, Desk
from tests.gallery.sample import Sample, errors_in


def overdue_alerts(desk: Desk) -> Iterator[Sample]:
    t, ticket, who = desk.t, desk.ticket, desk.agent_called(desk.ticket) or "Ben"
    alert = replace(
        late_form.fresh(desk.channel, desk.user, "Asia/Tokyo", t),
        departments={ticket.department.id: ticket.department.name},
    )
    late = LateTicket(ticket, NOW - timedelta(hours=3), 7200.0, is_escalated=False, notified=0)
    others = [
        late._replace(ticket=ticket._replace(id=f"t{number}"), notified=1) for number in range(11)
    ]
    for title, found, names, outside in (
        ("one", [late], {ticket.id: ""}, 0),
        ("many", [late, *others], {"t1": who, "t2": t("an unknown agent")}, 3),
        ("one, it is unknown who has it", [late], {}, 1),
    ):
        shown = replace(alert, shows_subject=len(found) > 1)
        post = late_.late_message(shown, found, names, outside, t, ACCOUNT)
        dated = late_.dated(post, NOW, t, is_cut=len(found) > 1)
        yield Sample(f"late, {title}", dated, is_private=False)
    yield Sample("late, nobody", late_.dated(late_.nobody_late(t), NOW, t), is_private=False)
    yield Sample("late, continued", late_.continued(t), is_private=False)
    yield Sample("late, ended", late_.ended(t), is_private=False)
    for title, named, count in (
        ("a person", desk.user, 1),
        ("a user group", "S0LEADS", 12),
        ("nobody", "", 2),
    ):
        naming = replace(alert, escalates_to=named, escalates_after=90)
        post = late_.escalation(naming, [late] * count, t, ACCOUNT)
        yield Sample(f"late, naming {title}", post, is_private=False)
    yield Sample("late, none", late_.late_of_channel(None, desk.channel, t))
    yield Sample("late, set up", late_.late_of_channel(alert, desk.channel, t))
    nights = replace(alert.calendar, hours=Hours(begin=time(18), end=time(9)))
    at_night = replace(alert, calendar=nights)
    yield Sample("late, set up for the night", late_.late_of_channel(at_night, desk.channel, t))
    yield from _settings(
        desk, replace(alert, escalates_to=desk.user, escalates_after=90, is_paused=True)
    )


def _settings(desk: Desk, alert: LateAlert) -> Iterator[Sample]:
    t, state = desk.t, late_form.LateState()
    yield Sample("late, paused", late_.late_of_channel(alert, desk.channel, t))
    yield Sample("late was paused", late_.late_paused(desk.channel, e.SharedOutside(), t))
    yield Sample("form: late", late_form.form(state, t, alert=alert))
    calendar = replace(alert.calendar, holidays=("some day",))
    wrong = replace(alert, limits={}, escalates_to="", calendar=calendar)
    form = late_form.form(state, t, alert=wrong)
    found = errors_in(form, lambda held: late_form.read(held, state, "U", t))
    yield Sample("form: late, errors", form, errors=found)
