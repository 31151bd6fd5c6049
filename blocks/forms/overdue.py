"""The form of *Overdue alerts*: how long customers may wait, in which working hours."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    RichTextBlock,
    RichTextSectionElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import RichTextInputElement
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.channel import ChannelState, chosen_departments, departments_field
from blocks.forms.fields import checkboxes, field, line_field, option, select, zone_field
from blocks.forms.frame import modal
from blocks.forms.hours import hours_fields, read_hours
from blocks.forms.reading import Errors, chosen, read_zone, ticked, typed, values
from blocks.ids import Id
from blocks.overdue import mention, purpose
from blocks.text import small
from bot.domain.calendar import Calendar
from bot.domain.characters import compatible
from bot.domain.digest import Shown
from bot.domain.overdue import OverdueAlert
from bot.domain.ticket import Status
from bot.i18n import LANGUAGES, Translator

LIMITS = {
    Id.LIMIT_NEW: Status.NEW,
    Id.LIMIT_OPEN: Status.OPEN,
    Id.LIMIT_POSTPONED: Status.POSTPONED,
}
"""The field of each status in which customers wait for the team."""
MINUTES = (15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 960, 1440, 2400)
MAX_HOLIDAYS = 100
MAX_DIGITS = 4
_NEVER = "0"
_DAY = re.compile(r"(\d{4}-)?\d\d-\d\d", re.ASCII)
_LEAP_YEAR = "2000-"


class OverdueState(ChannelState):
    """The state of the form of a channel's alerts."""


def fresh(channel: str, user: str, zone: str, t: Translator) -> OverdueAlert:
    """Returns the proposal: an hour for new and open tickets, and no mention."""
    limits = {str(each): 60 for each in (Status.NEW, Status.OPEN)}
    return OverdueAlert(channel, {}, limits, t.language, user, Calendar(zone=zone))


def form(state: OverdueState, t: Translator, *, alert: OverdueAlert) -> View:
    """Returns the form; `alert` is the initial input."""
    state = state.showing(alert.departments)
    blocks = [
        small(purpose(t)),
        departments_field(alert.departments, t),
        *_limits(alert, t),
        *hours_fields(alert.calendar.hours, t),
        zone_field(alert.calendar.zone, t),
        line_field(
            Id.HOLIDAYS,
            t("Holidays"),
            ", ".join(alert.calendar.holidays),
            1500,
            hint=t("For example 2026-12-24, or 12-25 for every year"),
            optional=True,
        ),
        *_escalation(alert, t),
        field(Id.LANGUAGE, t("Language"), select(Id.LANGUAGE, LANGUAGES, alert.language)),
        _shows(alert, t),
        small(
            t(
                "Only working hours count. A new ticket's wait starts when it's opened; any "
                "other's at its last update before the bot noticed it waiting, because LiveAgent's "
                "lists don't show when the customer wrote."
            )
        ),
    ]
    title = t("Overdue alerts")
    return modal(Id.OVERDUE, state, blocks, t, title=title, submit=t("Save"))


def _limits(alert: OverdueAlert, t: Translator) -> Iterator[Block]:
    for name, status in LIMITS.items():
        label = t("Alert when {status} tickets wait longer than", status=words.status(status, t)[1])
        yield field(name, label, _times(name, alert.limits.get(status, 0), t))


def _escalation(alert: OverdueAlert, t: Translator) -> Iterator[Block]:
    label = t("Mention someone if they wait this much longer")
    yield field(Id.FURTHER, label, _times(Id.FURTHER, alert.escalates_after, t))
    element = RichTextInputElement(action_id=Id.NAMES, initial_value=_written(alert.escalates_to))
    hint = t("Type @ and choose one person or user group.")
    yield field(Id.NAMES, t("Whom to mention"), element, optional=True, hint=hint)


def _times(name: Id, minutes: int, t: Translator) -> StaticSelectElement:
    texts = {_NEVER: t("Never")}
    texts |= {
        str(each): t.span(timedelta(minutes=each)) for each in sorted({*MINUTES, minutes} - {0})
    }
    return select(name, texts, str(minutes))


def _shows(alert: OverdueAlert, t: Translator) -> Block:
    offered = {str(Shown.SUBJECT): option(Shown.SUBJECT, t("Subject"))}
    shown = [Shown.SUBJECT] if alert.shows_subject else []
    boxes = checkboxes(Id.SHOWS, offered, shown)
    return field(Id.SHOWS, t("Show in the channel"), boxes, optional=True)


def _written(slack_id: str) -> RichTextBlock | None:
    """Returns the mention with which the field is filled."""
    if not slack_id:
        return None
    return RichTextBlock(elements=[RichTextSectionElement(elements=[mention(slack_id)])])


def read(
    view: Mapping[str, Any], state: OverdueState, user: str, t: Translator
) -> OverdueAlert | Errors:
    """Returns the alert, or errors by field. No departments means all."""
    errors: Errors = {}
    limits = {str(status): _minutes(view, name) for name, status in LIMITS.items()}
    limits = {status: minutes for status, minutes in limits.items() if minutes}
    if not limits:
        errors[Id.LIMIT_NEW] = t("Choose a time for at least one status.")
    hours = read_hours(view, t)
    if isinstance(hours, dict):
        errors |= hours
    zone = read_zone(view)
    if not zone:
        errors[Id.ZONE] = t("That isn't a time zone.")
    holidays = read_holidays(typed(view, Id.HOLIDAYS))
    if holidays is None:
        errors[Id.HOLIDAYS] = t("Enter days like 2026-12-24, 12-25.")
    further, named = _minutes(view, Id.FURTHER), _mentioned(view)
    if named is None or (further and not named):
        errors[Id.NAMES] = t("Mention one person or user group.")
    if errors or isinstance(hours, dict) or holidays is None:
        return errors
    return OverdueAlert(
        channel=state.channel,
        departments=chosen_departments(view),
        limits=limits,
        language=chosen(view, Id.LANGUAGE) or "en",
        created_by=user,
        calendar=Calendar(hours, zone, holidays),
        escalates_after=further,
        escalates_to=named or "",
        shows_subject=Shown.SUBJECT in ticked(view, Id.SHOWS),
    )


def _minutes(view: Mapping[str, Any], name: Id) -> int:
    value = chosen(view, name)
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS else 0


def _mentioned(view: Mapping[str, Any]) -> str | None:
    """Returns the Slack id of the mention, "" for none, None for anything else."""
    held = next((value for name, value in values(view) if name == Id.NAMES), {})
    rich = held.get("rich_text_value") or {}
    parts = [part for each in rich.get("elements", ()) for part in each.get("elements", ())]
    found = [part for part in parts if str(part.get("text", "?")).strip()]
    if len(found) != 1:
        return None if found else ""
    return str(found[0].get("user_id") or found[0].get("usergroup_id") or "") or None


def read_holidays(text: str) -> tuple[str, ...] | None:
    """Returns the days in order; None if any part is not a day, or there are too many."""
    found = set[str]()
    for each in filter(None, re.split(r"[,;、\s]+", compatible(text))):
        match = _DAY.fullmatch(each)
        if match is None:
            return None
        try:
            date.fromisoformat(each if match[1] else f"{_LEAP_YEAR}{each}")
        except ValueError:
            return None
        found.add(each)
    return tuple(sorted(found)) if len(found) <= MAX_HOLIDAYS else None
