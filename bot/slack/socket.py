"""Socket Mode: Slack's events over a connection that the bot opens, so that it needs no address.

Why not the SDK's own client: docs/decisions/0002-socket-mode.md.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import SlackDoesNotAnswer
from bot.slack.client import FINAL, Slack

log = structlog.get_logger()

HEARTBEAT_SECONDS = 10.0
LONGEST_WAIT = 30.0
SERVER_ERROR = 500

Socket = aiohttp.ClientWebSocketResponse
Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class SocketMode:
    """Holds one connection, and two while Slack asks for a change."""

    def __init__(
        self,
        dispatch: Dispatch,
        slack: Slack,
        app_token: str,
    ) -> None:
        self._dispatch = dispatch
        self._slack = slack
        self._app_token = app_token
        self._current: Socket | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._handlers: set[asyncio.Task[None]] = set()

    @property
    def is_connected(self) -> bool:
        return self._current is not None and not self._current.closed

    async def connect(self) -> None:
        """The first connection. Raises `SlackDoesNotAnswer` where Slack refuses the token."""
        self._current = await self._open()

    async def run(self) -> None:
        """Until cancelled: reads, and opens another connection whenever one ends."""
        while True:
            socket = self._current or await self._open()
            is_over = asyncio.Event()
            _start(self._read(socket, is_over), self._readers)
            await is_over.wait()
            self._current = await self._open()

    async def leave(self, seconds: float) -> None:
        """After `run` was cancelled: takes nothing more, answers what came, then hangs up."""
        for reader in self._readers:
            reader.cancel()
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=seconds)
        if self._current:
            await self._current.close()

    async def _open(self) -> Socket:
        """Every attempt asks for a new address: one that was used or has expired stays refused."""
        failures = 0
        while True:
            try:
                url = await self._slack.socket_url(self._app_token)
                socket = await self._slack.session.ws_connect(url, heartbeat=HEARTBEAT_SECONDS)
            except (SlackDoesNotAnswer, aiohttp.ClientError, TimeoutError) as error:
                if self._current is None and getattr(error, "why", "") in FINAL:
                    raise
                failures += 1
                await _back_off(failures, error)
            else:
                log.info("connected to Slack")
                return socket

    async def _read(self, socket: Socket, is_over: asyncio.Event) -> None:
        """Goes on reading after Slack has asked for a change: it may still send here."""
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(socket, _read_envelope(message.data), is_over)
            await socket.close()
        finally:  # when leaving, the socket stays open for the last acknowledgements
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
            _start(self._handle(socket, envelope), self._handlers)

    async def _handle(self, socket: Socket, envelope: dict[str, Any]) -> None:
        request = AsyncBoltRequest(mode="socket_mode", body=envelope.get("payload") or {})
        response = await self._dispatch(request)
        if response.status >= SERVER_ERROR:
            return  # Slack tells the user, or sends an event again
        acknowledgement: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if response.body:
            is_json = response.body.startswith("{")
            acknowledgement["payload"] = (
                json.loads(response.body) if is_json else {"text": response.body}
            )
        with suppress(ConnectionError):
            await self._open_one(socket).send_json(acknowledgement)

    def _open_one(self, socket: Socket) -> Socket:
        return self._current if socket.closed and self._current else socket


def _read_envelope(text: str) -> dict[str, Any]:
    """Empty for what is none."""
    try:
        envelope = json.loads(text)
    except ValueError:
        envelope = None
    return envelope if isinstance(envelope, dict) else {}


async def _back_off(failures: int, error: Exception) -> None:
    seconds = min(LONGEST_WAIT, 2.0 ** min(failures, 10) / 4) * random.uniform(0.5, 1)  # noqa: S311
    log.warning("no connection to Slack", error=type(error).__name__, wait=round(seconds, 1))
    await asyncio.sleep(seconds)


def _start(work: Coroutine[Any, Any, None], kept: set[asyncio.Task[None]]) -> None:
    """Keeps a reference: asyncio itself may forget a task that nobody holds."""
    task = asyncio.create_task(work)
    kept.add(task)
    task.add_done_callback(kept.discard)
