"""The form of a digest: contents, schedule, and how much of customers the channel sees."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from pydantic import Field
from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    Option,
    RadioButtonsElement,
)
from slack_sdk.models.blocks.block_elements import (
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
)
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.fields import (
    Errors,
    chosen,
    field,
    line_field,
    modal,
    multi_select,
    option,
    select,
    ticked,
    typed,
    values,
)
from blocks.forms.state import AnswerToField, FormState
from blocks.ids import Id
from blocks.text import plain, small
from bot.domain.answer_to import Home
from bot.domain.characters import compatible
from bot.domain.digest import OFFERED_STATUSES, WAITING, WEEKDAYS, Digest, Schedule, Shown
from bot.i18n import LANGUAGES, N_, Translator

MAX_TIMES = 12

_DAYS = dict(
    zip(
        WEEKDAYS,
        (
            N_("Monday"),
            N_("Tuesday"),
            N_("Wednesday"),
            N_("Thursday"),
            N_("Friday"),
            N_("Saturday"),
            N_("Sunday"),
        ),
        strict=True,
    )
)
_SHOWS = {Shown.SUBJECT: N_("the subject"), Shown.OWNER: N_("the customer's name")}
_CHANGES, _EVERYTHING = "changes", "everything"
_SAYS, _IS_SILENT, _ONCE_TICKED = "says", "silent", "yes"
_TIME = re.compile(r"(\d{1,2})[:.h時](\d{2})?分?")


def fresh(channel: str, user: str, zone: str, t: Translator) -> Digest:
    """Returns the proposal: all tickets that wait for the team, on weekdays at nine."""
    return Digest(
        id=0,
        channel=channel,
        name=t("Waiting tickets"),
        departments={},
        statuses=WAITING,
        schedule=Schedule(WEEKDAYS[:5], (time(9),), zone),
        language=t.language,
        created_by=user,
    )


class DigestState(FormState):
    """`digest` is the changed digest's id, 0 for a new one; it posts in `channel`."""

    channel: str = ""
    digest: int = 0
    answer_to: AnswerToField = Field(default=Home(), alias="response_url")


def form(state: DigestState, t: Translator, *, digest: Digest) -> View:
    """Returns the form; `digest` is the initial input."""
    what = {
        _CHANGES: option(_CHANGES, t("Only what changed")),
        _EVERYTHING: option(_EVERYTHING, t("Everything")),
    }
    shows = {str(each): option(each, t(text)) for each, text in _SHOWS.items()}
    empty = {
        _SAYS: option(_SAYS, t("Say so in one line")),
        _IS_SILENT: option(_IS_SILENT, t("Post nothing at all")),
    }
    blocks: list[Block] = [
        line_field(Id.NAME, t("Name"), digest.name, 100),
        _departments(digest, t),
        multi_select(
            Id.STATUS,
            t("Status"),
            {each: words.status(each, t)[1] for each in OFFERED_STATUSES},
            digest.statuses,
        ),
        multi_select(
            Id.DAYS,
            t("Days"),
            {day: t(text) for day, text in _DAYS.items()},
            digest.schedule.days,
        ),
        line_field(
            Id.TIMES,
            t("Times"),
            ", ".join(f"{each:%H:%M}" for each in digest.schedule.times),
            100,
            hint=t("For example 09:00, 14:30"),
        ),
        field(
            Id.ZONE,
            t("Time zone"),
            ExternalDataSelectElement(
                action_id=Id.ZONE,
                min_query_length=0,
                initial_option=option(digest.schedule.zone, digest.schedule.zone),
            ),
        ),
        field(
            Id.LANGUAGE,
            t("Language"),
            select(Id.LANGUAGE, LANGUAGES, digest.language),
        ),
        field(
            Id.WHAT,
            t("Include"),
            RadioButtonsElement(
                action_id=Id.WHAT,
                options=list(what.values()),
                initial_option=what[_CHANGES if digest.only_changes else _EVERYTHING],
            ),
        ),
        field(
            Id.SHOWS,
            t("Show in the channel"),
            _checkboxes(Id.SHOWS, shows, digest.shows),
            optional=True,
        ),
        field(
            Id.EMPTY,
            t("When nobody is waiting"),
            RadioButtonsElement(
                action_id=Id.EMPTY,
                options=list(empty.values()),
                initial_option=empty[_SAYS if digest.posts_empty else _IS_SILENT],
            ),
        ),
        small(
            t(
                "Everyone in the channel can read it. Tickets can't be shared in channels with "
                "other companies."
            )
        ),
    ]
    title = t("Change digest") if digest.id else t("Add digest")
    return modal(Id.DIGEST, state, blocks, t, title=title, submit=t("Save"))


def read(view: Mapping[str, Any], state: DigestState, user: str, t: Translator) -> Digest | Errors:
    """Returns the digest, or errors by field. No departments means all."""
    errors: Errors = {}
    times = read_times(typed(view, Id.TIMES))
    if not times or len(times) > MAX_TIMES:
        errors[Id.TIMES] = t("Enter times like 09:00, 14:30.")
    zone = chosen(view, Id.ZONE)
    if zone not in available_timezones():
        errors[Id.ZONE] = t("That isn't a time zone.")
    name = " ".join(typed(view, Id.NAME).split())
    if not name:
        errors[Id.NAME] = t("Type something first.")
    if errors:
        return errors
    days = ticked(view, Id.DAYS)
    return Digest(
        id=state.digest,
        channel=state.channel,
        name=name,
        departments=_chosen_departments(view),
        statuses=tuple(each for each in OFFERED_STATUSES if each in ticked(view, Id.STATUS)),
        schedule=Schedule(tuple(day for day in WEEKDAYS if day in days), tuple(times), zone),
        language=chosen(view, Id.LANGUAGE) or "en",
        created_by=user,
        only_changes=chosen(view, Id.WHAT) != _EVERYTHING,
        posts_empty=chosen(view, Id.EMPTY) == _SAYS or _ONCE_TICKED in ticked(view, Id.EMPTY),
        shows=frozenset(ticked(view, Id.SHOWS)),
    )


def read_times(text: str) -> list[time]:
    """Returns the times in order; none if any part is not a time of day."""
    found = []
    for each in re.split(r"[,;、\s]+", compatible(text).strip()):
        match = _TIME.fullmatch(each)
        if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:  # noqa: PLR2004
            return []
        found.append(time(int(match[1]), int(match[2] or 0)))
    return sorted(set(found))


def _departments(digest: Digest, t: Translator) -> Block:
    initial = [option(each, name) for each, name in digest.departments.items()]
    element = ExternalDataMultiSelectElement(
        action_id=Id.DEPARTMENT,
        min_query_length=0,
        initial_options=initial[:100] or None,
        placeholder=plain(t("All departments"), 150),
    )
    return field(Id.DEPARTMENT, t("Department"), element, optional=True)


def _chosen_departments(view: Mapping[str, Any]) -> dict[str, str]:
    held = next((value for name, value in values(view) if name == Id.DEPARTMENT), {})
    options = held.get("selected_options") or ()
    return {str(each["value"]): str(each["text"]["text"]) for each in options}


def _checkboxes(
    name: Id, options: Mapping[str, Option], initial: Sequence[str] | frozenset[str]
) -> CheckboxesElement:
    return CheckboxesElement(
        action_id=name,
        options=list(options.values()),
        initial_options=[shown for value, shown in options.items() if value in initial] or None,
    )
