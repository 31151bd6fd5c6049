"""Digests paused by their readers or by the bot."""

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from bot.storage.tables import digests, runs
from tests.journeys.digesting import (
    add,
    list_digests,
    make_due,
    posted,
    posts,
    try_again_now,
    until_a_try_failed,
)
from tests.waiting import until_found

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


async def test_a_paused_digest_does_not_post_a_pending_run(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    listed = await add(ann)
    sandbox.liveagent.faults.set("down", "reads")
    await make_due(bot)
    await until_a_try_failed(bot)
    sandbox.liveagent.faults.clear()
    await ann.clicks(listed, "Pause")
    await ann.wait_until(lambda: "Paused" in ann.now(listed))
    await try_again_now(bot)
    await add(ann, "#support", Name="Another")
    await ann.clicks(await list_digests(ann), "Send now", nth=1)
    await ann.wait_for(lambda seen: seen.summary.startswith("Another:"))
    assert posts(ann) == []


async def test_a_paused_digest_can_be_sent_now(ann: Person) -> None:
    listed = await add(ann)
    await ann.clicks(listed, "Pause")
    await ann.wait_until(lambda: "Paused" in ann.now(listed))
    await ann.clicks(ann.now(listed), "Send now")
    await posted(ann)
    assert "Paused" in await list_digests(ann)


async def test_its_owner_is_notified_once_though_slack_fails_at_first(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    await add(ann)
    sandbox.slack.workspace.channel("C0SUPPORT").is_shared_outside = True
    sandbox.slack.fail("chat.postMessage", "internal_error")
    await make_due(bot)
    await until_a_try_failed(bot)
    await try_again_now(bot)
    await ann.wait_for("is paused because the bot can no longer post", channel=ann.direct)
    await _paused(bot)
    assert len([one for one in ann.messages(ann.direct) if "is paused" in one]) == 1


async def _paused(bot: Bot) -> None:
    async def states() -> set[str]:
        async with bot.database.begin() as connection:
            digest = (await connection.execute(digests.select())).one()
            found = {each.state for each in await connection.execute(runs.select())}
        return found if digest.is_paused else set()

    assert await until_found(states) == {"given_up"}
