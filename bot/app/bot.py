"""The state of a running bot that monitoring reads."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.clock import Clock
from bot.domain.errors import SlackDoesNotAnswer
from bot.health import Probe
from bot.metrics import Metrics
from bot.slack.client import Slack
from bot.slack.refusals import FINAL
from bot.slack.socket import SocketMode
from bot.storage.database import Database
from bot.storage.figures import Figures, can_write, read_figures

log = structlog.get_logger()


@dataclass(slots=True)
class Bot:
    """A running bot. It listens on `port` and serves monitoring on `metrics_port`."""

    port: int
    metrics_port: int
    database: Database
    slack: Slack
    clock: Clock
    takes_events: bool = False
    socket: SocketMode | None = None
    token_refusal: str = ""
    """Slack's error if it no longer accepts the bot's token, else ""."""
    _can_write: Probe[bool] = field(init=False)
    _figures: Probe[Figures | None] = field(init=False)

    def __post_init__(self) -> None:
        self._can_write = Probe(lambda: can_write(self.database), clock=self.clock)
        self._figures = Probe(self._read_figures, clock=self.clock)

    @property
    def is_connected(self) -> bool:
        has_way = self.socket is None or self.socket.is_connected
        return self.takes_events and has_way and not self.token_refusal

    async def is_ready(self) -> bool:
        """Whether Slack is connected and the database takes writes."""
        return self.is_connected and await self._can_write() is True

    async def refresh_metrics(self, metrics: Metrics) -> None:
        """Updates the metrics; figures are missing while the database does not answer."""
        writes, figures = await asyncio.gather(self._can_write(), self._figures())
        metrics.set_current(figures, is_connected=self.is_connected, can_write=writes is True)

    async def check_token(self) -> None:
        """Detects a revoked token.

        Over HTTP nothing else would: Slack keeps sending requests after a token is revoked.
        """
        refusal = ""
        try:
            await self.slack.read_identity()
        except SlackDoesNotAnswer as error:
            refusal = error.why if error.why in FINAL else self.token_refusal
        if refusal and not self.token_refusal:
            log.error("Slack refuses the bot's token", why=refusal)
        elif self.token_refusal and not refusal:
            log.info("Slack takes the bot's token again")
        self.token_refusal = refusal

    async def _read_figures(self) -> Figures | None:
        with suppress(SQLAlchemyError, OSError):
            return await read_figures(self.database)
        return None
