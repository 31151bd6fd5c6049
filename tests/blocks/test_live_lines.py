"""The lines in the thread of a live channel's message."""

from datetime import UTC, datetime

from blocks.live import thread_lines
from bot.domain.changes import Change, What
from bot.i18n import Translator

WROTE = Change(What.CUSTOMER_WROTE, datetime(2026, 11, 23, 12, tzinfo=UTC), "t1", id=1)


def test_words_are_quoted_as_their_language_does() -> None:
    post = thread_lines([WROTE], {}, {}, Translator("ja"), {1: "まだ {届いて} いません。"})
    assert "「まだ {届いて} いません。」" in str(post.to_dict())
