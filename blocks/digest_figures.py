"""The figures at the top of a digest, computed from its own runs."""

from collections.abc import Iterator
from datetime import date, timedelta

from blocks.text import age, capitalised
from bot.domain.digest import Contents, Digest
from bot.i18n import Translator

SHOWN_DAYS, FEWEST_DAYS = 7, 3
OVERSLEPT = timedelta(minutes=10)  # LiveAgent wakes tickets every few minutes
_BARS = "▁▂▃▄▅▆▇"


def figures(digest: Digest, contents: Contents, t: Translator) -> Iterator[str]:
    """Yields what changed since the previous run, and how many waited on each recent day."""
    moved = []
    if moves := contents.moves:
        came, left = moves
        moved.append(t("Since last time: {came} came in, {left} dealt with", came=came, left=left))
    opened = sorted([ticket.created for ticket in contents.tickets if ticket.created])
    if len(opened) > 1:
        before, after = opened[(len(opened) - 1) // 2], opened[len(opened) // 2]
        middle = before + (after - before) / 2
        moved.append(t("median wait {age}", age=age(contents.seen - middle, t)))
    if moved:
        yield capitalised(" · ".join(moved))
    if wakes := list(_wakes(digest, contents, t)):
        yield capitalised(" · ".join(wakes))
    counts = _counts(digest, contents)
    if len(counts) >= FEWEST_DAYS:
        days = [f"{t.weekdays([day.weekday()])} {count}" for day, count in counts.items()]
        most = max([*counts.values(), 1])
        bars = "".join(_BARS[count * (len(_BARS) - 1) // most] for count in counts.values())
        yield t("Waiting in the last days: {bars} {days}", bars=bars, days=t.listed(days))


def _wakes(digest: Digest, contents: Contents, t: Translator) -> Iterator[str]:
    """Yields how many postponed tickets wake today, and how many should have woken."""
    now, times = contents.seen, contents.wakes.values()
    today = digest.local_date(now)
    if soon := sum(each > now and digest.local_date(each) == today for each in times):
        yield t("wakes today ({count})", count=soon)
    if late := sum(each < now - OVERSLEPT for each in times):
        yield t("should have woken ({count})", count=late)


def _counts(digest: Digest, contents: Contents) -> dict[date, int]:
    """Returns how many waited by day, for days with a run, and now."""
    today = digest.local_date(contents.seen)
    first = today - timedelta(days=SHOWN_DAYS - 1)
    known = {date.fromisoformat(each): day.waiting for each, day in digest.days.items()}
    counts = {day: count for day, count in known.items() if first <= day < today}
    return dict(sorted(counts.items())) | {today: len(contents.tickets)}
