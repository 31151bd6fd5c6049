"""The tickets of a digest: asked for as few times as the server allows."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.desk.desk import Desk
from bot.desk.veil import veil_ticket
from bot.domain.digest import Contents, Digest, in_order
from bot.domain.errors import BotError, KeyRefused, Refused
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Search

log = structlog.get_logger()

PAGE = 1000
MOST_PAGES = 50


async def gather_tickets(
    desk: Desk, departments: Sequence[str], statuses: Sequence[str]
) -> Sequence[Ticket]:
    """Of these departments, or of all where none is named; each once.

    One list for all, unless the server demands a department.
    """
    letters = tuple(statuses)
    if len(departments) == 1:
        return await _all(desk, Search(department_id=departments[0], statuses=letters))
    try:
        found = await _all(desk, Search(statuses=letters))
    except KeyRefused:
        raise
    except Refused:
        each = departments or [one.id for one in await desk.directory.departments()]
        found = [
            ticket
            for department_id in each
            for ticket in await _all(desk, Search(department_id=department_id, statuses=letters))
        ]
    wanted = set(departments)
    return [each for each in found if not wanted or each.department.id in wanted]


async def gather_contents(desk: Desk, digest: Digest, *, most: int) -> Contents:
    """What the digest would say now, showing at most so many tickets."""
    found = await gather_tickets(desk, list(digest.departments), digest.statuses)
    tickets = in_order(found, digest.statuses)
    contents = Contents(tickets, desk.clock(), digest.last, digest.last_posted)
    listed: Sequence[Ticket] = tickets
    if digest.only_changes and digest.last is not None:
        listed = [ticket for ticket in tickets if contents.is_changed(ticket)]
    return await with_shown(desk, contents, listed, 0, most)


async def with_shown(
    desk: Desk, contents: Contents, listed: Sequence[Ticket], start: int, most: int
) -> Contents:
    """The same with so many of the tickets to be shown, and who has them."""
    shown = [veil_ticket(ticket, desk.account) for ticket in listed[start : start + most]]
    assignees = await who_has(desk, shown, contents.tickets)
    return replace(contents, listed=len(listed), shown=shown, assignees=assignees)


async def who_has(
    desk: Desk, shown: Sequence[Ticket], among: Sequence[Ticket]
) -> Mapping[str, str]:
    """Names by ticket, "" for nobody. One call a ticket, unless the list tells it of any."""
    if not any(ticket.assignee_id for ticket in among):
        found = await asyncio.gather(*(_find(desk, ticket) for ticket in shown))
        shown = [ticket for ticket in found if ticket]
    names = await asyncio.gather(*(desk.name_of(ticket.assignee_id) for ticket in shown))
    return {ticket.id: name for ticket, name in zip(shown, names, strict=True)}


async def _find(desk: Desk, ticket: Ticket) -> Ticket | None:
    """None where LiveAgent does not tell just now: a digest can do without."""
    try:
        return await desk.system.find(TicketRef(ticket.id))
    except BotError as error:
        log.warning("digest without an assignee", why=str(error))
        return None


async def _all(desk: Desk, wanted: Search) -> Sequence[Ticket]:
    found = {ticket.id: ticket async for page in _pages(desk, wanted) for ticket in page}
    return list(found.values())


async def _pages(desk: Desk, wanted: Search) -> AsyncIterator[Sequence[Ticket]]:
    """Until one is not full, or brings nothing new: some servers do not know of offsets."""
    seen: set[str] = set()
    for number in range(MOST_PAGES):
        page = await desk.system.search(wanted, limit=PAGE, offset=number * PAGE)
        ids = {ticket.id for ticket in page}
        yield page
        if len(page) < PAGE or ids <= seen:
            return
        seen |= ids
