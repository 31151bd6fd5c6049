"""Lists tickets page by page while rows move between pages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from bot.domain.errors import Refused
from bot.domain.filter import MINE
from bot.domain.people import Department
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import PAGE, SHORTEST_PAGE, Search

log = structlog.get_logger()

PAGES_OVERLAP = 20  # rows; a row that leaves an earlier page moves later ones up
MAX_PAGES = 50
ASK_AGAIN_AFTER = 40  # lists by department, until the server may have changed its mind


class Searches(Protocol):
    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]: ...


@dataclass(frozen=True, slots=True)
class List:
    """Rows without duplicates. `calls` counts the calls.

    Without `is_whole` some may be missing, because rows moved. `is_cut`: there are too many.
    """

    rows: Sequence[Ticket]
    is_whole: bool = True
    is_cut: bool = False
    calls: int = 1


@dataclass(slots=True)
class Listing:
    """Lists of all departments' tickets; one list per department if the server requires it."""

    system: Searches
    departments: Callable[[], Awaitable[Sequence[Department]]]
    _lists_by_department: int = 0
    """How many more lists to read by department before trying one for all."""
    _was_refused: bool = False
    """Whether the last list for all was: once alone may be a failure of the server."""

    async def changed_since(self, moment: datetime) -> List:
        """Returns tickets changed at that time or later. The server's filter is verified."""
        return await self._everywhere(Search(changed_since=moment))

    async def open_tickets(self) -> List:
        """Returns the tickets that are not resolved."""
        return await self._everywhere(Search(statuses=MINE.statuses))

    async def _everywhere(self, wanted: Search) -> List:
        if not self._lists_by_department:
            try:
                listed = await self._pages(wanted)
            except Refused:
                listed = await self._by_department(wanted)
                self._lists_by_department = ASK_AGAIN_AFTER if self._was_refused else 0
                self._was_refused = True
                return replace(listed, calls=listed.calls + 1)
            self._was_refused = False
            return listed
        self._lists_by_department -= 1
        return await self._by_department(wanted)

    async def _by_department(self, wanted: Search) -> List:
        rows, is_whole, is_cut, calls = dict[str, Ticket](), True, False, 0
        for department in await self.departments():
            one = await self._pages(replace(wanted, department_id=department.id))
            rows |= {each.id: each for each in one.rows}
            is_whole, is_cut = is_whole and one.is_whole, is_cut or one.is_cut
            calls += one.calls
        return List(list(rows.values()), is_whole, is_cut, calls)

    async def _pages(self, wanted: Search) -> List:
        """Reads pages until one brings nothing new; consecutive pages overlap."""
        rows, seen, offset, is_whole = dict[str, Ticket](), set[str](), 0, True
        for calls in range(1, MAX_PAGES + 1):
            page = await self.system.search(wanted, limit=PAGE, offset=offset)
            asked = [each for each in page if _is_asked(each, wanted)]
            fresh = sum(each.id not in seen for each in page)
            if offset and fresh == len(page) and page:
                is_whole = False  # more rows moved than pages share
            rows |= {each.id: each for each in asked}
            seen |= {each.id for each in page}
            if len(page) < SHORTEST_PAGE or not fresh or not asked:
                return List(list(rows.values()), is_whole, calls=calls)
            offset += len(page) - min(PAGES_OVERLAP, len(page) // 2)
        log.warning("list of changed tickets truncated", tickets=len(rows))
        return List(list(rows.values()), is_whole=False, is_cut=True, calls=MAX_PAGES)


def _is_asked(row: Ticket, wanted: Search) -> bool:
    """Whether the row matches: some servers ignore filters."""
    if wanted.changed_since and row.changed and row.changed < wanted.changed_since:
        return False
    return not wanted.statuses or row.status in wanted.statuses
