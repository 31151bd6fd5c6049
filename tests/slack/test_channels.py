"""A channel's readers are checked once for many posts, and always before a single one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.errors import SharedOutside
from bot.slack.channels import check_is_ours, check_is_still_ours
from bot.slack.client import RECENT_SECONDS, Slack
from bot.slack.session import new_session
from tests.clock import ManualClock


class Asked(Slack):
    """Counts how often Slack is asked."""

    asked = 0
    info: Mapping[str, Any] = {"is_member": True}

    async def channel(self, channel: str) -> Mapping[str, Any]:  # noqa: ARG002  the same one
        self.asked += 1
        await asyncio.sleep(0)
        return self.info


async def test_many_posts_share_an_answer_until_the_channel_is_shared() -> None:
    clock = ManualClock()
    async with new_session() as session:
        slack = Asked(session, "xoxb-", "http://127.0.0.1/api/", clock=clock)

        async def look(count: int) -> list[bool]:
            return await asyncio.gather(*(check_is_still_ours(slack, "C1") for _ in range(count)))

        assert all(await look(40))
        assert all(await look(40))
        assert slack.asked == 1
        await clock.advance(RECENT_SECONDS)
        await look(1)
        assert slack.asked == 2
        slack.info = {"is_member": True, "is_ext_shared": True}
        with pytest.raises(SharedOutside):
            await check_is_ours(slack, "C1")
        slack.forget_channel("C1")  # as Slack's event does
        with pytest.raises(SharedOutside):
            await look(1)
        slack.info = {"is_member": True}  # an answer that all is not well is not kept
        assert await look(1) == [True]
