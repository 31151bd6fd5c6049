"""Receives Slack's signed events over HTTP."""

import hmac
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from email.utils import formatdate
from functools import lru_cache
from typing import Any

import structlog
from aiohttp import HttpVersion11, web
from aiohttp.http_exceptions import HttpProcessingError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.response import BoltResponse

from bot.domain.clock import Clock
from bot.slack.door import InvalidRequest, body_of, read_form, read_json

log = structlog.get_logger()

PATH = "/slack/events"
OK = 200
MAX_BODY = 1024 * 1024  # bytes; Slack's largest forms have about 250,000
MAX_AGE_SECONDS = 300
READ_SECONDS = 10.0  # for a whole body: Slack waits three seconds for its answer
LINGERING_SECONDS = 1.0  # for the rest of a body that nobody reads

_TIMESTAMP = re.compile("[0-9]{1,12}")

Dispatch = Callable[[dict[str, Any]], Awaitable[BoltResponse]]
"""Handles a payload; raises `InvalidRequest` if it is unreadable."""


def routes(dispatch: Dispatch, signing_secret: str, clock: Clock) -> list[web.RouteDef]:
    """Returns the route.

    It answers 401 if Slack's signature is missing, wrong or old, without parsing. Other unreadable
    requests get 400, those that don't arrive in time 408.
    """

    async def take(request: web.Request) -> web.StreamResponse:
        try:
            body = await _read(request, clock)
        except TimeoutError:
            return _too_slow()
        now = int(clock.now().timestamp())
        if not _is_signed(request, body, signing_secret, now):
            return web.Response(status=401)
        try:
            payload = body_of(_payload(request.content_type, body))
            response = await dispatch(payload)
        except InvalidRequest:
            log.warning("unreadable request", bytes=len(body))
            return web.Response(status=400)
        if response.body:
            return await to_aiohttp_response(response)
        if response.status == OK and _stays_open(request):
            return Acknowledged(now)
        return web.Response(status=response.status)

    return [web.post(PATH, take)]


class Acknowledged(web.StreamResponse):
    """An empty 200 on a connection that stays open, written directly.

    aiohttp takes a tenth of a click's CPU to build the same response from headers.
    """

    def __init__(self, now: int) -> None:
        super().__init__()
        self._now = now

    @property
    def keep_alive(self) -> bool:
        return True

    async def prepare(self, request: web.BaseRequest) -> None:
        if request.transport is None or request.transport.is_closing():
            raise ConnectionResetError
        request.transport.write(_acknowledgement(self._now))

    async def write_eof(self, data: bytes = b"") -> None:
        """Does nothing: everything is written."""


async def _read(request: web.Request, clock: Clock) -> bytes:
    """Returns the body. Raises `TimeoutError`."""
    if request.content.is_eof():  # the usual case, without waiting
        return await request.read()
    async with clock.timeout(READ_SECONDS):
        return await request.read()


def _too_slow() -> web.Response:
    answer = web.Response(status=408)
    answer.force_close()
    return answer


def _stays_open(request: web.Request) -> bool:
    return request.keep_alive and request.version == HttpVersion11


@lru_cache(1)
def _acknowledgement(second: int) -> bytes:
    date = formatdate(second, usegmt=True)
    return f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: {date}\r\n\r\n".encode()


def _is_signed(request: web.Request, body: bytes, secret: str, now: int) -> bool:
    """Checks raw bytes as in docs.slack.dev/authentication/verifying-requests-from-slack."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    if not _TIMESTAMP.fullmatch(timestamp):
        return False
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        return False
    signed = hmac.digest(secret.encode(), f"v0:{timestamp}:".encode() + body, "sha256")
    given = request.headers.get("X-Slack-Signature", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(f"v0={signed.hex()}".encode(), given)


def _payload(content_type: str, body: bytes) -> object:
    """Decodes UTF-8, regardless of the headers. Raises `InvalidRequest`."""
    if content_type != "application/json" and not body.startswith(b"{"):
        return read_form(body)
    try:
        return read_json(body.decode())
    except UnicodeDecodeError as error:
        raise InvalidRequest from error


@asynccontextmanager
async def listening(host: str, port: int, routes: Sequence[web.RouteDef]) -> AsyncIterator[int]:
    """Serves the routes; yields the port."""
    logging.getLogger("aiohttp.server").addFilter(_is_worth_logging)
    pages = web.Application(client_max_size=MAX_BODY)
    pages.add_routes(routes)
    runner = web.AppRunner(pages, access_log=None, lingering_time=LINGERING_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Drops tracebacks of requests that are not HTTP: they quote them and may fill the log."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | web.RequestPayloadError)
