"""*Send now* posts the digest or says why not."""

from datetime import timedelta

import pytest

from bot.app import Bot
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.digesting import NAME, add, list_digests, make_due, posted, posts

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


async def test_the_bot_is_no_member(ann: Person) -> None:
    await ann.clicks(await add(ann, "#general"), "Send now")
    await ann.wait_for("The bot can't post here: it isn't in this channel")
    assert "Paused" not in await list_digests(ann, "#general")
    await ann.invites_bot("#general")
    await ann.clicks(await list_digests(ann, "#general"), "Send now")
    await ann.wait_for(lambda seen: seen.summary.startswith(NAME) and not seen.is_private)


async def test_send_now_posts_nothing_if_nobody_waits(ann: Person, sandbox: Sandbox) -> None:
    for ticket in sandbox.liveagent.account.tickets.values():
        ticket.status = "R"
    await ann.clicks(
        await add(ann, **{"When nobody is waiting": "Post nothing at all"}), "Send now"
    )
    await ann.wait_for("Nobody is waiting, so there's nothing to post.")
    assert posts(ann) == []


async def test_send_now_does_not_change_the_next_scheduled_digest(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    listed = await add(ann)
    await make_due(bot)
    await posted(ann)
    await sandbox.clock.move(timedelta(minutes=5))
    sandbox.liveagent.account.customer_writes("AX4-B4T-FD8", "Is anybody there?")
    await ann.clicks(listed, "Send now")
    sent = await posted(ann, 2)
    await make_due(bot, -timedelta(minutes=5))
    assert (await posted(ann, 3)).text == sent.text


async def test_two_people_send_the_same(ann: Person, adam: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await add(ann, Include="Everything"), "Send now")
    await posted(ann)
    theirs = await list_digests(adam)
    await adam.clicks(theirs, "Send now")
    await adam.wait_for("This digest was just posted.")
    assert len(posts(ann)) == 1
    await sandbox.clock.move(timedelta(minutes=2))
    await adam.clicks(theirs, "Send now")
    await posted(ann, 2)
