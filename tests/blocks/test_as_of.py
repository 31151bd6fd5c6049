"""The lines that say when a ticket and its tags were read."""

from datetime import UTC, datetime, timedelta

import pytest

from blocks.ticket import as_of_text
from bot.i18n import Translator

SEEN = datetime(2026, 11, 26, 9, 30, 40, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "is_told"), [(20, False), (60, True)])
def test_tags_read_in_the_same_minute_have_no_time_of_their_own(
    seconds: int, *, is_told: bool
) -> None:
    earlier = SEEN - timedelta(seconds=seconds)
    told = as_of_text(SEEN, Translator("en"), tags_seen=earlier).text
    assert ("tags as of" in told) is is_told
