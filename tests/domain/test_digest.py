"""What an agent of some departments may show a channel."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from blocks.forms.digest import fresh
from bot.domain.digest import Digest, Shown, within_bounds
from bot.domain.errors import ShowsTooMuch
from bot.i18n import Translator

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
def test_what_is_theirs_or_shown_already(
    wanted: Digest, before: Digest | None, stored: set[str]
) -> None:
    assert {*within_bounds(wanted, OWN, before).departments} == stored


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
def test_nothing_more_of_others(wanted: Digest, before: Digest | None) -> None:
    with pytest.raises(ShowsTooMuch):
        within_bounds(wanted, OWN, before)


def test_who_belongs_nowhere_shows_nothing() -> None:
    with pytest.raises(ShowsTooMuch):
        within_bounds(digest(), {}, None)
