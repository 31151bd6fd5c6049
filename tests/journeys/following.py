"""Actions with messages that follow their ticket."""

from datetime import timedelta

from sqlalchemy import select

from bot.app import Bot, Intervals
from bot.storage.tables import ticket_messages
from bot.storage.ticket_messages import FIRST_LOOK_SECONDS, TicketMessages
from tests.clock import PatientClock
from tests.waiting import until_found


async def changes_elsewhere(bot: Bot, *tickets: str) -> None:
    """Reports that LiveAgent has changed them, and lets the messages follow."""
    messages = TicketMessages(bot.database)
    await until_found(lambda: is_remembered(bot))
    await messages.changed(tickets)
    await follows(bot)


async def follows(bot: Bot) -> None:
    """Moves the clock until no message is due any more."""
    await TicketMessages(bot.database).hurry(FIRST_LOOK_SECONDS)

    async def is_settled() -> bool:
        assert isinstance(bot.clock, PatientClock)
        await bot.clock.move(timedelta(seconds=Intervals().tick))
        async with bot.database.begin() as connection:
            due = select(ticket_messages.c.id).where(ticket_messages.c.due > 0)
            return not (await connection.execute(due)).all()

    await until_found(is_settled)


async def is_remembered(bot: Bot) -> bool:
    """Whether any message is, since it is only noted after it was posted."""
    async with bot.database.begin() as connection:
        return bool((await connection.execute(select(ticket_messages.c.id))).all())
