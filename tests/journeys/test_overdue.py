"""*Overdue alerts*: a channel is alerted when customers wait too long."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from bot.app import Bot
from bot.jobs.overdue import EVERY_SECONDS
from bot.sandbox import Sandbox
from bot.sandbox.slack import Person, SeenMessage
from bot.sandbox.slack.picking import Value
from bot.storage.dialects import now
from bot.storage.tables import overdue_alerts
from tests.clock import PatientClock
from tests.journeys.acting import CODE, TICKET
from tests.journeys.digesting import list_digests
from tests.waiting import until_found

CHANNEL, PANEL = "C0SUPPORT", "Alerts this channel when customers wait too long"
EVERY_DAY = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
ALWAYS: Mapping[str, Value] = {
    "Working days": EVERY_DAY,
    "Working hours start": "0:00",
    "Working hours end": "0:00",
    "Time zone": "UTC",
}


async def has_read(bot: Bot) -> bool:
    """Whether the next reading is not yet due: a claim is longer than the pause between two."""
    is_idle = overdue_alerts.c.due.between(now(), now() + EVERY_SECONDS)
    async with bot.database.begin() as connection:
        return (
            await connection.execute(select(overdue_alerts.c.due).where(is_idle))
        ).first() is not None


async def shows(bot: Bot, person: Person, words: str, *, thread: str = "") -> SeenMessage:
    """Moves the clock until a message of the channel, or of a thread, shows the words.

    It moves slowly while the bot reads who waits: a wait begins anew after a long gap between two
    readings, as after an outage.
    """
    assert isinstance(bot.clock, PatientClock)
    clock = bot.clock

    async def look() -> list[SeenMessage]:
        await clock.move(timedelta(seconds=20 if await has_read(bot) else 1))
        seen = [each for each in person.messages(CHANNEL) if each.thread_ts == thread]
        return [each for each in seen if words in each]

    return (await until_found(look))[-1]


async def test_a_channel_gets_overdue_alerts_and_somebody_takes_over(
    ann: Person, sandbox: Sandbox, bot: Bot
) -> None:
    account = sandbox.liveagent.account
    for each in account.tickets.values():
        each.status = "R"
    ticket = account.ticket(TICKET)
    account.customer_writes(TICKET, "Any news of my lamp?")
    ticket.changed -= timedelta(minutes=82)
    await ann.clicks(await list_digests(ann), "Overdue alerts")
    form = await ann.wait_for_form(PANEL)
    second = "Mention someone if they wait this much longer"
    await ann.fills(form, ALWAYS)
    form = await ann.fills(form, {second: "30 minutes", "Holidays": "2026-13-01"})
    refused = await ann.submits(form)
    assert refused
    assert set(refused.errors.values()) == {
        "Enter days like 2026-12-24, 12-25.",
        "Mention one person or user group.",
    }
    await ann.submits(await ann.fills(refused, {"Holidays": "12-25", "Whom to mention": "@adam "}))
    assert ann.form() is None
    await ann.wait_for(lambda seen: "Open: 60 minutes" in seen and "@adam" in seen)

    message = await shows(bot, ann, "One ticket is overdue")
    assert CODE in message
    assert "lamp" not in str(message.blocks)
    assert ticket.subject not in message
    await ann.clicks(message, "Assign to me", near=CODE)
    assert (await shows(bot, ann, "Assigned to Ann Agent")).ts == message.ts
    line = await shows(bot, ann, "long overdue", thread=message.ts)
    assert "@adam" in line
    account.agent_acts(TICKET, "ann@acme.example", "replies", "It is on its way.")
    await shows(bot, ann, "No tickets are overdue")
    below = [each for each in ann.messages(CHANNEL) if each.thread_ts == message.ts]
    assert len(below) == 1

    await ann.clicks(await list_digests(ann), "Overdue alerts")
    panel = await ann.wait_for(lambda seen: "60 minutes" in seen and "Stop" in seen)
    await ann.clicks(panel, "Stop")
    await ann.wait_for(PANEL)
