"""Socket Mode: the bot opens the connection for Slack's events, so it needs no public address.

Why not the SDK's own client: docs/decisions/0002-socket-mode.md.
"""

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

import aiohttp
import structlog

from bot.domain.backoff import backoff
from bot.domain.clock import Clock
from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.client import Slack
from bot.slack.door import InvalidRequest, body_of, read_json
from bot.slack.refusals import FINAL
from bot.slack.server import Dispatch
from bot.tasks import Tasks

log = structlog.get_logger()

HEARTBEAT_SECONDS = 10.0
FIRST_WAIT, MAX_WAIT = 0.5, 30.0
STEADY_SECONDS = 10.0  # a connection that lasted this long was no failure
SERVER_ERROR = 500

Socket = aiohttp.ClientWebSocketResponse


class SocketMode:
    """Holds one connection, and two while it replaces one at Slack's request."""

    def __init__(
        self,
        dispatch: Dispatch,
        slack: Slack,
        app_token: str,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._dispatch = dispatch
        self._slack = slack
        self._app_token = app_token
        self._current: Socket | None = None
        self._open_ones: set[Socket] = set()
        self._readers, self._handlers = Tasks(), Tasks()

    @property
    def is_connected(self) -> bool:
        return self._current is not None and not self._current.closed

    async def connect(self) -> None:
        """Opens the first connection. Raises `SlackDoesNotAnswer` if Slack refuses the token."""
        self._current = await self._open()

    async def run(self) -> None:
        """Reads until cancelled, and opens another connection whenever one ends.

        The first short-lived connection is replaced immediately, the following ones with growing
        delays.
        """
        brief = 0
        while True:
            socket, opened = self._current or await self._open(), self._clock.monotonic()
            is_over = asyncio.Event()
            self._readers.start(self._read(socket, is_over))
            await is_over.wait()
            lasted = self._clock.monotonic() - opened
            brief = brief + 1 if lasted < STEADY_SECONDS else 0
            if brief > 1:
                await self._back_off(brief - 1, "closed soon")
            self._current = await self._open()

    async def leave(self, seconds: float) -> None:
        """Closes after `run` was cancelled: takes no events, answers pending ones, hangs up."""
        await self._readers.cancel()  # only one task may read, and closing reads
        await self._handlers.drain(seconds)
        await asyncio.gather(*(socket.close() for socket in self._open_ones))

    async def _open(self) -> Socket:
        """Requests a new address for each attempt: a used or expired one stays refused."""
        failures = 0
        while True:
            try:
                url = await self._slack.socket_url(self._app_token)
                socket = await self._slack.session.ws_connect(url, heartbeat=HEARTBEAT_SECONDS)
            except (SlackDoesNotAnswer, aiohttp.ClientError, TimeoutError) as error:
                if self._current is None and getattr(error, "why", "") in FINAL:
                    raise
                failures += 1
                await self._back_off(failures, type(error).__name__)
            else:
                log.info("connected to Slack")
                self._open_ones.add(socket)
                return socket

    async def _read(self, socket: Socket, is_over: asyncio.Event) -> None:
        """Keeps reading after Slack has requested a change, because it may still send here."""
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(socket, _read_envelope(message.data), is_over)
            await socket.close()
            self._open_ones.discard(socket)
        finally:  # on leaving, the socket stays open for the last acknowledgements
            is_over.set()

    async def _take(
        self,
        socket: Socket,
        envelope: dict[str, Any],
        is_over: asyncio.Event,
    ) -> None:
        if envelope.get("type") == "disconnect":
            log.info("Slack asks for a new connection", reason=envelope.get("reason"))
            is_over.set()
            if envelope.get("reason") not in {"warning", "refresh_requested"}:
                await socket.close()
        elif "envelope_id" in envelope:
            self._handlers.start(self._handle(socket, envelope))

    async def _handle(self, socket: Socket, envelope: dict[str, Any]) -> None:
        acknowledgement: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        try:
            response = await self._dispatch(body_of(envelope.get("payload")))
        except InvalidRequest:  # a retry would be no more readable
            log.warning("unreadable request", type=str(envelope.get("type"))[:50])
        else:
            if response.status >= SERVER_ERROR:
                return  # Slack informs the user, or resends an event
            if response.body:
                is_json = response.body.startswith("{")
                acknowledgement["payload"] = (
                    json.loads(response.body) if is_json else {"text": response.body}
                )
        with suppress(ConnectionError):
            await self._open_one(socket).send_json(acknowledgement)

    async def _back_off(self, failures: int, why: str) -> None:
        """Waits a random time: Slack may have closed all bots' connections at once."""
        longest = backoff(failures - 1, FIRST_WAIT, MAX_WAIT)
        seconds = longest * random.uniform(0.5, 1)  # noqa: S311  not a secret
        log.warning("no connection to Slack", why=why, wait=round(seconds, 1))
        await self._clock.sleep(seconds)

    def _open_one(self, socket: Socket) -> Socket:
        return self._current if socket.closed and self._current else socket


def _read_envelope(text: str) -> dict[str, Any]:
    """Returns an empty mapping for an invalid envelope."""
    try:
        envelope = read_json(text)
    except InvalidRequest:
        envelope = None
    return envelope if isinstance(envelope, dict) else {}
