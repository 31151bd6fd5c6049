"""Times and hours, as people choose them in Home."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from blocks.forms.times import read_times
from blocks.ids import Id
from blocks.words import working_hours
from bot.domain.calendar import Hours
from bot.domain.digest import WEEKDAYS
from bot.i18n import Translator

NOW, T = datetime(2026, 11, 26, 12, tzinfo=UTC), Translator("en")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("3d、 monday 9:30", ("3d", "monday 9:30")),
        ("Dec 1, 2026, 9:00; 3d", ("Dec 1, 2026, 9:00", "3d")),
        ("tomorrow, monday, 9:00", ("tomorrow", "monday, 9:00")),
        ("monday\n9:00\n\n9:00", ("monday", "9:00")),
        ("today 9:00, 12月1日、9時", ("today 9:00", "12月1日, 9時")),
        (" , ", ()),
    ],
)
def test_a_comma_within_a_time_does_not_part_it(text: str, times: tuple[str, ...]) -> None:
    state = {"values": {Id.OTHER_TIME: {Id.OTHER_TIME: {"value": text}}}}
    assert read_times({"state": state}, NOW, ZoneInfo("UTC"), T) == times


def test_a_time_that_is_too_far_ahead_is_refused_as_one() -> None:
    state = {"values": {Id.OTHER_TIME: {Id.OTHER_TIME: {"value": "3d, dec 1, 2029"}}}}
    refused = read_times({"state": state}, NOW, ZoneInfo("UTC"), T)
    assert refused == {Id.OTHER_TIME: "dec 1, 2029: That's more than a year away."}


def test_hours_that_end_on_the_next_day_say_so() -> None:
    ends = {6: "6:00 the next day", 18: "18:00 the next day", 20: "20:00", 0: "0:00"}
    for hour, said in ends.items():
        hours = Hours(WEEKDAYS, begin=time(18), end=time(hour))
        assert working_hours(hours, T) == f"Every day 18:00-{said}"
    always = Hours(WEEKDAYS, begin=time(0), end=time(0))
    assert working_hours(always, T) == "Every day, around the clock"
