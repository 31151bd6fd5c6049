"""What an agent may show to a channel, and what counts as a change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from blocks.digest_figures import figures
from blocks.forms.digest import fresh
from bot.domain.digest import Contents, Day, Digest, Mark, Shown
from bot.domain.digest_days import KEPT_DAYS, days_with
from bot.domain.errors import ShowsTooMuch
from bot.domain.people import Department
from bot.domain.ticket import WAITING, Status, Ticket
from bot.i18n import Translator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWN = {"default": "Support", "japan": "Japan"}


def digest(*departments: str, shows: Sequence[Shown] = (Shown.SUBJECT,)) -> Digest:
    proposed = fresh("C1", "U0ANN", "UTC", Translator("en"))
    named = dict.fromkeys(departments, "?")
    return replace(proposed, departments=named, shows=frozenset(shows))


@pytest.mark.parametrize(
    ("wanted", "before", "stored"),
    [
        (digest(), None, {*OWN}),  # all of theirs
        (digest("japan"), None, {"japan"}),
        (digest("sales"), digest("sales"), {"sales"}),  # shown already
        (digest(), digest(), set()),
        (digest("japan"), digest(), {"japan"}),
        (digest(), digest("sales"), {*OWN}),
        (digest("japan", shows=list(Shown)), digest("sales"), {"japan"}),
    ],
)
def test_own_or_already_shown_departments_are_allowed(
    wanted: Digest, before: Digest | None, stored: set[str]
) -> None:
    assert {*wanted.within(OWN, before).departments} == stored


@pytest.mark.parametrize(
    ("wanted", "before"),
    [
        (digest("sales"), None),
        (digest("sales", "japan"), None),
        (digest("sales"), digest("japan")),
        (digest("sales", shows=list(Shown)), digest("sales")),
        (digest(shows=list(Shown)), digest()),
        (replace(digest("sales"), statuses=("N", "A")), digest("sales")),
        (replace(digest("sales"), only_changes=False), digest("sales")),
    ],
)
def test_other_departments_are_refused(wanted: Digest, before: Digest | None) -> None:
    with pytest.raises(ShowsTooMuch):
        wanted.within(OWN, before)


def test_an_agent_without_departments_can_show_none() -> None:
    with pytest.raises(ShowsTooMuch):
        digest().within({}, None)


def ticket(status: str = Status.OPEN, changed: datetime | None = NOW) -> Ticket:
    return Ticket("t1", "AB", status, "", Department("default", "Support"), "", "", NOW, changed)


def is_changed(before: Mark | None, now: Ticket) -> bool:
    known = {"t1": before} if before else {}
    return Contents([now], NOW, known).is_changed(now)


def test_a_customers_message_counts_as_a_change() -> None:
    before = Mark.of(ticket())
    assert not is_changed(before, ticket())
    assert is_changed(before, ticket(changed=NOW + timedelta(seconds=1)))
    assert is_changed(before, ticket(Status.POSTPONED))
    assert is_changed(None, ticket())


def test_without_a_time_the_status_decides() -> None:
    for before in (Mark(Status.OPEN), Mark.of(ticket(changed=None))):
        assert not is_changed(before, ticket())
        assert not is_changed(before, ticket(changed=None))
        assert is_changed(before, ticket(Status.NEW))


def test_an_older_digest_omits_open_tickets_until_its_owner_decides() -> None:
    old = replace(digest(), statuses=("N", "A", "W"), is_settled=False)
    assert old.omits_waiting_tickets
    assert old.with_all_waiting.statuses == (*WAITING, Status.ANSWERED)
    for known in (old.with_all_waiting, replace(old, is_settled=True), digest()):
        assert not known.omits_waiting_tickets


def test_daily_counts_add_up_and_old_days_are_dropped() -> None:
    old = {f"2026-10-{day:02}": Day(day) for day in range(1, 29)}
    daily = replace(digest(), days=old)
    first = Contents([ticket()], NOW, {"gone": Mark("N")})
    daily = replace(daily, days=days_with(daily, first))
    daily = replace(daily, days=days_with(daily, Contents([], NOW, first.now)))
    assert len(daily.days) == KEPT_DAYS
    assert daily.days["2026-11-23"][:3] == (0, 1, 2)
    assert Contents([ticket()], NOW, {}, is_cut=True).moves is None


def test_the_figures_say_in_words_what_the_bars_show() -> None:
    days = {"2026-11-19": Day(8), "2026-11-20": Day(4), "2026-11-01": Day(99)}
    shown = Contents([ticket()], NOW, {"gone": Mark("N")})
    moved, trend = figures(replace(digest(), days=days), shown, Translator("en"))
    assert moved == "Since last time: 1 came in, 1 dealt with"
    assert trend == "Waiting in the last days: ▇▄▁ Thu 8, Fri 4, Mon 1"
