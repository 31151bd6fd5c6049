"""Translations: the English text is the key; Babel's gettext catalogues hold the others.

The `.po` files are read at start, so that nothing has to be compiled.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Literal

from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_timedelta,
    get_day_names,
    get_timezone_location,
)
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = {"en": "English", "ja": "日本語"}
"""The supported languages, each by its own name."""
SHORTEST_RANGE = 3

_Unit = Literal["year", "month", "week", "day", "hour", "minute", "second"]
_DAY = 24 * 3600
_UNITS: Sequence[tuple[_Unit, int]] = (
    ("year", 365 * _DAY),
    ("month", 30 * _DAY),
    ("week", 7 * _DAY),
    ("day", _DAY),
    ("hour", 3600),
    ("minute", 60),
)


class Translator:
    """Translates into one language. Data fills `{names}`, so untrusted text is never parsed."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _catalogue(language)

    @classmethod
    def for_locale(cls, locale: str) -> "Translator":
        """Returns the translator for Slack's locale, such as `ja-JP`; English if unsupported."""
        language = locale.split("-", 1)[0].split("_", 1)[0].lower()
        return cls(language if language in LANGUAGES else "en")

    def __call__(self, text: str, /, **data: object) -> str:
        translated = self._texts.gettext(text)
        return translated.format(**data)

    def plural(self, one: str, many: str, count: int, /, **data: object) -> str:
        """Returns the form that fits `count`, which the text contains as `{count}`."""
        return self._texts.ngettext(one, many, count).format(count=count, **data)

    def span(self, time: timedelta) -> str:
        """Returns a duration such as "2 days", rounded down, in the largest unit that fits twice.

        It thus agrees with dates: nothing from yesterday is two days old.
        """
        seconds = int(time.total_seconds())
        unit, size = next((each for each in _UNITS if seconds >= 2 * each[1]), ("second", 1))
        whole = timedelta(seconds=seconds // size * size)
        return format_timedelta(whole, unit, threshold=inf, locale=self.language)

    def day(self, day: date) -> str:
        """Returns the date as in "23 Nov 2026", in the language's own order."""
        return format_date(day, "medium", locale=self.language)

    def days(self, first: date, last: date) -> str:
        """Returns a span of days such as "Nov 16 to 22", in the language's own form."""
        return format_interval(first, last, "MMMd", locale=self.language)

    def weekday(self, day: date) -> str:
        """Returns a day such as "Mon 16", for a span whose month is already named."""
        if self.language == "en":
            return format_date(day, "EEE d", locale=self.language)
        return format_skeleton("Ed", day, locale=self.language)

    def weekdays(self, numbers: Iterable[int]) -> str:
        """Joins ordered weekdays, counted from Monday as 0, as in "Mon-Wed, Fri"."""
        names = get_day_names("abbreviated", locale=self.language)
        dash, found = "〜" if self.language == "ja" else "\N{EN DASH}", list[str]()
        for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0]):
            days = [names[number] for _, number in run]
            found += [f"{days[0]}{dash}{days[-1]}"] if len(days) >= SHORTEST_RANGE else days
        return self.listed(found)

    def zone(self, name: str) -> str:
        """Returns a time zone's city, such as "London"."""
        return get_timezone_location(name, locale=self.language, return_city=True)

    def moment(self, when: datetime) -> str:
        """Returns a time such as "Tue, Nov 24, 9:05", in the zone of `when`."""
        day = format_skeleton("MMMEd", when, locale=self.language)
        return f"{day}{' ' if self.language == 'ja' else ', '}{clock_time(when.time())}"

    def listed(self, items: Sequence[str]) -> str:
        """Joins items with commas only."""
        return ("、" if self.language == "ja" else ", ").join(items)

    def sentences(self, texts: Sequence[str]) -> str:
        """Joins the sentences that are not empty."""
        return ("" if self.language == "ja" else " ").join(filter(None, texts))

    def enumeration(self, items: Sequence[str]) -> str:
        """Joins items as in "a, b, and c" or "a、b、c"."""
        return format_list(items, style="standard", locale=self.language)


def clock_time(of_day: time) -> str:
    """Returns a time such as "9:05", the same in all languages."""
    return f"{of_day.hour}:{of_day:%M}"


def N_(text: str) -> str:  # noqa: N802  its usual name in gettext
    """Marks a text for extraction into the catalogues without translating it yet."""
    return text


@cache
def _catalogue(language: str) -> NullTranslations:
    path = Path(__file__).parent / language / "LC_MESSAGES" / "bot.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
