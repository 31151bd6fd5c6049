"""A connection that Slack closes as soon as it is open."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.response import BoltResponse

from bot.slack.client import Slack
from bot.slack.server import listening
from bot.slack.socket import MAX_WAIT, SocketMode
from tests.clock import ManualClock
from tests.waiting import until


class Server:
    """Slack's: every socket that is opened gets these words and is closed, unless `is_kept`."""

    def __init__(self) -> None:
        self.opened = 0
        self.words: list[str] = []
        self.is_kept = False
        self.heard: list[Any] = []
        self.sockets: list[web.WebSocketResponse] = []  # those that are open

    async def ticket(self, request: web.Request) -> web.Response:
        url = f"ws://{request.host}/socket"
        return web.json_response({"ok": True, "url": url})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        self.opened += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        for words in self.words:
            await socket.send_str(words)
        if self.is_kept:
            async for message in socket:
                self.heard.append(json.loads(message.data))
        await socket.close()
        self.sockets.remove(socket)
        return socket


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def take(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body={"text": str(body.get("text"))})


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
async def mode(
    server: Server, clock: ManualClock, session: aiohttp.ClientSession
) -> AsyncIterator[SocketMode]:
    routes = [web.post("/api/apps.connections.open", server.ticket)]
    async with listening("127.0.0.1", 0, [*routes, web.get("/socket", server.socket)]) as port:
        slack = Slack(session, "xoxb-1", f"http://127.0.0.1:{port}/api/")
        mode = SocketMode(take, slack, "xapp-1", clock)
        running = asyncio.create_task(mode.run())
        yield mode
        running.cancel()
        await mode.leave(1)
        await until(lambda: not server.sockets)


@pytest.mark.usefixtures("mode")
async def test_a_socket_that_is_closed_at_once_is_opened_later_and_later(
    server: Server, clock: ManualClock
) -> None:
    await until(lambda: clock.sleepers == 1)
    assert server.opened == 2  # one end is no reason to wait
    for opened in range(3, 12):
        await clock.advance(0.1)
        assert server.opened == opened - 1
        await clock.advance(MAX_WAIT)
        await until(lambda: clock.sleepers == 1)
        assert server.opened == opened


@pytest.mark.usefixtures("mode")
async def test_a_replaced_connection_still_receives_until_it_is_closed(server: Server) -> None:
    server.is_kept = True
    await until(lambda: server.opened == 1)
    await server.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await until(lambda: server.opened == 2)
    await server.sockets[0].send_json({"envelope_id": "late", "payload": None})
    await until(lambda: len(server.heard) == 1)


@pytest.mark.usefixtures("mode")
async def test_unreadable_payloads_are_acknowledged(server: Server) -> None:
    server.is_kept = True
    payloads: list[Any] = [None, 7, {}, {"type": []}, {"command": "/ticket"}]
    envelopes = [
        {"envelope_id": f"e{number}", "type": "interactive", "payload": payload}
        for number, payload in enumerate(payloads)
    ]
    server.words = ["[" * 100_000, "7", *map(json.dumps, envelopes)]
    await until(lambda: len(server.heard) >= 5)
    assert {each["envelope_id"] for each in server.heard} == {f"e{number}" for number in range(5)}
