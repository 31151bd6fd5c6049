"""Sends a call over HTTP once, at the rate that LiveAgent allows."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import ParamSpec, TypeVar

import aiohttp
import structlog
from yarl import URL

from bot.domain.clock import Clock
from bot.domain.errors import LiveAgentError, NotApplied, OutcomeUnknown, TooLong
from bot.domain.ticket_system import AT_ONCE, BeforeWrite, waiting_since
from bot.liveagent.pace import Pace

log = structlog.get_logger()

CONNECT_SECONDS = 4.0
TURN_SECONDS = 30.0
MAX_ANSWER_LENGTH = 12_000_000  # bytes; 10,000 tickets with all their fields have about 8 million
READ_AT_ONCE = 50_000  # bytes; reading 100,000 of invalid rows would block other tasks too long

_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="answers")

P = ParamSpec("P")
T = TypeVar("T")
Observe = Callable[[str, str, float], None]  # the call's name, its outcome, seconds
ReadAnswer = Callable[[int, bytes, str], T]  # of status, body, and Retry-After


async def unguarded() -> None: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call, ready for HTTP; everything except `name` may contain the key."""

    name: str
    verb: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] | None = field(default=None, repr=False)
    data: Mapping[str, str] | bytes | aiohttp.MultipartWriter | None = field(
        default=None, repr=False
    )


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends calls to LiveAgent. In the `background`, people's calls go first."""

    session: aiohttp.ClientSession
    pace: Pace
    observe: Observe
    clock: Clock
    background: bool = False

    async def send(
        self,
        outgoing: Outgoing,
        read: ReadAnswer[T],
        seconds: float,
        before: BeforeWrite = unguarded,
    ) -> tuple[int, T]:
        """Returns the answer's size in bytes and the result of `read`.

        Nothing is awaited between `before` and the call, so that no delay separates them.
        """
        await self.turn(outgoing.name)
        await before()
        started, outcome = time.monotonic(), "ok"
        try:
            return await self._exchange(outgoing, read, seconds)
        except LiveAgentError as error:
            outcome = type(error).__name__
            raise
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            elapsed = time.monotonic() - started
            self.observe(outgoing.name, outcome, elapsed)
            log.info("liveagent", call=outgoing.name, outcome=outcome, seconds=round(elapsed, 3))

    async def turn(self, name: str) -> None:
        """Limits the wait when more calls are requested than LiveAgent allows per minute.

        Deliveries wait without limit, because starting again would repeat their calls.
        """
        asked = waiting_since.get()
        is_delivery = asked == AT_ONCE or time.monotonic() < asked < inf
        is_unlimited = self.background or is_delivery
        try:
            async with nullcontext() if is_unlimited else self.clock.timeout(TURN_SECONDS):
                await self.pace.turn(background=self.background)
        except TimeoutError:
            raise NotApplied(name, "too many calls wait for their turn") from None

    async def _exchange(
        self, outgoing: Outgoing, read: ReadAnswer[T], seconds: float
    ) -> tuple[int, T]:
        """Converts aiohttp's exceptions, which contain the URL and so the key."""
        name = outgoing.name
        try:
            async with (
                self.clock.timeout(seconds),
                self.session.request(
                    outgoing.verb,
                    URL(outgoing.url, encoded=True),
                    params=outgoing.query,
                    data=outgoing.data,
                    headers=outgoing.headers,
                    timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
                    allow_redirects=False,
                    middlewares=(_sent_once,),
                ) as answer,
            ):
                body = await _body(name, answer)
                status, retry_after = answer.status, answer.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotApplied(name, "LiveAgent can't be reached") from None
        except TimeoutError:
            raise OutcomeUnknown(name, f"no answer within {seconds:g} s") from None
        except aiohttp.ClientError as error:
            raise OutcomeUnknown(name, f"cut off: {type(error).__name__}") from None
        return len(body), await in_thread_if_large(len(body), read, status, body, retry_after)


async def _body(name: str, answer: aiohttp.ClientResponse) -> bytes:
    """Raises `TooLong` once the answer exceeds the limit."""
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER_LENGTH:
            answer.close()
            raise TooLong(name, f"more than {MAX_ANSWER_LENGTH:,} bytes")
        parts.append(part)
    return b"".join(parts)


async def in_thread_if_large(
    size: int, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Reads a large answer in a thread, where its callbacks let the event loop run in between.

    There are few such threads: the more of them want to run, the longer the event loop waits.
    """
    if size <= READ_AT_ONCE:
        return read(*args, **kwargs)
    within = copy_context()
    work = partial(within.run, read, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_READERS, work)


class _ConnectionLost(aiohttp.ClientError):
    """The connection ended before the answer came."""


async def _sent_once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Prevents aiohttp from resending a PUT or DELETE by itself when a connection ends."""
    try:
        return await send(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        raise _ConnectionLost from None
