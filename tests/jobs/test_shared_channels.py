"""A channel that became shared while no bot ran is found."""

from bot.domain.ticket_message import TO_HIDE, ShownAs, TicketMessage
from bot.jobs.shared_channels import EVERY_SECONDS, SharedChannels
from bot.storage.database import Database
from bot.storage.ticket_messages import TicketMessages
from tests.clock import ManualClock
from tests.jobs.world import open_world

OURS, THEIRS = "C0SUPPORT", "C0JAPAN"


async def contents(messages: TicketMessages) -> dict[str, str]:
    found = [await messages.of_message(channel, "1.0") for channel in (OURS, THEIRS)]
    return {each.channel: each.content for shown in found for each in shown}


async def test_what_stands_in_a_shared_channel_is_hidden_without_an_event(sqlite_url: str) -> None:
    database, clock = Database(sqlite_url), ManualClock()
    messages = TicketMessages(database)
    for channel in (OURS, THEIRS):
        await messages.remember(TicketMessage(channel, "1.0", "s4y7t5s7", ShownAs.SHARED))
    async with open_world() as world:
        job = SharedChannels(messages, world.slack, clock)
        world.sandbox.slack.workspace.channel(THEIRS).is_shared_outside = True
        for _ in range(3):
            await job.tick()
        assert await contents(messages) == {OURS: "", THEIRS: TO_HIDE}
        world.sandbox.slack.workspace.channel(OURS).is_shared_outside = True
        await job.tick()
        assert await contents(messages) == {OURS: "", THEIRS: TO_HIDE}
        await clock.advance(EVERY_SECONDS)
        await job.tick()
        assert await contents(messages) == {OURS: TO_HIDE, THEIRS: TO_HIDE}
    await database.close()
