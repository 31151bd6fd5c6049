"""Actions with digests, and how a test makes one due."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.app import Bot, Intervals
from bot.sandbox import Sandbox
from bot.sandbox.slack import Form, Person, SeenMessage
from bot.storage.tables import digests, runs
from tests.clock import PatientClock
from tests.journeys.acting import type_and_see
from tests.waiting import until, until_found

NAME = "Morning round"


async def list_digests(person: Person, channel: str = "#support") -> SeenMessage:
    return await type_and_see(person, "/ticket digest", "Digests in this channel", channel)


async def open_digest_form(person: Person, channel: str = "#support") -> Form:
    await person.clicks(await list_digests(person, channel), "Add digest")
    return await person.wait_for_form("Add digest")


async def add(person: Person, channel: str = "#support", **fields: str | list[str]) -> SeenMessage:
    """Adds a digest through the form; returns the channel's list of digests afterwards.

    Its time is half a day away, so that the time at which the test runs decides nothing.
    """
    form = await open_digest_form(person, channel)
    away = datetime.now(UTC) + timedelta(hours=12)
    given = {"Name": NAME, "Times": f"{away:%H:%M}", **fields}
    await person.submits(await person.fills(form, given))
    assert person.form() is None
    name = str(fields.get("Name", NAME))
    return await person.wait_for(lambda seen: name in seen and "Remove" in seen)


async def make_due(bot: Bot, ago: timedelta = timedelta(seconds=1)) -> None:
    """Makes all digests due, and lets the bot notice."""
    due = (datetime.now(UTC) - ago).timestamp()
    async with bot.database.begin() as connection:
        await connection.execute(update(digests).values(due=due))
    await tick(bot)


async def tick(bot: Bot) -> None:
    """Moves the clock until the bot looks for due digests."""
    assert isinstance(bot.clock, PatientClock)
    await bot.clock.move(timedelta(seconds=Intervals().tick))


def posts(person: Person, channel: str = "C0SUPPORT") -> list[SeenMessage]:
    return [
        each
        for each in person.messages(channel)
        if each.summary.startswith(NAME) and not each.is_private
    ]


async def posted(person: Person, count: int = 1) -> SeenMessage:
    await person.wait_until(lambda: len(posts(person)) >= count)
    return posts(person)[-1]


async def wait_for_the_next(bot: Bot) -> None:
    """Waits until the digest has advanced to its next time."""

    async def has_moved_on() -> bool:
        async with bot.database.begin() as connection:
            due: float = (await connection.execute(digests.select())).one().due
        return due > datetime.now(UTC).timestamp()

    await until_found(has_moved_on)


async def until_faults_are_met(sandbox: Sandbox) -> None:
    """Waits until LiveAgent has met all prepared faults."""
    await until(lambda: not sandbox.liveagent.faults.armed)


def rows_of(seen: SeenMessage) -> int:
    """How many tickets it shows."""
    elements = [each for block in seen.blocks for each in block.get("elements", ())]
    return sum(len(each["options"]) for each in elements if each["type"] == "static_select")


def words_of(seen: SeenMessage) -> list[str]:
    return [each.partition("]")[0] for each in seen.text.split("[")]


async def try_again_now(bot: Bot) -> None:
    """Makes the next attempt to post each digest due, and lets the bot notice."""
    async with bot.database.begin() as connection:
        await connection.execute(update(runs).values(ready=0))
    await tick(bot)


async def until_a_try_failed(bot: Bot) -> None:
    """Waits until an attempt to post a digest has failed."""

    async def has_failed() -> bool:
        async with bot.database.begin() as connection:
            return any(run.failures for run in await connection.execute(runs.select()))

    await until_found(has_failed)
