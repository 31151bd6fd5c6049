"""The form of a person's working hours."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from blocks.forms.digest import DAYS
from blocks.forms.fields import field, multi_select, select
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, chosen, ticked
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.text import small
from bot.domain.calendar import Hours
from bot.domain.digest import WEEKDAYS
from bot.i18n import Translator, clock_time

_TIMES = {
    f"{each:%H:%M}": clock_time(each)
    for each in (time(hour, minute) for hour in range(24) for minute in (0, 30))
}


def form(t: Translator, *, hours: Hours) -> View:
    """Returns the form; `hours` are the initial input."""
    blocks = [
        *hours_fields(hours, t),
        small(
            t(
                "In your Slack time zone. You'll hear about what happens outside these hours when "
                "they start."
            )
        ),
    ]
    return modal(Id.MY_HOURS, FormState(), blocks, t, title=t("Working hours"), submit=t("Save"))


def hours_fields(hours: Hours, t: Translator) -> Iterator[Block]:
    """Yields the fields of weekdays, beginning and end."""
    days = {day: t(text) for day, text in DAYS.items()}
    yield multi_select(Id.DAYS, t("Working days"), days, hours.days)
    yield field(
        Id.SINCE, t("Working hours start"), select(Id.SINCE, _TIMES, f"{hours.begin:%H:%M}")
    )
    hint = t("If this isn't later than the start, it's on the next day.")
    end = select(Id.UNTIL, _TIMES, f"{hours.end:%H:%M}")
    yield field(Id.UNTIL, t("Working hours end"), end, hint=hint)


def read_hours(view: Mapping[str, Any], t: Translator) -> Hours | Errors:
    """Returns the hours, or errors by field."""
    wanted = ticked(view, Id.DAYS)
    days = tuple(day for day in WEEKDAYS if day in wanted)
    begin, end = (chosen(view, each) for each in (Id.SINCE, Id.UNTIL))
    if not days:
        return {Id.DAYS: t("Choose at least one.")}
    wrong: Errors = {
        each: t("Choose a time.")
        for each, value in ((Id.SINCE, begin), (Id.UNTIL, end))
        if value not in _TIMES
    }
    return wrong or Hours(days, time.fromisoformat(begin), time.fromisoformat(end))
