"""*Send now* posts the digest or says why not."""

from datetime import timedelta

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import Person
from tests.journeys.digesting import NAME, add, list_digests, posted, posts

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


async def test_the_bot_is_no_member(ann: Person) -> None:
    await ann.clicks(await add(ann, "#general"), "Send now")
    await ann.wait_for("The bot isn't in this channel, so it can't post here.")
    assert "Paused" not in await list_digests(ann, "#general")
    await ann.invites_bot("#general")
    await ann.clicks(await list_digests(ann, "#general"), "Send now")
    await ann.wait_for(lambda seen: seen.summary.startswith(NAME) and not seen.is_private)


async def test_nothing_has_changed(ann: Person, sandbox: Sandbox) -> None:
    listed = await add(ann)
    await ann.clicks(listed, "Send now")
    await posted(ann)
    await sandbox.clock.move(timedelta(minutes=2))
    await ann.clicks(listed, "Send now")
    await ann.wait_for("Nothing has changed since last time, so nothing would be posted.")
    assert len(posts(ann)) == 1


async def test_two_people_send_the_same(ann: Person, adam: Person, sandbox: Sandbox) -> None:
    await ann.clicks(await add(ann, Include="Everything"), "Send now")
    await posted(ann)
    theirs = await list_digests(adam)
    await adam.clicks(theirs, "Send now")
    await adam.wait_for("It was just posted.")
    assert len(posts(ann)) == 1
    await sandbox.clock.move(timedelta(minutes=2))
    await adam.clicks(theirs, "Send now")
    await posted(ann, 2)
