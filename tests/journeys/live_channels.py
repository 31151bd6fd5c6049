"""Actions with a live channel, and how a test lets the watch look."""

from datetime import timedelta

from bot.app import Bot
from bot.jobs.watch import EVERY_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from tests.clock import PatientClock
from tests.journeys.acting import CODE
from tests.waiting import until_found

CHANNEL = "C0SUPPORT"


async def set_up(person: Person, **fields: str | list[str]) -> None:
    """Makes #support a live channel, and lets the watch begin."""
    await person.types("#support", "/ticket live")
    listed = await person.wait_for(lambda seen: "Live tickets in this channel" in seen)
    await person.clicks(listed, "Set up")
    form = await person.wait_for_form("Show in the channel")
    await person.submits(await person.fills(form, fields))
    assert person.form() is None
    await person.wait_for(lambda seen: "Without subjects" in seen or "With subjects" in seen)


async def passes(bot: Bot, seconds: float = EVERY_SECONDS) -> None:
    assert isinstance(bot.clock, PatientClock)
    await bot.clock.move(timedelta(seconds=seconds))


async def watching(bot: Bot, sandbox: Sandbox) -> None:
    """Waits until the watch knows what there is."""

    async def has_begun() -> bool:
        await passes(bot)
        return any("/conversations" in each.path for each in sandbox.liveagent.account.journal)

    await until_found(has_begun)
    await passes(bot)


def messages(person: Person, code: str = CODE) -> list[SeenMessage]:
    return [each for each in person.messages(CHANNEL) if each.summary.startswith(code)]


async def shows(bot: Bot, person: Person, words: str, code: str = CODE) -> SeenMessage:
    """Moves the clock until the ticket's message shows the words."""

    async def look() -> list[SeenMessage]:
        await passes(bot, 3)
        return [each for each in messages(person, code) if words in each]

    return (await until_found(look))[0]
