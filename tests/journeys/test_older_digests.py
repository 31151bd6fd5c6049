"""A digest stored by version 0.1 continues, and its owner is offered the new default once."""

import pytest
from sqlalchemy import update

from bot.app import Bot
from bot.sandbox.slack import Person, SeenMessage
from bot.storage.tables import digests
from tests.journeys.digesting import add, list_digests, make_due, posted

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)

OFFER = "leaves out waiting tickets that are Open"


async def add_as_before(person: Person, bot: Bot) -> SeenMessage:
    """New and postponed tickets; of each run the statuses alone were kept."""
    await add(person)
    async with bot.database.begin() as connection:
        row = (await connection.execute(digests.select())).one()
        settings = {**row.settings, "statuses": ["N", "W"]}
        for newer in ("is_settled", "kind"):
            del settings[newer]
        old = {"settings": settings, "last": {"s4y7t5s7": "N", "sp4rep4r": "W", "gone0000": "N"}}
        await connection.execute(update(digests).values({**old, "last_posted": row.due - 86400}))
    return await list_digests(person)


async def test_a_digest_of_an_earlier_version_goes_on(ann: Person, bot: Bot) -> None:
    await add_as_before(ann, bot)
    await make_due(bot)
    digest = await posted(ann)
    assert "Nothing new" not in digest  # a status tells less than the time of a change
    assert "new since last time" in digest
    assert "1 dealt with" in digest
    assert "updated since last time" not in digest


async def test_its_owner_is_offered_all_who_wait_once(ann: Person, adam: Person, bot: Bot) -> None:
    listed = await add_as_before(ann, bot)
    assert OFFER in listed
    assert OFFER not in await list_digests(adam)
    await ann.clicks(listed, "Include them too")
    await ann.wait_until(lambda: OFFER not in ann.now(listed))
    assert "New, Open, and Postponed" in ann.now(listed)
    assert OFFER not in await list_digests(ann)


async def test_its_owner_may_keep_it(ann: Person, bot: Bot) -> None:
    listed = await add_as_before(ann, bot)
    await ann.clicks(listed, "Keep as it is")
    await ann.wait_until(lambda: OFFER not in ann.now(listed))
    again = await list_digests(ann)
    assert OFFER not in again
    assert "New and Postponed" in again
