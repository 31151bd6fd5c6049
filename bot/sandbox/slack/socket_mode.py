"""Socket Mode: the app connects, and everything is sent through its WebSockets."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from bot.sandbox.slack.delivery import FAILED, TIMEOUT, Ack, Envelope
from bot.sandbox.slack.people import APP_ID
from bot.sandbox.slack.wire import Json, SlackRefused

TICKET_LIFE_SECONDS = 30.0
MAX_CONNECTIONS = 10
PING_SECONDS = 10.0
LEAVING_SECONDS = 10.0


@dataclass(eq=False, slots=True)
class Connection:
    socket: web.WebSocketResponse
    request: web.Request
    is_leaving: bool = False


class SocketMode:
    def __init__(self, clock: Callable[[], float], ack_seconds: float) -> None:
        self._clock = clock
        self._ack_seconds = ack_seconds
        self._tickets: dict[str, float] = {}
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = 0
        self._refusals = 0
        self.connections: list[Connection] = []
        self.on_change: Callable[[], None] = lambda: None

    def ticket(self) -> str:
        """Returns a ticket for one handshake, to be used soon."""
        if len(self.connections) >= MAX_CONNECTIONS:
            raise SlackRefused("too_many_websockets")
        ticket = secrets.token_urlsafe(12)
        self._tickets[ticket] = self._clock() + TICKET_LIFE_SECONDS
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        if self._refusals:
            self._refusals -= 1
            raise web.HTTPServiceUnavailable
        if self._tickets.pop(request.query.get("ticket", ""), 0.0) < self._clock():
            raise web.HTTPForbidden(text="ticket is unknown, used or expired")
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        self.on_change()
        try:
            await socket.send_json(self._hello())
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            self.on_change()
        return socket

    async def deliver(self, envelope: Envelope) -> Ack:
        connection = self._next_connection()
        if connection is None:
            return Ack(FAILED)
        envelope_id = secrets.token_hex(16)
        acked: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = acked
        try:
            await connection.socket.send_json(_wrapped(envelope, envelope_id))
            answer = await asyncio.wait_for(acked, self._ack_seconds)
        except TimeoutError:
            return Ack(TIMEOUT)
        except ConnectionError:
            return Ack(FAILED)
        finally:
            del self._acks[envelope_id]
        return Ack(answer=answer if envelope.takes_answer else {})

    async def refresh(self, leaving_seconds: float = LEAVING_SECONDS) -> None:
        """Asks for every connection to be replaced, and closes it a while later."""
        for connection in list(self.connections):
            connection.is_leaving = True
            await connection.socket.send_json(_disconnect("refresh_requested"))
            task = asyncio.create_task(_close_later(connection, leaving_seconds))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def drop(self) -> None:
        """Cuts every connection without notice."""
        for connection in self.connections:
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def refuse(self, times: int) -> None:
        """Makes the next handshakes fail."""
        self._refusals = times

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for connection in list(self.connections):
            await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    def _next_connection(self) -> Connection | None:
        staying = [one for one in self.connections if not one.is_leaving and not one.socket.closed]
        if not staying:
            return None
        self._turn += 1
        return staying[self._turn % len(staying)]

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type != WSMsgType.TEXT:
                continue
            said: Json = json.loads(message.data)
            acked = self._acks.get(said.get("envelope_id", ""))
            if acked is not None and not acked.done():
                acked.set_result(said.get("payload") or {})


def _wrapped(envelope: Envelope, envelope_id: str) -> Json:
    wrapped: Json = {
        "envelope_id": envelope_id,
        "type": envelope.kind,
        "accepts_response_payload": envelope.takes_answer,
        "payload": envelope.payload,
    }
    if envelope.kind == "events_api":
        wrapped |= {"retry_attempt": envelope.retry, "retry_reason": envelope.retry_reason}
    return wrapped


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


async def _close_later(connection: Connection, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await connection.socket.close()
