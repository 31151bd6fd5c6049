"""The columns of digests, in every format that earlier versions stored."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Row, null

from bot.domain.digest import Day, DepartmentDay, Digest, DigestKind, Mark, Schedule
from bot.domain.week import Seen
from bot.storage.tables import digests

_SEEN = {"last", "days"}  # what runs saw: of ten thousand tickets, perhaps
LISTED = [null().label(each.name) if each.name in _SEEN else each for each in digests.c]


def columns_of(digest: Digest) -> dict[str, Any]:
    return {
        "channel": digest.channel,
        "name": digest.name,
        "settings": {
            "departments": dict(digest.departments),
            "statuses": list(digest.statuses),
            "days": list(digest.schedule.days),
            "times": [f"{each:%H:%M}" for each in digest.schedule.times],
            "zone": digest.schedule.zone,
            "language": digest.language,
            "only_changes": digest.only_changes,
            "posts_empty": digest.posts_empty,
            "shows": sorted(digest.shows),
            "is_settled": True,
            "kind": digest.kind,
        },
    }


def read_digest(row: Row[Any]) -> Digest:
    given = row.settings
    return Digest(
        id=row.id,
        channel=row.channel,
        name=row.name,
        departments=given["departments"],
        statuses=tuple(given["statuses"]),
        schedule=Schedule(
            tuple(given["days"]),
            tuple(time.fromisoformat(each) for each in given["times"]),
            given["zone"],
        ),
        language=given["language"],
        created_by=row.created_by,
        only_changes=given["only_changes"],
        posts_empty=given["posts_empty"],
        shows=frozenset(given["shows"]),
        is_paused=row.is_paused,
        due=_moment(row.due),
        last=_marks(row.last),
        last_posted=_moment(row.last_posted),
        last_came=_moment(row.last_came),
        is_settled=given.get("is_settled", False),
        kind=DigestKind(given.get("kind", DigestKind.TICKETS)),
        days=read_days(row.days),
    )


def read_seen(settings: Mapping[str, Any], days: Mapping[str, Day]) -> Seen:
    return Seen({*settings["departments"]}, {*settings["statuses"]}, days)


def read_days(stored: Mapping[str, Sequence[Any]] | None) -> Mapping[str, Day]:
    return {each: _day(*figures) for each, figures in (stored or {}).items()}


def _day(
    waiting: int,
    came: int | None,
    left: int | None,
    departments: Mapping[str, Sequence[Any]] | None = None,
) -> Day:
    """Reads a day; earlier versions stored no departments."""
    if departments is None:
        return Day(waiting, came, left)
    apart = {each: DepartmentDay(*figures) for each, figures in departments.items()}
    return Day(waiting, came, left, apart)


def _marks(stored: Mapping[str, str | Sequence[Any]] | None) -> Mapping[str, Mark] | None:
    """Reads marks; earlier versions stored the status alone."""
    if stored is None:
        return None
    return {
        ticket: Mark(mark) if isinstance(mark, str) else Mark(*mark)
        for ticket, mark in stored.items()
    }


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
