"""A digest is saved once, and its form shows the result."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app import Bot
from bot.desk.commits import CHECK_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, Person, forms
from bot.storage.tables import audit, digests
from tests.clock import PatientClock
from tests.journeys.digesting import NAME, add, list_digests, open_digest_form
from tests.waiting import until_found

pytestmark = pytest.mark.parametrize("transport", ["socket"], indirect=True)


async def fill(person: Person) -> Form:
    return await person.fills(await open_digest_form(person), {"Name": NAME})


async def stored(bot: Bot) -> int:
    async with bot.database.begin() as connection:
        return len((await connection.execute(digests.select())).all())


async def test_a_form_that_is_submitted_twice_makes_one(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    view = sandbox.slack.workspace.views.find((await fill(ann)).id)
    pressed = (forms.submit(sandbox.slack.workspace, ann.user, view) for _ in range(2))
    await asyncio.gather(*pressed)
    assert await stored(bot) == 1


@pytest.fixture
def silent(sandbox: Sandbox) -> None:
    """LiveAgent does not tell who belongs to which department, from before the bot is started."""
    sandbox.liveagent.faults.set("hang", "*/departments/*/agents")


@pytest.mark.usefixtures("silent", "bot")
async def test_while_liveagent_is_slow_the_form_says_so_and_stays(
    sandbox: Sandbox, clock: PatientClock, bot: Bot
) -> None:
    ann = sandbox.slack.person("ann")
    form = await fill(ann)
    again = await clock.too_late_for(ann.submits(form), CHECK_SECONDS)
    assert again
    assert "LiveAgent isn't responding." in str(again.errors)
    sandbox.liveagent.faults.clear()
    assert await stored(bot) == 0

    async def is_saved() -> bool:
        return await ann.submits(again) is None

    await until_found(is_saved)  # what was asked for has come meanwhile
    assert await stored(bot) == 1


async def test_a_saved_digest_is_confirmed_after_the_url_expired(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    """The click that opened the form can answer for half an hour."""
    form = await fill(ann)
    await sandbox.clock.move(timedelta(minutes=31))
    assert await ann.submits(form) is None
    await ann.wait_for(f"The digest “{NAME}” was saved.", channel=ann.direct)
    assert not ann.sees("Slack didn't respond.")
    assert await stored(bot) == 1


async def test_every_digest_of_a_channel_is_reached(ann: Person) -> None:
    for number in range(9):
        await add(ann, Name=f"{NAME} {number}")
    listed = await list_digests(ann)
    assert f"{NAME} 8" not in listed
    await ann.clicks(listed, "Next")
    await ann.wait_until(lambda: f"{NAME} 8" in ann.now(listed))
    await ann.clicks(ann.now(listed), "Pause")
    await ann.wait_until(lambda: "Paused" in ann.now(listed))  # the same page
    await ann.clicks(ann.now(listed), "Remove")
    await ann.wait_until(lambda: f"{NAME} 0" in ann.now(listed))
    assert "Page" not in ann.now(listed)


async def test_a_digest_removed_meanwhile_is_not_changed(
    ann: Person, adam: Person, bot: Bot
) -> None:
    listed = await add(ann)
    await ann.clicks(listed, "Change")
    form = await ann.wait_for_form("Show in the channel")
    theirs = await list_digests(adam)
    await adam.clicks(theirs, "Remove")
    await adam.wait_until(lambda: "None yet." in adam.now(theirs))
    again = await ann.submits(form)
    assert again
    assert "This digest was removed." in str(again.errors)
    async with bot.database.begin() as connection:
        kinds = {*(await connection.execute(select(audit.c.kind))).scalars()}
    assert kinds == {"digest_added", "digest_removed"}
