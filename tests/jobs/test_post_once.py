"""A job's direct message is there once, whatever happens between the post and its record."""

import asyncio

import pytest

from blocks.text import Post
from bot.domain.errors import SlackDoesNotAnswer
from bot.jobs.earlier import post_once
from tests.desk.mortal import Killed
from tests.jobs.world import World, open_world

ANN = "U0ANN"


async def send_notice(world: World, key: str) -> None:
    await post_once(world.slack, ANN, "woke", key, Post(f"It woke: {key}", []))


def notices(world: World) -> list[str]:
    channels = world.sandbox.slack.workspace.channels.values()
    (direct,) = [each for each in channels if each.with_user == ANN]
    return [each.text for each in direct.messages]


@pytest.mark.parametrize("error", [SlackDoesNotAnswer, Killed])
async def test_a_post_whose_answer_was_lost_is_not_repeated(error: type[BaseException]) -> None:
    async with open_world() as world:
        await send_notice(world, "V1:1")
        world.slack.trouble.next = [error]
        with pytest.raises(error):
            await send_notice(world, "V1:2")
        await asyncio.gather(send_notice(world, "V1:2"), send_notice(world, "V1:2"))
        assert notices(world) == ["It woke: V1:1", "It woke: V1:2"]


async def test_without_the_history_scope_a_notice_may_be_repeated() -> None:
    async with open_world() as world:
        slack = world.sandbox.slack.workspace
        slack.app = slack.app.model_copy(update={"scopes": slack.app.scopes - {"im:history"}})
        await send_notice(world, "V1:1")
        await send_notice(world, "V1:1")
        assert len(notices(world)) == 2
