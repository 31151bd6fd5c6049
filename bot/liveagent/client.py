"""Sends the requests of `protocol.py`. It retries reads, but never writes."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from math import inf
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import aiohttp
import stamina
import structlog
from yarl import URL

from bot.domain.errors import (
    KeyRefused,
    LiveAgentError,
    NotMade,
    PerhapsMade,
    Refused,
    TicketNotFound,
    TicketUnavailable,
    TooLong,
)
from bot.domain.people import Agent, Department, Tag
from bot.domain.rating import Rating
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, MessageKind, QueueLine, Status, Ticket
from bot.domain.ticket_system import BeforeWrite, NewTicket, Reading, Search, asked_at
from bot.liveagent import protocol, wire
from bot.liveagent.application import Application, read_application
from bot.liveagent.pace import Pace
from bot.liveagent.protocol import Request
from bot.liveagent.ratings import read_ratings
from bot.liveagent.readings import Readings

log = structlog.get_logger()

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
WRITE_SECONDS = 20.0
TURN_SECONDS = 30.0
ALL_ATTEMPTS_SECONDS = 12.0  # no further attempt begins after that
MAX_ANSWER_LENGTH = 16_000_000  # bytes; 10,000 tickets with all their fields have about 8 million
READ_AT_ONCE = 300_000
RATINGS_PAGE, MAX_RATING_PAGES = 1000, 20
SHORTEST_PAGE = 10  # no server returns shorter pages, except the last

_again = stamina.AsyncRetryingCaller(
    attempts=3, timeout=ALL_ATTEMPTS_SECONDS, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
)

P = ParamSpec("P")
T = TypeVar("T")


async def _anything_goes() -> None: ...


Observe = Callable[[str, str, float], None]  # the call's name, its outcome, seconds


@dataclass(frozen=True, slots=True)
class LiveAgent:
    """LiveAgent's `TicketSystem`. `url` is the account's; times are in the account's `zone`."""

    session: aiohttp.ClientSession
    url: str
    api_key: str
    zone: ZoneInfo
    pace: Pace
    observe: Observe
    background: bool = False
    before_write: BeforeWrite = _anything_goes
    readings: Readings = field(default_factory=Readings)

    def in_background(self) -> "LiveAgent":
        """Returns the same client for work that nobody waits for: people's calls go first."""
        return replace(self, background=True)

    def guarded(self, before_write: BeforeWrite) -> "LiveAgent":
        return replace(self, before_write=before_write)

    def lately(self, ref: TicketRef, seconds: float) -> Reading | None:
        return self.readings.lately(ref, seconds)

    async def find(self, ref: TicketRef) -> Ticket:
        request, asked = protocol.get_ticket(ref.value), self.readings.now()
        try:
            ticket = await self._read(request, partial(wire.read_ticket, zone=self.zone))
        except KeyRefused:
            raise
        except Refused as error:
            self.readings.forget(ref)
            match error.status:
                case HTTPStatus.NOT_FOUND:
                    raise TicketNotFound from error
                case HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise TicketUnavailable from error
            raise
        self.readings.keep_ticket(ref, ticket, asked)
        return ticket

    async def messages(self, ref: TicketRef) -> Sequence[Message]:
        request, asked = protocol.get_messages(ref.value), self.readings.now()
        messages = await self._read(request, partial(wire.read_messages, zone=self.zone))
        self.readings.keep_messages(ref, messages, asked)
        return messages

    async def tags_of(self, ref: TicketRef) -> Sequence[Tag]:
        request, asked = protocol.get_ticket_tags(ref.value), self.readings.now()
        tags = await self._read(request, wire.read_tags)
        self.readings.keep_tags(ref, tags, asked)
        return tags

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]:
        request = protocol.list_tickets(wanted, zone=self.zone, limit=limit, offset=offset)
        return await self._read(request, partial(wire.read_tickets, zone=self.zone))

    async def reply(
        self, ticket_id: str, html: str, *, agent_id: str, email_customer: bool
    ) -> None:
        await self._write_to(
            ticket_id,
            protocol.post_message(
                ticket_id,
                html,
                kind=MessageKind.MESSAGE,
                agent_id=agent_id,
                email=email_customer,
                html=True,
            ),
        )

    async def note(self, ticket_id: str, text: str, *, agent_id: str) -> None:
        await self._write_to(
            ticket_id,
            protocol.post_message(
                ticket_id, text, kind=MessageKind.NOTE, agent_id=agent_id, email=False, html=False
            ),
        )

    async def set_status(
        self, ticket_id: str, status: Status, *, agent_id: str, note: str = ""
    ) -> None:
        request = protocol.put_status(ticket_id, status, agent_id=agent_id, note=note)
        await self._write_to(ticket_id, request)

    async def add_tag(self, ticket_id: str, name: str) -> None:
        await self._write_to(ticket_id, protocol.post_tag(ticket_id, name), changes_tags=True)

    async def remove_tag(self, ticket_id: str, name: str) -> None:
        await self._write_to(ticket_id, protocol.delete_tag(ticket_id, name), changes_tags=True)

    async def transfer(
        self,
        ticket_id: str,
        *,
        agent_id: str,
        to_agent_id: str = "",
        to_department_id: str = "",
        note: str = "",
    ) -> None:
        await self._write_to(
            ticket_id,
            protocol.put_attendants(
                ticket_id,
                agent_id=agent_id,
                to_agent_id=to_agent_id,
                to_department_id=to_department_id,
                note=note,
            ),
        )

    async def create(self, new: NewTicket) -> str:
        request = protocol.post_ticket(new)
        return wire.read_new_ticket_id(request, await self._write(request))

    async def delete(self, ticket_id: str, *, agent_id: str, note: str) -> None:
        request = protocol.delete_ticket(ticket_id, agent_id=agent_id, note=note)
        await self._write_to(ticket_id, request)

    async def queue(self) -> Sequence[QueueLine]:
        request = protocol.get_queue()
        return await self._read(request, wire.read_queue)

    async def ratings(self, since: datetime, until: datetime) -> Sequence[Rating]:
        found: dict[Rating, None] = {}
        first, last = (each.astimezone(self.zone).date() for each in (since, until))
        for _ in range(MAX_RATING_PAGES):
            request = protocol.get_ratings(first, last, limit=RATINGS_PAGE, offset=len(found))
            page = await self._read(request, partial(read_ratings, zone=self.zone))
            is_last = len(page) < SHORTEST_PAGE or all(each in found for each in page)
            found |= dict.fromkeys(page)
            if is_last:
                return [each for each in found if since <= each.created < until]
        raise TooLong(str(request), f"more than {len(found):,} ratings")

    async def departments(self) -> Sequence[Department]:
        request = protocol.get_departments()
        return await self._read(request, wire.read_departments)

    async def members(self, department_id: str) -> Sequence[Agent]:
        request = protocol.get_members(department_id)
        return await self._read(request, wire.read_agents)

    async def agent(self, identifier: str) -> Agent:
        """Returns the agent by id or address; some servers before 2025 cut addresses and refuse."""
        request = protocol.get_agent(identifier)
        return await self._read(request, wire.read_agent)

    async def agents(self) -> Sequence[Agent]:
        """Returns all agents, without their roles."""
        request = protocol.get_agents()
        return await self._read(request, wire.read_agents)

    async def tags(self) -> Sequence[Tag]:
        request = protocol.get_tags()
        return await self._read(request, wire.read_tags)

    async def application(self) -> Application:
        """Returns its version and local time."""
        request = protocol.get_application_status()
        return await self._read(request, read_application)

    async def _read(self, request: Request, read: Callable[[Request, object], T]) -> T:
        """Retries temporary failures; a refusal is final."""
        size, answer = await _again.on(_is_temporary)(self._send, request, READ_SECONDS)
        return await _beside_if_large(size, read, request, answer)

    async def _write_to(
        self, ticket_id: str, request: Request, *, changes_tags: bool = False
    ) -> None:
        """Invalidates previous readings, whatever the result."""
        try:
            await self._write(request)
        finally:
            self.readings.wrote(ticket_id, changes_tags=changes_tags)

    async def _write(self, request: Request) -> dict[str, object]:
        _, answer = await self._send(request, WRITE_SECONDS, self.before_write)
        return protocol.accept_write(request, answer)

    async def _send(
        self, request: Request, seconds: float, before: BeforeWrite = _anything_goes
    ) -> tuple[int, object]:
        """Returns the answer's size in bytes and its content.

        Nothing is awaited between `before` and the call, so that no delay separates them.
        """
        await self._turn(request)
        await before()
        started, outcome = time.monotonic(), "ok"
        try:
            return await self._exchange(request, seconds)
        except LiveAgentError as error:
            outcome = type(error).__name__
            raise
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            elapsed = time.monotonic() - started
            self.observe(str(request), outcome, elapsed)
            log.info("liveagent", call=str(request), outcome=outcome, seconds=round(elapsed, 3))

    async def _turn(self, request: Request) -> None:
        """Limits the wait when more calls are requested than LiveAgent allows per minute.

        Deliveries wait without limit, because starting again would repeat their calls.
        """
        is_delivery = time.monotonic() < asked_at.get() < inf
        try:
            async with asyncio.timeout(None if self.background or is_delivery else TURN_SECONDS):
                await self.pace.turn(background=self.background)
        except TimeoutError:
            raise NotMade(str(request), "too many calls wait for their turn") from None

    async def _exchange(self, request: Request, seconds: float) -> tuple[int, object]:
        """Lets no exception of aiohttp out: they contain the URL and so the key."""
        given = {**request.params, "apikey": self.api_key}
        try:
            async with self.session.request(
                request.verb,
                URL(f"{self.url}/api/{request.path}", encoded=True),
                params=given if request.takes_query else None,
                data=None if request.takes_query else given,
                timeout=aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS),
                allow_redirects=False,
                middlewares=(_sent_once,),
            ) as answer:
                body = await _body(request, answer)
                status, retry_after = answer.status, answer.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotMade(str(request), "LiveAgent can't be reached") from None
        except TimeoutError:
            raise PerhapsMade(str(request), f"no answer within {seconds:g} s") from None
        except aiohttp.ClientError as error:
            raise PerhapsMade(str(request), f"cut off: {type(error).__name__}") from None
        read = protocol.read_answer
        return len(body), await _beside_if_large(
            len(body), read, request, status, body, retry_after
        )


async def _body(request: Request, answer: aiohttp.ClientResponse) -> bytes:
    """Raises `TooLong` once the answer exceeds what the bot reads."""
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER_LENGTH:
            answer.close()
            raise TooLong(str(request), f"more than {MAX_ANSWER_LENGTH:,} bytes")
        parts.append(part)
    return b"".join(parts)


async def _beside_if_large(size: int, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Reads a large answer in a thread, where its callbacks let the event loop run in between."""
    if size <= READ_AT_ONCE:
        return read(*args, **kwargs)
    return await asyncio.to_thread(read, *args, **kwargs)


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


def _is_temporary(error: Exception) -> bool | float:
    """Whether to read again, or LiveAgent's waiting time in seconds."""
    if isinstance(error, NotMade) and error.retry_after is not None:
        return error.retry_after if error.retry_after < ALL_ATTEMPTS_SECONDS else False
    return isinstance(error, NotMade | PerhapsMade) and not isinstance(error, TooLong)
