"""What Slack's error codes mean, also codes newer than the bot."""

import pytest

from bot.slack.refusals import CANT_REPLY, cant_post


@pytest.mark.parametrize(
    ("why", "is_of_channel"),
    [
        ("is_archived", True),
        ("restricted_action", True),
        ("restricted_action_read_only_channel", True),
        ("restricted_action_of_tomorrow", True),
        ("restricted_action_thread_locked", False),
        ("ratelimited", False),
    ],
)
def test_refusals_are_of_the_channel_or_its_threads(why: str, *, is_of_channel: bool) -> None:
    assert cant_post(why) is is_of_channel
    assert not (is_of_channel and why in CANT_REPLY)
