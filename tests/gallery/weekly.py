"""Samples of the weekly digest."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from blocks.channel_digests import digests_of_channel
from blocks.digest_posts import post_of
from blocks.digest_remarks import Posting
from blocks.forms import digest as digest_form
from blocks.week import week_post
from bot.domain.digest import DigestKind, Shown
from bot.domain.week import (
    Comment,
    Rated,
    Unrated,
    Week,
    WeekDay,
    WeekDepartment,
    days_before,
)
from tests.gallery.desk import ACCOUNT, NOW, Desk
from tests.gallery.sample import Sample

HOUR = 3600


def weeks(desk: Desk) -> Iterator[Sample]:
    t, week = desk.t, a_week(desk)
    digest = replace(
        digest_form.fresh_week(desk.channel, desk.user, desk.zone, t), id=2, departments={}
    )
    drawn = post_of(digest, week, t, ACCOUNT)
    yield Sample("week", drawn, is_private=False)
    bare_digest = replace(digest, shows=frozenset({Shown.COMMENTS, Shown.AGENTS}), created_by="")
    late = Posting(NOW - timedelta(hours=2), is_plain=True)
    plain = week_post(bare_digest, week, t, ACCOUNT, late)
    yield Sample(
        "week, with words and agents, where Slack takes no charts", plain, is_private=False
    )
    nothing = replace(
        week, days=[WeekDay(each.day) for each in week.days], departments=[], ratings=Rated()
    )
    how = Posting(is_preview=True, is_partial=True)
    yield Sample("week, preview, without figures", week_post(digest, nothing, t, ACCOUNT, how))
    for is_refused in (True, False):
        unrated = replace(
            week,
            ratings=Unrated(is_refused),
            unknown=[desk.department.name],
            is_partial=is_refused,
            departments=week.departments[:1],
        )
        name = f"week, ratings {'refused' if is_refused else 'unanswered'}"
        yield Sample(name, week_post(digest, unrated, t, ACCOUNT), is_private=False)
    unclear = replace(week, ratings=Rated(unclear=2, left_out=3))
    yield Sample("week, ratings unclear", week_post(digest, unclear, t, ACCOUNT), is_private=False)
    yield Sample(
        "digests of a channel, the week",
        digests_of_channel([bare_digest], desk.channel, t, viewer=desk.user),
    )
    state = digest_form.DigestState(kind=DigestKind.WEEK)
    yield Sample(
        "form: add weekly digest", digest_form.form(state, t, digest=replace(digest, id=0))
    )


def a_week(desk: Desk) -> Week:
    """Of two departments, with a weekend of which nothing is known."""
    dates = days_before(date(2026, 11, 23))
    counts = [(6, 4, 7), (3, 5, 5), (9, 6, 8), (4, 7, 5), (2, 3, 4)]
    days = [WeekDay(day, *count) for day, count in zip(dates, counts, strict=False)]
    days[0] = WeekDay(dates[0], waiting=5)
    names = {each.department.id: each.department.name for each in desk.everywhere}
    waits = [(3, 70 * HOUR, 6 * HOUR), (1, 30 * HOUR, 30 * HOUR)]
    ticket = desk.ticket
    comment = Comment(True, desk.note, ticket.id, ticket.code)  # noqa: FBT003  a tuple's first
    return Week(
        NOW,
        [*days, *map(WeekDay, dates[5:])],
        [
            WeekDepartment(name, dates[4], *wait)
            for name, wait in zip(names.values(), waits, strict=False)
        ],
        Rated(
            12,
            2,
            by_agent={desk.actor.name: (9, 1), "": (3, 1)},
            comments=[comment, comment._replace(is_good=False)],
        ),
    )
