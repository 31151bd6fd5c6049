"""A post is found in a busy channel."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.slack.client import MAX_HISTORY_PAGES, PostMark, Slack
from bot.slack.server import listening

RUN = PostMark("digest", {"run": "0123456789abcdef"})


class Channel:
    """What `conversations.history` answers, a page at a time, the newest first."""

    def __init__(self, pages: Sequence[Sequence[dict[str, Any]]]) -> None:
        self.pages = pages
        self.asked = 0

    async def answer(self, request: web.Request) -> web.Response:
        given = {**request.query, **await request.post()}
        self.asked += 1
        number = int(str(given.get("cursor") or 0))
        following = str(number + 1) if number + 1 < len(self.pages) else ""
        return web.json_response(
            {
                "ok": True,
                "messages": self.pages[number],
                "response_metadata": {"next_cursor": following},
            }
        )


def messages(count: int) -> list[dict[str, Any]]:
    return [{"ts": f"{number}.0", "text": "good morning"} for number in range(count)]


@pytest.fixture
async def channel() -> Channel:
    return Channel([messages(200), messages(200), [{"ts": "7.5", "metadata": RUN._asdict()}]])


@pytest.fixture
async def slack(channel: Channel, session: ClientSession) -> AsyncIterator[Slack]:
    routes = [web.route("*", "/api/conversations.history", channel.answer)]
    async with listening("127.0.0.1", 0, routes) as port:
        yield Slack(session, "xoxb-1", f"http://127.0.0.1:{port}/api/")


async def test_a_post_below_many_others_is_found(slack: Slack, channel: Channel) -> None:
    assert await slack.find_post("C1", RUN, 1.0) == "7.5"
    assert channel.asked == 3


async def test_the_search_in_the_history_is_bounded(slack: Slack, channel: Channel) -> None:
    channel.pages = [messages(200)] * (MAX_HISTORY_PAGES + 5)
    assert not await slack.find_post("C1", RUN, 1.0)
    assert channel.asked == MAX_HISTORY_PAGES
