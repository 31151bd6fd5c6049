"""LiveAgent's client: version 1 of its API, and version 3 if there is a key."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

import aiohttp

from bot.domain.activity import Activity
from bot.domain.answers import PredefinedAnswer
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import (
    NotApplied,
    Refused,
    TicketNotFound,
    TicketUnavailable,
    TooLong,
)
from bot.domain.files import Upload
from bot.domain.people import Agent, Department, Tag
from bot.domain.rating import Rating
from bot.domain.ref import TicketRef
from bot.domain.ticket import Message, MessageKind, QueueLine, Status, Ticket
from bot.domain.ticket_system import (
    SHORTEST_PAGE,
    BeforeWrite,
    Matches,
    NewTicket,
    Page,
    Reading,
    Search,
)
from bot.liveagent import protocol, wire
from bot.liveagent.application import Application, read_application
from bot.liveagent.calls import Calls
from bot.liveagent.client_v3 import LiveAgentV3, Privileges, RecentReads
from bot.liveagent.downloads import Downloads
from bot.liveagent.exchange import Exchange, Observe, unguarded
from bot.liveagent.pace import Pace
from bot.liveagent.pages import LongestPage
from bot.liveagent.protocol import Request
from bot.liveagent.ratings import read_ratings
from bot.liveagent.readings import Readings
from bot.liveagent.search_v3 import SearchV3, Trust

RATINGS_PAGE, MAX_RATING_PAGES = 1000, 20


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
    before_write: BeforeWrite = unguarded
    clock: Clock = MACHINE
    """Limits how long a call may take."""
    readings: Readings = field(default_factory=Readings)
    longest_page: LongestPage = field(default_factory=LongestPage)
    v3: LiveAgentV3 | None = None
    """The calls that need a key of version 3; None without one."""
    trust: Trust = field(default_factory=Trust)

    def with_v3(self, api_key: str, *, pace: Pace | None = None) -> "LiveAgent":
        """Returns the same client with a key of version 3, on the same pace or one of its own."""
        clock = self.clock
        way = Exchange(self.session, pace or self.pace, self.observe, clock)
        v3 = LiveAgentV3(way, self.url, api_key, self.zone, Privileges(clock), RecentReads(clock))
        return replace(self, v3=v3, trust=Trust(clock))

    def in_background(self) -> "LiveAgent":
        """Returns the same client for work that nobody waits for: people's calls go first."""
        return replace(self, background=True, v3=self.v3 and self.v3.in_background())

    def guarded(self, before_write: BeforeWrite) -> "LiveAgent":
        v3 = self.v3 and self.v3.guarded(before_write)
        return replace(self, before_write=before_write, v3=v3)

    @property
    def can_postpone(self) -> bool:
        return self.v3 is not None and self.v3.can_postpone

    @property
    def can_mark_spam(self) -> bool:
        return self.v3 is not None and self.v3.can_mark_spam

    @property
    def has_full_text(self) -> bool:
        """Whether full-text search is not known to be unsupported."""
        search = self._search_v3()
        return search is not None and search.may_search

    def recent_reading(self, ref: TicketRef, seconds: float) -> Reading | None:
        return self.readings.recent(ref, seconds)

    async def find(self, ref: TicketRef) -> Ticket:
        request, asked = protocol.get_ticket(ref.value), self.readings.now()
        try:
            ticket = await self._calls.read(request, partial(wire.read_ticket, zone=self.zone))
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
        messages = await self._calls.read(request, partial(wire.read_messages, zone=self.zone))
        self.readings.keep_messages(ref, messages, asked)
        return messages

    async def tags_of(self, ref: TicketRef) -> Sequence[Tag]:
        request, asked = protocol.get_ticket_tags(ref.value), self.readings.now()
        tags = await self._calls.read(request, wire.read_tags)
        self.readings.keep_tags(ref, tags, asked)
        return tags

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Page:
        request = protocol.list_tickets(wanted, zone=self.zone, limit=limit, offset=offset)
        found = await self._calls.read(request, partial(wire.read_tickets, zone=self.zone))
        found.may_be_cut = self.longest_page.may_be(found.rows)
        return found

    def download(self, url: str) -> AsyncIterator[bytes]:
        return Downloads(self._way, self.url, self.api_key).read(url)

    async def upload(self, file: Upload) -> str:
        return await self._calls.upload(file)

    async def reply(
        self,
        ticket_id: str,
        html: str,
        *,
        agent_id: str,
        email_customer: bool,
        attachments: Sequence[str] = (),
    ) -> None:
        await self._write_to(
            ticket_id,
            protocol.post_message(
                ticket_id,
                html,
                kind=MessageKind.MESSAGE,
                agent_id=agent_id,
                email=email_customer,
                attachments=attachments,
            ),
        )

    async def note(
        self, ticket_id: str, text: str, *, agent_id: str, attachments: Sequence[str] = ()
    ) -> None:
        await self._write_to(
            ticket_id,
            protocol.post_message(
                ticket_id,
                text,
                kind=MessageKind.NOTE,
                agent_id=agent_id,
                email=False,
                attachments=attachments,
            ),
        )

    async def set_status(
        self, ticket_id: str, status: Status, *, agent_id: str, note: str = ""
    ) -> None:
        request = protocol.put_status(ticket_id, status, agent_id=agent_id, note=note)
        await self._write_to(ticket_id, request)

    async def postpone(self, ticket_id: str, until: datetime) -> None:
        await self._write_by_v3(ticket_id, self._v3().postpone(ticket_id, until))

    async def mark_spam(self, ticket_id: str, *, assignee_id: str) -> None:
        await self._write_by_v3(ticket_id, self._v3().mark_spam(ticket_id, assignee_id))

    async def find_words(self, words: str) -> Matches | None:
        search = self._search_v3()
        return await search.words(words) if search else None

    async def searches_words(self) -> bool:
        """Whether the server supports full-text search, as found out within the last hour."""
        search = self._search_v3()
        return search is not None and await search.is_searching()

    async def find_assigned(self, agent: Agent, statuses: Sequence[str]) -> Matches | None:
        search = self._search_v3()
        return await search.assigned(agent, statuses) if search else None

    async def assignees(self, ticket_ids: Sequence[str]) -> Mapping[str, str]:
        return await self.v3.recent_assignees(ticket_ids) if self.v3 else {}

    def cached_activity(self) -> Activity | None:
        return self.v3.recent.activity if self.v3 and self.v3.recent.is_fresh() else None

    async def recent_activity(self) -> Activity | None:
        return await self.v3.recent_activity() if self.v3 else None

    async def recent_wake_time(self, ticket_id: str) -> datetime | None:
        return await self.v3.recent_wake_time(ticket_id) if self.v3 else None

    async def recent_wake_times(self) -> Mapping[str, datetime]:
        return await self.v3.recent_wake_times() if self.v3 else {}

    async def wakes_at(self, ticket_id: str) -> datetime | None:
        return await self._v3().wakes_at(ticket_id)

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
        return wire.read_new_ticket_id(request, await self._calls.write(request))

    async def delete(self, ticket_id: str, *, agent_id: str, note: str) -> None:
        request = protocol.delete_ticket(ticket_id, agent_id=agent_id, note=note)
        await self._write_to(ticket_id, request)

    async def queue(self) -> Sequence[QueueLine]:
        request = protocol.get_queue()
        return await self._calls.read(request, wire.read_queue)

    async def ratings(self, since: datetime, until: datetime) -> Sequence[Rating]:
        found: dict[Rating, None] = {}
        first, last = (each.astimezone(self.zone).date() for each in (since, until))
        for _ in range(MAX_RATING_PAGES):
            request = protocol.get_ratings(first, last, limit=RATINGS_PAGE, offset=len(found))
            page = await self._calls.read(request, partial(read_ratings, zone=self.zone))
            is_last = len(page) < SHORTEST_PAGE or all(each in found for each in page)
            found |= dict.fromkeys(page)
            if is_last:
                return [each for each in found if since <= each.created < until]
        raise TooLong(str(request), f"more than {len(found):,} ratings")

    async def departments(self) -> Sequence[Department]:
        request = protocol.get_departments()
        return await self._calls.read(request, wire.read_departments)

    async def members(self, department_id: str) -> Sequence[Agent]:
        request = protocol.get_members(department_id)
        return await self._calls.read(request, wire.read_agents)

    async def agent(self, identifier: str) -> Agent:
        """Returns the agent by id or address; some older servers truncate addresses and refuse."""
        request = protocol.get_agent(identifier)
        return await self._calls.read(request, wire.read_agent)

    async def agents(self) -> Sequence[Agent]:
        """Returns all agents, without their roles."""
        request = protocol.get_agents()
        return await self._calls.read(request, wire.read_agents)

    async def tags(self) -> Sequence[Tag]:
        request = protocol.get_tags()
        return await self._calls.read(request, wire.read_tags)

    async def predefined_answers(self) -> Sequence[PredefinedAnswer]:
        """Returns nothing if the key may not read them, or the server has none."""
        return await self.v3.answers_if_allowed() if self.v3 else ()

    async def application(self) -> Application:
        """Returns its version and local time."""
        request = protocol.get_application_status()
        return await self._calls.read(request, read_application)

    @property
    def _way(self) -> Exchange:
        return Exchange(self.session, self.pace, self.observe, self.clock, self.background)

    @property
    def _calls(self) -> Calls:
        return Calls(self._way, self.url, self.api_key, self.before_write)

    def _search_v3(self) -> SearchV3 | None:
        return SearchV3(self.v3, self.trust, self.find) if self.v3 else None

    def _forget_wake(self, ticket_id: str) -> None:
        if self.v3:
            self.v3.recent.forget(ticket_id)

    def _v3(self) -> LiveAgentV3:
        if self.v3 is None:
            raise NotApplied("v3", "there is no key of version 3")
        return self.v3

    async def _write_to(
        self, ticket_id: str, request: Request, *, changes_tags: bool = False
    ) -> None:
        """Invalidates earlier readings, whatever the result."""
        try:
            await self._calls.write(request)
        finally:
            self.readings.wrote(ticket_id, changes_tags=changes_tags)
            self._forget_wake(ticket_id)

    async def _write_by_v3(self, ticket_id: str, write: Awaitable[None]) -> None:
        try:
            await write
        finally:
            self.readings.wrote(ticket_id)
            self._forget_wake(ticket_id)
