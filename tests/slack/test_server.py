"""Slack's requests over HTTP: nothing unsigned is read."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.response import BoltResponse
from yarl import URL

from bot.slack import server
from tests.clock import ManualClock
from tests.waiting import until_found

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
COMMAND = urlencode({"command": "/ticket", "text": "AX4-B4T-FD8", "user_id": "U1"}).encode()


class Taken:
    """In place of Bolt: keeps what came."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.response = BoltResponse(status=200, body={"text": "taken"})

    async def dispatch(self, body: dict[str, Any]) -> BoltResponse:
        self.bodies.append(body)
        return self.response


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def url(taken: Taken, clock: ManualClock) -> AsyncIterator[str]:
    routes = server.routes(taken.dispatch, SECRET, clock)
    async with server.listening("127.0.0.1", 0, routes) as port:
        yield f"http://127.0.0.1:{port}{server.PATH}"


def signed(body: bytes, timestamp: str, secret: str = SECRET) -> dict[str, str]:
    held = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={held.hexdigest()}",
    }


def seconds(clock: ManualClock, later: int = 0) -> str:
    return str(int(clock.now().timestamp()) + later)


async def post(
    session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]
) -> tuple[int, str]:
    async with session.post(url, data=BytesIO(body), headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_signed_command_is_taken(
    session: aiohttp.ClientSession, url: str, taken: Taken, clock: ManualClock
) -> None:
    headers = {"Content-Type": FORM, **signed(COMMAND, seconds(clock))}
    assert await post(session, url, COMMAND, headers) == (200, '{"text": "taken"}')
    assert taken.bodies == [{"command": "/ticket", "text": "AX4-B4T-FD8", "user_id": "U1"}]


@pytest.mark.parametrize(
    ("version", "connection", "stays"),
    [("1.1", "", True), ("1.1", "close", False), ("1.0", "", False), ("1.0", "keep-alive", True)],
)
async def test_an_acknowledgement_closes_no_connection_that_is_kept(
    url: str, taken: Taken, clock: ManualClock, version: str, connection: str, *, stays: bool
) -> None:
    taken.response = BoltResponse(status=200)
    headers = {**signed(COMMAND, seconds(clock)), "Connection": connection, "Content-Type": FORM}
    headers |= {"Host": "bot", "Content-Length": str(len(COMMAND))}
    lines = [f"POST {server.PATH} HTTP/{version}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    request = "\r\n".join([*lines, "", ""]).encode() + COMMAND
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(url).port)
    for _ in range(2 if stays else 1):
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith(f"http/{version} 200 ok\r\n")
        assert "\r\ncontent-length: 0\r\n" in head
        assert "\r\ndate: " in head
    assert len(taken.bodies) == (2 if stays else 1)
    if not stays:
        assert await reader.read() == b""
    writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(url: str, clock: ManualClock) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(url).port)
    writer.write(f"POST {server.PATH} HTTP/1.1\r\nHost: b\r\nContent-Length: 9\r\n\r\n1".encode())
    answer = asyncio.create_task(reader.readline())

    async def is_answered() -> bool:
        await clock.advance(server.READ_SECONDS)
        return answer.done()

    await until_found(is_answered)
    assert b" 408 " in answer.result()
    writer.close()


async def test_interactions_and_events_are_cleaned(
    session: aiohttp.ClientSession, url: str, taken: Taken, clock: ManualClock
) -> None:
    payload = {"type": "block_suggestion", "action_id": "a", "value": "a\x00\ud800b"}
    for kind, body in (
        (FORM, urlencode({"payload": json.dumps(payload)}).encode()),
        ("application/json", json.dumps(payload).encode()),
    ):
        headers = {"Content-Type": kind, **signed(body, seconds(clock))}
        assert (await post(session, url, body, headers))[0] == 200
        assert taken.bodies.pop()["value"] == "a\ufffdb"


@pytest.mark.parametrize("timestamp", ["9" * 5000, "-1", "1e9", "", "abc", "٣", "1.5", " 1"])
async def test_a_malformed_time_is_refused(
    session: aiohttp.ClientSession, url: str, taken: Taken, timestamp: str
) -> None:
    headers = {"Content-Type": FORM, **signed(COMMAND, timestamp)}
    assert (await post(session, url, COMMAND, headers))[0] == 401
    assert taken.bodies == []


@pytest.mark.parametrize("later", [-301, 301])
async def test_an_old_request_is_refused(
    session: aiohttp.ClientSession, url: str, taken: Taken, clock: ManualClock, later: int
) -> None:
    headers = {"Content-Type": FORM, **signed(COMMAND, seconds(clock, later))}
    assert (await post(session, url, COMMAND, headers))[0] == 401
    assert taken.bodies == []


@pytest.mark.parametrize("signature", ["", "v0=", "v0=00", "v0=é", "v1=", "x" * 4000])
async def test_another_signature_is_refused(
    session: aiohttp.ClientSession, url: str, taken: Taken, clock: ManualClock, signature: str
) -> None:
    headers = {**signed(COMMAND, seconds(clock)), "X-Slack-Signature": signature}
    assert (await post(session, url, COMMAND, headers))[0] == 401
    wrong = signed(COMMAND, seconds(clock), secret="another")
    assert (await post(session, url, COMMAND, wrong))[0] == 401
    assert taken.bodies == []


@pytest.mark.parametrize(
    "kind",
    [FORM, "application/json", f"{FORM}; charset=no-such", "application/json; charset=utf-7", ""],
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"payload=" + b"[" * 50_000,
        b"payload=%7B",
        b"{" * 1000,
        b"[" * 100_000,
        b'{"type": "event_callback", "event": {"type": []}}',
        b"------boundary\r\nContent-Disposition: form-data",
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
)
async def test_rubbish_is_refused_without_a_traceback(
    session: aiohttp.ClientSession,
    url: str,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    body: bytes,
) -> None:
    """Also where it is signed; without a signature it is not even read."""
    headers = {"Content-Type": kind}
    assert (await post(session, url, body, headers))[0] == 401
    assert (await post(session, url, body, headers | signed(body, seconds(clock))))[0] == 400
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_too_large_a_body_is_refused(
    session: aiohttp.ClientSession, url: str, taken: Taken, clock: ManualClock
) -> None:
    body = b"a=" + b"1" * server.MAX_BODY
    assert (await post(session, url, body, signed(body, seconds(clock))))[0] == 413
    assert taken.bodies == []


async def test_the_address_is_verified(
    session: aiohttp.ClientSession, url: str, taken: Taken, clock: ManualClock
) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c"}).encode()
    headers = {"Content-Type": "application/json", **signed(body, seconds(clock))}
    assert (await post(session, url, body, headers))[0] == 200
    assert taken.bodies == [{"type": "url_verification", "challenge": "c"}]
