"""Searches that only version 3 supports: words in messages, and tickets by assignee."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from secrets import token_hex

import structlog
from cachetools import TTLCache

from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import AnyRefusal, BotError, LiveAgentError, NotApplied
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.spelling import folded
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Matches, is_round
from bot.liveagent import protocol_v3, wire_v3
from bot.liveagent.client_v3 import LiveAgentV3
from bot.liveagent.protocol_v3 import RequestV3
from bot.liveagent.wire_v3 import FoundRow

log = structlog.get_logger()

SEARCH_SECONDS = 8.0  # for a page; no further page is asked for after that
TRUST_SECONDS = 3600.0
MAX_PAGES = 5
_CALL = str(protocol_v3.find_words("", 1))
_ONLY = ""  # the key of the caches below, which hold one thing each


class Trust:
    """What was found out about the server's search, for an hour.

    `searches`: whether it searches or ignores the words; `zone`: that of its times, if known.
    """

    def __init__(self, clock: Clock = MACHINE) -> None:
        self.clock = clock
        self.searches: TTLCache[str, bool] = TTLCache(1, TRUST_SECONDS, clock.monotonic)
        self.zone: TTLCache[str, tzinfo | None] = TTLCache(1, TRUST_SECONDS, clock.monotonic)


@dataclass(frozen=True, slots=True)
class SearchV3:
    """Searches with `v3`; `find` reads a ticket with version 1, whose times are certain."""

    v3: LiveAgentV3
    trust: Trust
    find: Callable[[TicketRef], Awaitable[Ticket]]

    async def words(self, words: str) -> Matches | None:
        """Returns the matches; None if the server ignores the words or omits departments."""

        async def ask() -> Matches | None:
            if not self.may_search:
                return None
            rows, is_cut = await self._pages(partial(protocol_v3.find_words, words))
            if not all(_contains_all(row, words) for row in rows) and not await self.is_searching():
                return None
            return await self._matches(rows, is_cut=is_cut)

        try:
            return await self._if_allowed(ask)
        except LiveAgentError:
            return None

    async def assigned(self, agent: Agent, statuses: Sequence[str]) -> Matches | None:
        """Returns the agent's tickets; None if rows omit assignees or departments.

        Raises `LiveAgentError` if LiveAgent does not answer, or did not recently.
        """

        async def ask() -> Matches | None:
            ids = [each for each in (agent.id, agent.contact_id) if each]
            rows, is_cut = await self._pages(partial(protocol_v3.get_of_agent, ids, statuses))
            has_none = not rows  # unless it knows no such filter, and finds nothing for it
            if has_none:
                every = partial(protocol_v3.get_of_agent, (), statuses)
                rows, is_cut = await self._pages(every, max_pages=1)
            if not all(row.tells_assignee for row in rows):
                return None
            theirs = [row for row in rows if agent.is_named(row.agentid)]
            if is_cut and not theirs:  # else it ignores the filter, and theirs may be further down
                return Matches([]) if has_none else None
            return await self._matches(theirs, is_cut=is_cut)

        return await self._if_allowed(ask)

    @property
    def may_search(self) -> bool:
        """Whether search is not known to be refused or ignored."""
        return self.v3.privileges.allows(_CALL) and self.trust.searches.get(_ONLY, True)

    async def is_searching(self) -> bool:
        """Whether it finds nothing for a word that does not exist. Raises `LiveAgentError`."""
        if _ONLY not in self.trust.searches:
            _, count = await self._page(protocol_v3.find_words(token_hex(12), 1))
            self.trust.searches[_ONLY] = not count
        return self.trust.searches[_ONLY]

    async def _if_allowed(self, ask: Callable[[], Awaitable[Matches | None]]) -> Matches | None:
        """Raises `LiveAgentError`, after a failure for a while without asking."""
        if not self.v3.privileges.allows(_CALL):
            return None
        if self.v3.recent.is_backing_off(_CALL):
            raise NotApplied(_CALL, "version 3 failed recently")
        try:
            return await ask()
        except LiveAgentError as error:
            log.warning("search without API version 3", why=str(error))
            if not self.v3.privileges.allows(_CALL):
                return None
            if not isinstance(error, AnyRefusal):
                self.v3.recent.back_off(_CALL, error)
            raise

    async def _pages(
        self, ask: Callable[[int], RequestV3], max_pages: int = MAX_PAGES
    ) -> tuple[Sequence[FoundRow], bool]:
        """Returns the rows, and whether there may be more.

        A page may be shorter than requested. A page that brings nothing new comes from a server
        that ignores pages.
        """
        found, clock = dict[str, FoundRow](), self.trust.clock
        until = clock.monotonic() + SEARCH_SECONDS
        for page in range(1, max_pages + 1):
            rows, count = await self._page(ask(page))
            has_new = any(row.id not in found for row in rows)
            found |= {row.id: row for row in rows}
            if not count or not is_round(count):
                return list(found.values()), False
            if not has_new or clock.monotonic() >= until:
                break
        return list(found.values()), True

    async def _page(self, request: RequestV3) -> tuple[Sequence[FoundRow], int]:
        answer = await self.v3.send(request, SEARCH_SECONDS)
        return await asyncio.to_thread(wire_v3.read_found, request, answer)

    async def _matches(self, rows: Sequence[FoundRow], *, is_cut: bool) -> Matches | None:
        """Returns None if no row has a department: nobody but admins could see any."""
        if rows and not any(row.departmentid for row in rows):
            return None
        zone = await self._zone(rows)
        knows = all(row.tells_assignee for row in rows)
        tickets = await asyncio.to_thread(lambda: [row.to_ticket(zone) for row in rows])
        return Matches(tickets, is_cut, knows)

    async def _zone(self, rows: Sequence[FoundRow]) -> tzinfo | None:
        """Returns the zone in which one ticket's time agrees with version 1; None if none does."""
        row = next((row for row in rows if row.needs_zone), None)
        if row is None or _ONLY in self.trust.zone:
            return self.trust.zone.get(_ONLY)
        try:
            created = (await self.find(TicketRef(row.id))).created
        except BotError as error:
            log.warning("search results without times", why=str(error))
            return None
        zones = (self.v3.zone, UTC)
        zone = next((each for each in zones if row.is_created(created, each)), None)
        self.trust.zone[_ONLY] = zone
        return zone


def _contains_all(row: FoundRow, words: str) -> bool:
    """Whether the row itself has all words."""
    held = folded(f"{row.subject} {row.owner_name} {row.owner_email} {row.code}")
    return all(word in held for word in folded(words).split())
