"""Finds channels that another company reads by now, in case Slack's event did not arrive."""

from dataclasses import dataclass, field
from math import inf

import structlog

from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import ChannelUnseen, SharedOutside, SlackDoesNotAnswer
from bot.slack.channels import check_is_ours
from bot.slack.client import Slack
from bot.storage.ticket_messages import TicketMessages

log = structlog.get_logger()

EVERY_SECONDS = 3600.0


@dataclass(slots=True)
class SharedChannels:
    """Checks every channel in which tickets are shown at the start, then once an hour.

    Slack sends no event for what happened while no bot ran.
    """

    messages: TicketMessages
    slack: Slack
    clock: Clock = MACHINE
    _left: list[str] = field(default_factory=list)
    _next_round: float = -inf

    async def tick(self) -> None:
        """Checks one channel, because Slack answers fifty times a minute."""
        if not self._left and self.clock.monotonic() >= self._next_round:
            self._next_round = self.clock.monotonic() + EVERY_SECONDS
            self._left = await self.messages.channels()
        if self._left:
            await self._check(self._left.pop())

    async def _check(self, channel: str) -> None:
        try:
            await check_is_ours(self.slack, channel)
        except SharedOutside:
            log.warning("channel is shared", channel=channel)
            await self.messages.hide(channel)
        except (ChannelUnseen, SlackDoesNotAnswer) as error:
            log.info("channel not checked", channel=channel, why=type(error).__name__)
