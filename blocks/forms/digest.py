"""The form of a digest: contents, schedule, and how much of customers the channel sees."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from slack_sdk.models.blocks import (
    Block,
)
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.channel import ChannelState, chosen_departments, departments_field
from blocks.forms.fields import (
    checkboxes,
    field,
    line_field,
    multi_select,
    option,
    radio_buttons,
    select,
    zone_field,
)
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, chosen, read_zone, ticked, typed
from blocks.ids import Id
from blocks.text import small
from bot.domain.characters import compatible
from bot.domain.digest import OFFERED_STATUSES, WEEKDAYS, Digest, DigestKind, Schedule, Shown
from bot.domain.ticket import WAITING
from bot.i18n import LANGUAGES, N_, Translator

MAX_TIMES = 12

DAYS = dict(
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
_SHOWS = {
    DigestKind.TICKETS: {Shown.SUBJECT: N_("Subject"), Shown.OWNER: N_("Customer's name")},
    DigestKind.WEEK: {
        Shown.COMMENTS: N_("What customers wrote with their ratings"),
        Shown.AGENTS: N_("Ratings per agent (only admins can turn this on)"),
    },
}
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


def fresh_week(channel: str, user: str, zone: str, t: Translator) -> Digest:
    """Returns the proposal: on Mondays at nine, counts only."""
    return replace(
        fresh(channel, user, zone, t),
        kind=DigestKind.WEEK,
        name=t("Last week"),
        schedule=Schedule(WEEKDAYS[:1], (time(9),), zone),
        only_changes=False,
        shows=frozenset(),
    )


class DigestState(ChannelState):
    """`digest` is the changed digest's id, 0 for a new one."""

    digest: int = 0
    kind: DigestKind = DigestKind.TICKETS


def form(state: DigestState, t: Translator, *, digest: Digest) -> View:
    """Returns the form; `digest` is the initial input."""
    state, is_week = state.showing(digest.departments), digest.kind is DigestKind.WEEK
    blocks: list[Block] = [
        line_field(Id.NAME, t("Name"), digest.name, 100),
        departments_field(digest.departments, t, kept=_hidden_departments),
        *([] if is_week else [_statuses(digest, t)]),
        *_schedule(digest, t),
        field(
            Id.LANGUAGE,
            t("Language"),
            select(Id.LANGUAGE, LANGUAGES, digest.language),
        ),
        *([] if is_week else [_include_field(digest, t)]),
        _shows(digest, t),
        *([] if is_week else [_empty_field(digest, t)]),
        small(
            t(
                "Everyone in the channel can read it. Tickets can't be shared in channels with "
                "other companies."
            )
        ),
    ]
    if is_week:
        blocks.append(
            small(
                t(
                    "Covers the seven days before it's posted. The counts come from digests of "
                    "waiting tickets, so these departments need one."
                )
            )
        )
    title = _title(digest, t)
    return modal(Id.DIGEST, state, blocks, t, title=title, submit=t("Save"))


def _hidden_departments(unseen: int, t: Translator) -> str:
    return t.plural(
        "One more department doesn't fit here. The digest keeps it.",
        "{count} more departments don't fit here. The digest keeps them.",
        unseen,
    )


def _title(digest: Digest, t: Translator) -> str:
    if digest.id:
        return t("Change digest")
    return t("Add weekly digest") if digest.kind is DigestKind.WEEK else t("Add digest")


def _statuses(digest: Digest, t: Translator) -> Block:
    texts = {str(each): words.status(each, t)[1] for each in OFFERED_STATUSES}
    return multi_select(Id.STATUS, t("Status"), texts, digest.statuses)


def _schedule(digest: Digest, t: Translator) -> Iterator[Block]:
    days = {day: t(text) for day, text in DAYS.items()}
    yield multi_select(Id.DAYS, t("Days"), days, digest.schedule.days)
    times = ", ".join(f"{each:%H:%M}" for each in digest.schedule.times)
    yield line_field(Id.TIMES, t("Times"), times, 100, hint=t("For example 09:00, 14:30"))
    yield zone_field(digest.schedule.zone, t)


def _include_field(digest: Digest, t: Translator) -> Block:
    what = {_CHANGES: t("Only what changed"), _EVERYTHING: t("Everything")}
    initial = _CHANGES if digest.only_changes else _EVERYTHING
    return radio_buttons(Id.WHAT, t("Include"), what, initial)


def _shows(digest: Digest, t: Translator) -> Block:
    offered = {str(each): option(each, t(text)) for each, text in _SHOWS[digest.kind].items()}
    boxes = checkboxes(Id.SHOWS, offered, digest.shows)
    return field(Id.SHOWS, t("Show in the channel"), boxes, optional=True)


def _empty_field(digest: Digest, t: Translator) -> Block:
    empty = {_SAYS: t("Say so in one line"), _IS_SILENT: t("Post nothing at all")}
    initial = _SAYS if digest.posts_empty else _IS_SILENT
    return radio_buttons(Id.EMPTY, t("When nobody is waiting"), empty, initial)


def read(view: Mapping[str, Any], state: DigestState, user: str, t: Translator) -> Digest | Errors:
    """Returns the digest, or errors by field. No departments means all."""
    errors: Errors = {}
    times = read_times(typed(view, Id.TIMES))
    if not times or len(times) > MAX_TIMES:
        errors[Id.TIMES] = t("Enter times like 09:00, 14:30.")
    zone = read_zone(view)
    if not zone:
        errors[Id.ZONE] = t("That isn't a time zone.")
    name = " ".join(typed(view, Id.NAME).split())
    if not name:
        errors[Id.NAME] = t("Type something first.")
    if errors:
        return errors
    days = ticked(view, Id.DAYS)
    digest = Digest(
        id=state.digest,
        channel=state.channel,
        name=name,
        departments=chosen_departments(view),
        statuses=WAITING,
        schedule=Schedule(tuple(day for day in WEEKDAYS if day in days), tuple(times), zone),
        language=chosen(view, Id.LANGUAGE) or "en",
        created_by=user,
        only_changes=False,
        shows=frozenset(ticked(view, Id.SHOWS)) & {*_SHOWS[state.kind]},
        kind=state.kind,
    )
    if digest.kind is DigestKind.WEEK:
        return digest
    return replace(
        digest,
        statuses=tuple(each for each in OFFERED_STATUSES if each in ticked(view, Id.STATUS)),
        only_changes=chosen(view, Id.WHAT) != _EVERYTHING,
        posts_empty=chosen(view, Id.EMPTY) == _SAYS or _ONCE_TICKED in ticked(view, Id.EMPTY),
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
