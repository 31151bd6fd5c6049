"""Gathers long lists of tickets with as few calls as the server allows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from bot.desk.desk import Desk
from bot.desk.redact import redact_ticket
from bot.domain.digest import Contents, Digest, Standing, in_order, urgency
from bot.domain.errors import BotError, Refused
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import PAGE, SHORTEST_PAGE, Page, Search, is_round

log = structlog.get_logger()

LIMITS = {64, 127, 128, 255, 256, 511, 512}  # of servers, besides round numbers
SHORTEST_ODD_PAGE = 25  # rows; no server limits pages to fewer, except to round numbers
MAX_PAGES = 50


@dataclass(frozen=True, slots=True)
class Gathered:
    """Tickets from one or more lists.

    `by_department`: they were read by department. `is_cut`: LiveAgent has more. `is_repeated`: the
    last page brought nothing new, so the server may have returned its first page only.
    """

    tickets: Sequence[Ticket]
    by_department: bool = False
    is_cut: bool = False
    is_repeated: bool = False


class ListReads(Protocol):
    """The part of a `TicketSystem` that reads lists and single tickets."""

    async def search(self, wanted: Search, *, limit: int, offset: int = 0) -> Sequence[Ticket]: ...

    async def find(self, ref: TicketRef) -> Ticket: ...


@dataclass(frozen=True, slots=True)
class BackgroundReads:
    """Reads that nobody waits for; ticket by ticket only while `may_continue`."""

    system: ListReads
    may_continue: Callable[[], bool]


async def gather(
    system: ListReads,
    wanted: Search,
    departments: Sequence[str],
    *,
    max_pages: int,
    to_end: bool = False,
) -> Gathered:
    """Reads one list, or one per department if the server requires it.

    `to_end`: reads another page even after one that is shorter than the server's longest, because
    some servers filter rows after limiting them.
    """
    try:
        return await _read_pages(system, wanted, max_pages, to_end=to_end)
    except Refused:
        if wanted.department_id or wanted.owner_email:
            raise
        return await gather_by_department(
            system, wanted, departments, max_pages=max_pages, to_end=to_end
        )


async def gather_by_department(
    system: ListReads,
    wanted: Search,
    departments: Sequence[str],
    *,
    max_pages: int,
    to_end: bool = False,
) -> Gathered:
    """Reads one list for each of these departments; `to_end` as in `gather`."""
    lists = [
        await _read_pages(system, replace(wanted, department_id=each), max_pages, to_end=to_end)
        for each in departments
    ]
    found = {ticket.id: ticket for one in lists for ticket in one.tickets}
    return Gathered(
        list(found.values()), by_department=True, is_cut=any(one.is_cut for one in lists)
    )


async def gather_tickets(
    desk: Desk,
    departments: Sequence[str],
    statuses: Sequence[str],
    *,
    system: ListReads | None = None,
) -> Gathered:
    """Returns the tickets of these departments (all if none is given), without duplicates.

    A digest must not miss a waiting ticket, so it reads until a page is nearly empty or repeats.
    `system` defaults to the desk's.
    """
    wanted = Search(statuses=tuple(statuses))
    if len(departments) == 1:
        wanted = replace(wanted, department_id=departments[0])
    existing = {one.id for one in await desk.directory.departments()}
    asked = {*departments} & existing if departments else existing  # LiveAgent may refuse others
    each = sorted(asked) or departments
    found = await gather(system or desk.system, wanted, each, max_pages=MAX_PAGES, to_end=True)
    named = set(departments)
    tickets = [one for one in found.tickets if not named or one.department.id in named]
    return replace(found, tickets=tickets)


async def gather_contents(
    desk: Desk,
    digest: Digest,
    *,
    max_shown: int,
    background: BackgroundReads | None = None,
) -> Contents:
    """Returns what the digest would post now, with up to `max_shown` tickets shown."""
    departments = list(digest.departments)
    system = background.system if background else desk.system
    found = await gather_tickets(desk, departments, digest.statuses, system=system)
    return await contents_of(desk, digest, found, max_shown=max_shown, background=background)


async def contents_of(
    desk: Desk,
    digest: Digest,
    found: Gathered,
    *,
    max_shown: int,
    background: BackgroundReads | None = None,
) -> Contents:
    """Returns what the digest posts about these tickets."""
    tickets = in_order(found.tickets, digest.statuses)
    contents = Contents(
        tickets,
        desk.clock(),
        digest.last,
        digest.last_posted,
        names=await _names(desk, tickets),
        wakes=await _wakes(desk, tickets),
        is_cut=found.is_cut,
    )
    listed: Sequence[Ticket] = tickets
    if digest.only_changes and digest.last is not None:
        listed = [ticket for ticket in tickets if contents.is_changed(ticket)]
    return await with_shown(desk, contents, listed, 0, max_shown, background=background)


async def _names(desk: Desk, tickets: Sequence[Standing]) -> Mapping[str, str]:
    """Returns the assignees' names by agent id; empty if LiveAgent's lists omit assignees."""
    found = {ticket.assignee_id for ticket in tickets} - {""}
    return {each: await desk.name_of(each) for each in found}


async def _wakes(desk: Desk, tickets: Sequence[Standing]) -> Mapping[str, datetime]:
    """Returns when the postponed tickets wake; nothing unless known for each."""
    ids = [ticket.id for ticket in tickets if ticket.status == Status.POSTPONED]
    known = await desk.system.recent_wake_times() if ids else {}
    return {each: known[each] for each in ids} if known.keys() >= {*ids} else {}


async def with_shown(
    desk: Desk,
    contents: Contents,
    listed: Sequence[Ticket],
    start: int,
    max_shown: int,
    *,
    background: BackgroundReads | None = None,
) -> Contents:
    """Adds up to `max_shown` tickets to show, and their assignees."""
    shown = [redact_ticket(ticket, desk.account) for ticket in listed[start : start + max_shown]]
    assignees = await assignee_names(desk, shown, contents.tickets, background=background)
    shown.sort(key=lambda ticket: urgency(ticket, is_owned=bool(assignees.get(ticket.id))))
    return replace(contents, listed=len(listed), shown=shown, assignees=assignees)


async def assignee_names(
    desk: Desk,
    shown: Sequence[Ticket],
    among: Sequence[Standing],
    *,
    background: BackgroundReads | None = None,
) -> Mapping[str, str]:
    """Returns the assignees' names by ticket id, "" for nobody. Unknown ones are left out.

    If no ticket `among` these has an assignee, LiveAgent's lists omit them. Then version 3 is
    asked, with one call, and the remaining tickets are read one by one while there is time.
    """
    known: dict[str, str] = {ticket.id: ticket.assignee_id for ticket in shown}
    if not any(ticket.assignee_id for ticket in among):
        owned = {each: who for each, who in known.items() if who}
        unknown = [each for each in known if each not in owned]
        known = owned | dict(await desk.system.assignees(unknown))
        if background:
            left = [ticket for ticket in shown if ticket.id not in known]
            known |= {each.id: each.assignee_id async for each in _read_each(background, left)}
    names = await asyncio.gather(*map(desk.name_of, known.values()))
    return dict(zip(known, names, strict=True))


async def _read_each(
    background: BackgroundReads, tickets: Sequence[Ticket]
) -> AsyncIterator[Ticket]:
    for ticket in tickets:
        if not background.may_continue():
            return
        if found := await _read_ticket(background.system, ticket):
            yield found


async def _read_ticket(system: ListReads, ticket: Ticket) -> Ticket | None:
    """Returns None if LiveAgent fails: a digest is posted without it."""
    try:
        return await system.find(TicketRef(ticket.id))
    except BotError as error:
        log.warning("digest's assignee unknown", why=str(error))
        return None


async def _read_pages(
    system: ListReads, wanted: Search, max_pages: int, *, to_end: bool
) -> Gathered:
    """Reads pages until one brings nothing new, or is shorter than the server's longest.

    Some servers ignore offsets, and some return shorter pages than requested.
    """
    found, offset = dict[str, Ticket](), 0
    for _ in range(max_pages):
        page = await system.search(wanted, limit=PAGE, offset=offset)
        rows = page.rows if isinstance(page, Page) else len(page)
        may_be_cut = rows >= SHORTEST_PAGE and (to_end or _may_be_longest(page, rows))
        is_repeated = may_be_cut and all(ticket.id in found for ticket in page)
        found |= {ticket.id: ticket for ticket in page}
        if is_repeated or not may_be_cut:
            return Gathered(list(found.values()), is_repeated=is_repeated)
        offset += rows
    return Gathered(list(found.values()), is_cut=True)


def _may_be_longest(page: Sequence[Ticket], rows: int) -> bool:
    """Whether a page may be as long as such servers allow."""
    is_longest = isinstance(page, Page) and page.may_be_cut and rows >= SHORTEST_ODD_PAGE
    return is_longest or is_round(rows) or rows in LIMITS
