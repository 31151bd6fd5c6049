"""Draws the messages of live channels."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from blocks.live import (
    NOBODY,
    Answering,
    live_message,
    moved_message,
)
from blocks.shared import content_of, gone_card, merged_card
from bot.desk.desk import Desk, redacted
from bot.desk.redact import redact_ticket
from bot.domain.activity import Doing
from bot.domain.live import LiveChannel
from bot.domain.ref import TicketRef
from bot.domain.ticket import OVER, Status, Ticket
from bot.domain.ticket_message import TicketMessage
from bot.i18n import Translator
from bot.jobs.drawing import unless_gone
from bot.jobs.follow import Drawn
from bot.storage.live_channels import LiveChannels
from bot.storage.watch import Watch

RECENT_SECONDS = 60.0
ANSWERED = {Status.ANSWERED, *OVER}


@dataclass(frozen=True, slots=True)
class LiveMessages:
    """Draws the messages of live channels. `desk` works in the background."""

    desk: Desk
    channels: LiveChannels
    watch: Watch

    async def __call__(self, message: TicketMessage) -> Drawn | None:
        live = await self.channels.find(message.channel)
        if live is None:
            return None
        t, name = Translator(live.language), message.code or message.ticket_id
        ticket = await unless_gone(self.read(message.ticket_id), message.failures)
        if ticket is None:
            return Drawn(gone_card(name, t), "gone", is_last=True)
        if ticket.id != message.ticket_id:
            return Drawn(merged_card(name, ticket, t), "merged", is_last=True)
        if not live.covers(ticket.department.id):
            return Drawn(moved_message(name, t), "moved", is_last=True)
        return await self.draw(live, ticket)

    async def draw(self, live: LiveChannel, ticket: Ticket) -> Drawn:
        agent, answering = await asyncio.gather(
            self.desk.name_of(ticket.assignee_id), self._answering(ticket)
        )
        t, account, has_subject = Translator(live.language), self.desk.account, live.shows_subject
        if ticket.assignee_id and not agent:
            agent = t("an unknown agent")
        draw = partial(live_message, ticket, agent, t, account, shows_subject=has_subject)
        timeless = draw(answering=answering._replace(seen=None))
        is_last = ticket.status == Status.DELETED
        return Drawn(draw(answering=answering), content_of(timeless), is_last=is_last)

    async def _answering(self, ticket: Ticket) -> Answering:
        """Returns who is replying to the ticket, at most some seconds ago.

        Agents who have just answered still count as replying, and nothing would update the message
        again.
        """
        if ticket.status in ANSWERED:
            return NOBODY
        activity = await self.desk.system.recent_activity()
        if activity is None:
            return NOBODY
        found = [
            await self.desk.name_of(each.agent_id)
            for each in activity.agents
            if each.ticket_id == ticket.id and each.doing is Doing.REPLYING
        ]
        return Answering(sorted(filter(None, found)), activity.seen)

    async def read(self, ticket_id: str) -> Ticket:
        """Returns the redacted ticket: as the watch has just read it, else the current one."""
        ref = TicketRef(ticket_id)
        reading = self.desk.system.recent_reading(ref, RECENT_SECONDS)
        known = (await self.watch.known([ticket_id])).get(ticket_id)
        if reading and known and known.changed and reading.ticket.changed:
            is_newest = reading.ticket.changed.timestamp() >= known.changed
            if is_newest and reading.ticket.status == known.status:
                return redact_ticket(reading.ticket, self.desk.account)
        return redact_ticket(await self.desk.find_unbounded(ref), self.desk.account)

    async def messages(self, live: LiveChannel, ticket_id: str) -> Mapping[str, str]:
        """Returns the redacted texts of messages by id; none if the ticket has moved away."""
        ref = TicketRef(ticket_id)
        ticket = await self.desk.find_unbounded(ref)
        if not live.covers(ticket.department.id):
            return {}
        found = await self.desk.system.messages(ref)
        written = await redacted(found, ticket.public_code, self.desk.account)
        return {each.id: each.body for each in written}
