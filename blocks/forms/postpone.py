"""The form that postpones a ticket: until when, and a reason."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from blocks.forms.about import about, titled
from blocks.forms.fields import field, line_field, reason_field, select
from blocks.forms.form import Form, Start, shown
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, chosen, typed
from blocks.forms.state import SeenState
from blocks.ids import Id
from blocks.notices import explain
from blocks.text import emoji, line, lines, small, text_part
from blocks.ticket import as_of
from bot.domain.errors import BadInput
from bot.domain.when import days_to_monday, morning_in, read_when
from bot.i18n import Translator
from bot.operations import Postpone

HOURS = 3


class PostponeState(SeenState):
    """`zone` is the author's; `now` is when the form is submitted."""

    zone: str = "UTC"
    now: AwareDatetime | None = Field(default=None, exclude=True)

    def submitted_at(self, now: datetime) -> Self:
        return self.model_copy(update={"now": now})


def form(state: PostponeState, t: Translator, start: Start) -> View:
    """Offers times in the reader's zone; text after the command is an additional one."""
    now, zone = start.now or shown(start).seen, ZoneInfo(start.zone)
    state = state.model_copy(update={"zone": start.zone})
    offered = {_value(each): name for each, name in _offered(start.times, now, zone, t)}
    blocks: list[Block] = [
        *about(start, state.code, t),
        as_of(shown(start).seen, t),
        *_understood(start.typed, now, zone, t),
        field(Id.WHEN, t("Until"), select(Id.WHEN, offered, _value(morning_in(1, now, zone)))),
        line_field(
            Id.OTHER_TIME,
            t("Another time"),
            start.typed,
            optional=True,
            hint=t("For example tomorrow 9:30, monday 8:00, 3d or 2026-12-01."),
        ),
        reason_field(t),
        small(t("Times are in the {zone} time zone.", zone=_city(start.zone, t))),
    ]
    title = titled(t("Postpone"), state.code)
    return modal(Id.POSTPONE, state, blocks, t, title=title, submit=t("Postpone"))


def read(view: Mapping[str, Any], state: PostponeState, t: Translator) -> Postpone | Errors:
    now, zone = state.now or datetime.now(UTC), ZoneInfo(state.zone)
    other = typed(view, Id.OTHER_TIME).strip()
    try:
        until = read_when(other, now, zone) if other else _moment(chosen(view, Id.WHEN))
    except BadInput as error:
        return {Id.OTHER_TIME: explain(error, t)}
    if until <= now:
        return {Id.WHEN: t("That time is already past.")}
    reason, when = typed(view, Id.REASON).strip(), _in_words(until, state.zone, t)
    phrase = t("Postponed until {when}: {reason}", when=when, reason=reason)
    return Postpone(
        ticket_id=state.ticket,
        code=state.code,
        subject=state.subject,
        until=until,
        zone=state.zone,
        reason=reason,
        note=phrase if reason else t("Postponed until {when}.", when=when),
        seen=state.seen,
    )


def _offered(
    own: Sequence[str], now: datetime, zone: ZoneInfo, t: Translator
) -> Iterator[tuple[datetime, str]]:
    """Yields the reader's own future times, and then the default ones."""
    for typed_before in own:
        with suppress(BadInput):
            until = read_when(typed_before, now, zone)
            yield until, f"{line(typed_before)} · {t.moment(until.astimezone(zone))}"
    soon = (now + timedelta(hours=HOURS)).replace(second=0, microsecond=0)
    named = [
        (soon, t("Later")),
        (morning_in(1, now, zone), t("Tomorrow")),
        (morning_in(days_to_monday(now, zone), now, zone), t("Next week")),
        (morning_in(7, now, zone), t("In a week")),
    ]
    for until, name in named:
        yield until, f"{name} · {t.moment(until.astimezone(zone))}"


def _understood(given: str, now: datetime, zone: ZoneInfo, t: Translator) -> Iterator[Block]:
    """Says how the text after the command is interpreted, before it is submitted."""
    if not given:
        return
    try:
        until = read_when(given, now, zone)
    except BadInput as error:
        yield lines([[emoji("warning"), text_part(" "), text_part(explain(error, t))]])
    else:
        phrase = t.moment(until.astimezone(zone))
        yield lines([[text_part(t("Until {when}", when=phrase), bold=True)]])


def _in_words(until: datetime, zone: str, t: Translator) -> str:
    return f"{t.moment(until.astimezone(ZoneInfo(zone)))} ({_city(zone, t)})"


def _city(zone: str, t: Translator) -> str:
    return "UTC" if zone == "UTC" else t.zone(zone)


def _value(until: datetime) -> str:
    return str(int(until.timestamp()))


def _moment(value: str) -> datetime:
    return datetime.fromtimestamp(int(value), UTC)


FORM = Form(PostponeState, form, read)
