"""LiveAgent's rules hasten a poll, and nobody learns anything from the answers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import pytest
from yarl import URL

from bot.liveagent import webhook
from bot.slack.server import listening

SECRET = "n0t-guessed_by-anybody-at-all"


@dataclass
class Door:
    url: str = ""
    hastened: int = 0
    counted: list[bool] = field(default_factory=list)

    def hasten(self) -> None:
        self.hastened += 1

    def count(self, *, is_right: bool) -> None:
        self.counted.append(is_right)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    routes = webhook.routes(SECRET, door.hasten, door.count)
    async with listening("127.0.0.1", 0, routes) as port:
        door.url = f"http://127.0.0.1:{port}{webhook.PATH}"
        yield door


async def test_the_right_secret_hastens(door: Door, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{door.url}/{SECRET}", data=b'{"id": {$conv}') as answer:
        assert (answer.status, await answer.read()) == (HTTPStatus.NO_CONTENT, b"")
    assert door.hastened == 1


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["", "wrong", SECRET[:-1], f"{SECRET}/x", "%00", "a/../b", "é"])
async def test_wrong_requests_get_the_same_answer_and_do_nothing(
    door: Door, session: aiohttp.ClientSession, method: str, path: str
) -> None:
    async with session.request(method, f"{door.url}/{path}") as answer:
        wrong = answer.status, await answer.read(), {*answer.headers}
    assert not door.hastened
    async with session.post(f"{door.url}/{SECRET}") as answer:
        assert wrong == (answer.status, await answer.read(), {*answer.headers})
    assert door.counted == [False, True]


async def test_a_large_body_is_not_waited_for(door: Door, session: aiohttp.ClientSession) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        async with session.post(f"{door.url}/wrong"):
            yield b"x"

    async with session.post(f"{door.url}/{SECRET}", data=endless()) as answer:
        assert answer.status == HTTPStatus.NO_CONTENT
    assert door.hastened == 1


async def send(door: Door, *pieces: bytes) -> bytes:
    """Sends raw bytes, and returns all that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(door.url).port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "headers", [b"Expect: tea", b"Expect: 100-continue", b"Content-Encoding: gzip"]
)
async def test_odd_body_headers_get_the_same_answer_and_no_log(
    door: Door, headers: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = f"{webhook.PATH}/wrong".encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + headers
    answer = await send(door, head + b"\r\n\r\nwords")
    assert answer.startswith(b"HTTP/1.1 204")
    assert not caplog.records


async def test_a_body_that_never_comes_holds_no_connection(door: Door) -> None:
    path = f"{webhook.PATH}/{SECRET}".encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    answers = await asyncio.gather(*(send(door, head) for _ in range(50)))
    assert all(each.startswith(b"HTTP/1.1 204") for each in answers)
    assert door.hastened == len(answers)


@pytest.mark.parametrize(
    "request_line",
    [
        b"POST %s HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST %s HTTP/9.x\r\nHost: x\r\n\r\n",
        b"POST %s\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST %s" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST %s HTTP/1.1\r\nHost: x\r\n broken: %s\r\n\r\n",
        b"P\xff\xffST %s HTTP/1.1\r\n\r\n",
    ],
)
async def test_no_log_contains_the_secret(
    door: Door, request_line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = f"{webhook.PATH}/{SECRET}".encode()
    await send(door, request_line.replace(b"%s", path))
    assert SECRET not in caplog.text
