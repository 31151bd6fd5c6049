"""The form of a person's own times to postpone tickets until."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.views import View

from blocks.forms.fields import line_field
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, typed
from blocks.forms.state import FormState
from blocks.ids import Id
from blocks.notices import say
from bot.domain.characters import compatible
from bot.domain.errors import BadInput, PastTime
from bot.domain.when import read_when
from bot.i18n import Translator

MAX_TIMES, MAX_LENGTH = 5, 300
_BETWEEN = re.compile("[,;、\n]")


def form(t: Translator, *, times: Sequence[str]) -> View:
    """Returns the form; `times` are as they were typed."""
    field = line_field(
        Id.OTHER_TIME,
        t("Times"),
        t.listed(times),
        MAX_LENGTH,
        optional=True,
        hint=t("Up to five, with commas: tomorrow 17:00, monday 9:30, 3d. They are offered first."),
    )
    title = t("Postpone until")
    return modal(Id.POSTPONE_TIMES, FormState(), [field], t, title=title, submit=t("Save"))


def read_times(
    view: Mapping[str, Any], now: datetime, zone: ZoneInfo, t: Translator
) -> tuple[str, ...] | Errors:
    """Returns the times as typed, or errors by field. A time of today may be past by now."""
    parts = (
        " ".join(each.split()) for each in _BETWEEN.split(compatible(typed(view, Id.OTHER_TIME)))
    )
    times = tuple(dict.fromkeys(filter(None, parts)))
    if len(times) > MAX_TIMES:
        return {Id.OTHER_TIME: t("Up to five.")}
    for each in times:
        try:
            read_when(each, now, zone)
        except PastTime:
            continue
        except BadInput as error:
            return {Id.OTHER_TIME: f"{each}: {say(error, t)}"[:150]}
    return times
