"""Remarks below a digest's first line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digest import Digest
from bot.i18n import Translator


@dataclass(frozen=True, slots=True)
class Posting:
    """How a digest is posted. `late` is when it was due, if that was some time ago.

    `is_partial` marks a preview without tickets that its reader may not see. `is_plain`: without
    tables and charts, for servers that refuse them.
    """

    late: datetime | None = None
    is_preview: bool = False
    is_partial: bool = False
    is_plain: bool = False


AS_USUAL = Posting()


def remarks(digest: Digest, how: Posting, t: Translator) -> Iterator[str]:
    if how.is_preview:
        yield t("Preview. Only you can see this.")
    if how.is_partial:
        yield t("Tickets in departments you don't belong to aren't shown.")
    if how.late:
        when = t.moment(how.late.astimezone(ZoneInfo(digest.schedule.zone)))
        yield t("Posted late. It was due: {when}", when=when)


def about_owner(digest: Digest, t: Translator) -> Iterator[str]:
    """Yields what to do if its owner is no longer an agent."""
    if not digest.created_by:
        yield t(
            "The person who set up this digest is no longer an agent, so nobody is told if "
            "something goes wrong. To take it over, type /ticket digest, press Change and "
            "save."
        )
