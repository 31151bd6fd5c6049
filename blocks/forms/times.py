"""The form of a person's own times to postpone tickets until."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.views import View

from blocks.forms.fields import field, text_area
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, typed
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.notices import explain
from bot.domain.characters import compatible
from bot.domain.errors import BadInput, NotATime, PastTime
from bot.domain.when import read_when
from bot.i18n import Translator

MAX_TIMES, MAX_LENGTH = 5, 300
MAX_COMMAS = 2  # in one time
_LINES, _COMMAS = re.compile("[;\n]"), re.compile("[,、]")


def form(t: Translator, *, times: Sequence[str]) -> View:
    """Returns the form; `times` are as they were typed."""
    area = text_area(Id.OTHER_TIME, MAX_LENGTH, text="\n".join(times))
    hint = t("Up to five, one per line: tomorrow 17:00, monday 9:30, 3d. They are offered first.")
    times_field = field(Id.OTHER_TIME, t("Times"), area, optional=True, hint=hint)
    title = t("Times for Postpone")
    return modal(Id.POSTPONE_TIMES, FormState(), [times_field], t, title=title, submit=t("Save"))


def read_times(
    view: Mapping[str, Any], now: datetime, zone: ZoneInfo, t: Translator
) -> tuple[str, ...] | Errors:
    """Returns the times as typed, or errors by field. A time of today may already be past."""
    why_not = partial(_why_not, now=now, zone=zone)

    def is_time(text: str) -> bool:
        return not isinstance(why_not(text), NotATime)

    times = tuple(dict.fromkeys(_split_times(compatible(typed(view, Id.OTHER_TIME)), is_time)))
    if len(times) > MAX_TIMES:
        return {Id.OTHER_TIME: t("Up to five.")}
    for each in times:
        if error := why_not(each):
            return {Id.OTHER_TIME: f"{each}: {explain(error, t)}"[:150]}
    return times


def _split_times(text: str, is_time: Callable[[str], bool]) -> Iterator[str]:
    """Yields the parts between commas; "dec 1, 9:00" is one time."""
    for line in _LINES.split(text):
        parts = [" ".join(each.split()) for each in _COMMAS.split(line)]
        parts = [each for each in parts if each]
        while parts:
            longest = range(min(len(parts), 1 + MAX_COMMAS), 1, -1)
            joined = ((length, ", ".join(parts[:length])) for length in longest)
            length, time = next((each for each in joined if is_time(each[1])), (1, parts[0]))
            yield time
            parts = parts[length:]


def _why_not(text: str, now: datetime, zone: ZoneInfo) -> BadInput | None:
    """Returns why the time can't be offered; None if it can."""
    try:
        read_when(text, now, zone)
    except PastTime:
        return None
    except BadInput as error:
        return error
    return None
