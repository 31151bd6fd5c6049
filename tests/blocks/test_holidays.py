"""Holidays as people type them."""

import pytest

from blocks.forms.overdue import MAX_HOLIDAYS, read_holidays


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", ()),
        ("2026-12-24, 12-25", ("12-25", "2026-12-24")),
        ("１２－２５、02-29\n12-25", ("02-29", "12-25")),
        ("2026-02-30", None),
        ("02-30", None),
        ("0000-01-01", None),
        ("W01-1", None),
        ("20261224", None),
        ("Christmas", None),
        (" ".join(f"{2000 + number}-01-01" for number in range(MAX_HOLIDAYS + 1)), None),
    ],
)
def test_holidays_have_a_year_or_recur(typed: str, days: tuple[str, ...] | None) -> None:
    assert read_holidays(typed) == days
