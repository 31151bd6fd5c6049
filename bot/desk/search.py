"""Finds the tickets that match a filter, within the reader's permissions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.desk.desk import Desk, agents_if_known
from bot.desk.gathering import Gathered, ListReads, assignee_names, gather, gather_by_department
from bot.desk.reads import SharedReads
from bot.desk.redact import RedactedTickets
from bot.domain.activity import Present
from bot.domain.address import as_address
from bot.domain.errors import DepartmentOutOfBounds, LiveAgentError
from bot.domain.filter import FIRST_DAY, LAST_DAY, TO_DO, Filter, sort
from bot.domain.people import Agent, Department, OwnDepartments
from bot.domain.spelling import folded
from bot.domain.ticket import Queue, QueueLine, Status, Ticket, fullest_first
from bot.domain.ticket_system import Matches, Search

MAX_ASKED = 100  # tickets whose assignees one call of version 3 returns
MAX_PAGES = 5  # of a thousand tickets each, because somebody waits


@dataclass(frozen=True, slots=True)
class Found:
    """Tickets in order, without public URL codes, read at `seen`.

    `by_department`: they were read by department. `is_cut`: LiveAgent has more. `knows_assignees`:
    the rows have assignees; `is_mixed`: some rows may lack theirs, so a missing one does not mean
    nobody; `may_know_later`: LiveAgent failed to return them. `knows_departments`: all of the
    actor's departments were searched. `has_full_text`: messages and customers were searched, not
    subjects alone.
    """

    tickets: Sequence[Ticket]
    seen: datetime
    by_department: bool = False
    is_cut: bool = False
    knows_assignees: bool = True
    is_mixed: bool = False
    may_know_later: bool = False
    knows_departments: bool = True
    has_full_text: bool = False


_WAITING = (*TO_DO.statuses, Status.CHATTING)
SHARED = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class TicketSearch:
    """Searches tickets."""

    _desk: Desk
    _shared: SharedReads

    @classmethod
    def of(cls, desk: Desk) -> "TicketSearch":
        return cls(desk, SharedReads(desk.system, desk.clock, kept=SHARED))

    async def find(self, actor: Agent, wanted: Filter, *, zone: str) -> Found:
        """Dates are in `zone`. Raises `DepartmentOutOfBounds`."""
        seen, own = self._desk.clock(), await _bounds(self._desk, actor, wanted)
        search, has_failed = _search(wanted, ZoneInfo(zone)), False
        try:
            matched = await self._matched(actor, wanted, search, own)
        except LiveAgentError:
            matched, has_failed = None, True
        if matched is None:
            gathered = await self._by_subject(actor, search, own)
            found = await self._found(actor, wanted, own, gathered, seen)
            return replace(found, may_know_later=has_failed)
        gathered, is_mixed = Gathered(matched.tickets, is_cut=matched.is_cut), False
        if wanted.words and (matched.is_cut or not matched.tickets):
            more = await self._by_subject(actor, search, own)
            each = {one.id: one for one in (*more.tickets, *matched.tickets)}
            gathered = replace(more, tickets=list(each.values()), is_cut=matched.is_cut)
            is_mixed = len(each) > len(matched.tickets)
        found = await self._found(actor, wanted, own, gathered, seen)
        knows = found.knows_assignees or matched.knows_assignees
        return replace(
            found,
            has_full_text=bool(wanted.words),
            knows_assignees=knows,
            is_mixed=is_mixed or not matched.knows_assignees,
        )

    async def _by_subject(self, actor: Agent, search: Search, own: OwnDepartments) -> Gathered:
        system = self._desk.system
        gathered = await _gather(system, actor, search, own)
        if search.subject and not gathered.tickets:  # some servers compare the whole subject
            gathered = await _gather(system, actor, replace(search, subject=""), own)
            named = [each for each in gathered.tickets if _has_words(each.subject, search.subject)]
            gathered = replace(gathered, tickets=named)
        if search.owner_email:
            theirs = _of_customer(search.owner_email, gathered.tickets)
            gathered = replace(gathered, tickets=theirs)
        return replace(gathered, tickets=_in_statuses(search.statuses, gathered.tickets))

    async def _matched(
        self, actor: Agent, wanted: Filter, search: Search, own: OwnDepartments
    ) -> Matches | None:
        """Returns what version 3 finds for words or *mine*; None if it can't be searched."""
        system = self._desk.system
        if wanted.words:
            matches = await system.find_words(wanted.words)
        elif wanted.is_mine:
            matches = await system.find_assigned(actor, wanted.statuses)
        else:
            return None
        has_days = bool(search.created_after or search.created_before)
        if matches is None or (has_days and any(not each.created for each in matches.tickets)):
            return None
        names = {each.id: each for each in own.departments}
        tickets = [
            each._replace(department=names.get(each.department.id, each.department))
            for each in matches.tickets
            if _holds(each, search) and _has_words(each.subject, wanted.subject)
        ]
        return replace(matches, tickets=tickets)

    async def to_do(self, actor: Agent, *, within: float) -> tuple[Found, Queue | None]:
        """Returns the actor's to-do list and their departments' queue, from one list.

        The list is at most `within` seconds old and shared by all readers, whatever each may see.
        The queue is None if LiveAgent has more tickets than were read.
        """
        own, now = await self._desk.departments_of(actor), self._desk.clock()
        reads = self._shared.since(now - timedelta(seconds=within))
        gathered = await _gather(reads, actor, Search(statuses=_WAITING), own)
        seen = reads.oldest or now
        queue = None if gathered.is_cut else _count(gathered.tickets, own, seen)
        waiting = [each for each in gathered.tickets if each.status in TO_DO.statuses]
        return await self._found(actor, TO_DO, own, replace(gathered, tickets=waiting), seen), queue

    async def _found(
        self, actor: Agent, wanted: Filter, own: OwnDepartments, gathered: Gathered, seen: datetime
    ) -> Found:
        desk = self._desk
        theirs, is_complete = await visible_if_known(desk, actor, gathered.tickets)
        knows_assignees = any(ticket.assignee_id for ticket in gathered.tickets)
        if wanted.is_mine:
            theirs = [ticket for ticket in theirs if actor.is_named(ticket.assignee_id)]
        rows = sort(theirs, wanted.order)
        if wanted.is_to_do:
            known: Mapping[str, str] = {each.id: each.assignee_id for each in rows}
            if not knows_assignees:  # version 3 knows those of the first ones
                known = await desk.system.assignees([each.id for each in rows[:MAX_ASKED]])
                knows_assignees = len(known) == len(rows)
            rows = [each for each in rows if actor.is_named(known.get(each.id) or actor.id)]
        return Found(
            RedactedTickets(rows, desk.account),
            seen,
            gathered.by_department,
            gathered.is_cut,
            knows_assignees or not gathered.tickets,
            knows_departments=is_complete and (own.is_complete or not gathered.by_department),
        )

    async def present(self, actor: Agent, rows: Sequence[Ticket]) -> Present | None:
        """Returns who else is in these tickets; None if unknown or nobody is."""
        activity = await self._desk.system.recent_activity() if rows else None
        others = activity and activity.among({ticket.id for ticket in rows}, actor)
        if not others or not others.agents:
            return None
        return Present(others, await agents_if_known(self._desk))

    async def assignees(self, found: Found, rows: Sequence[Ticket]) -> Mapping[str, str]:
        """Returns the assignees' names by ticket id, "" for nobody."""
        among = [] if found.is_mixed else found.tickets
        return await assignee_names(self._desk, rows, among)


def _of_customer(email: str, tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """Drops other customers' tickets, in case the server ignores the filter.

    If all tickets have one other address, they are kept: a customer may have several addresses.
    """
    address, found = as_address(email), {as_address(each.owner_email) for each in tickets}
    if address not in found and len(found) == 1:
        return tickets
    return [each for each in tickets if as_address(each.owner_email) == address]


def _in_statuses(letters: Sequence[str], tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """Drops tickets of other statuses: some servers ignore the filter.

    Closed tickets were resolved before.
    """
    wanted = {*letters, Status.CLOSED} if Status.RESOLVED in letters else {*letters}
    return [each for each in tickets if each.status in wanted] if wanted else tickets


def _count(tickets: Sequence[Ticket], own: OwnDepartments, seen: datetime) -> Queue:
    """Counts as LiveAgent does for its queue."""
    counts = Counter((ticket.department.id, ticket.status) for ticket in tickets)

    def line(department: Department) -> QueueLine:
        new, replied, chats = (counts[department.id, status] for status in _WAITING)
        return QueueLine(department, new, replied, chats, total=new + replied + chats)

    return Queue(fullest_first(map(line, own.departments)), own.is_complete, seen)


async def only_visible(desk: Desk, actor: Agent, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Returns the tickets of the agent's departments or assigned to the agent.

    Admins see all, also those of deleted departments.
    """
    return (await visible_if_known(desk, actor, tickets))[0]


async def visible_if_known(
    desk: Desk, actor: Agent, tickets: Sequence[Ticket]
) -> tuple[list[Ticket], bool]:
    """Works as `only_visible`; also returns whether all memberships were known."""
    if actor.sees_every_department:
        return list(tickets), True
    own = await desk.departments_of(actor, {ticket.department.id for ticket in tickets})
    found = [
        ticket
        for ticket in tickets
        if ticket.department.id in own.ids or actor.is_named(ticket.assignee_id)
    ]
    return found, own.is_complete


async def _bounds(desk: Desk, actor: Agent, wanted: Filter) -> OwnDepartments:
    """Returns the departments to search. Raises `DepartmentOutOfBounds`."""
    if wanted.department is None:
        return await desk.departments_of(actor)
    own = await desk.departments_of(actor, {wanted.department.id})
    if wanted.department.id not in own.ids:
        raise DepartmentOutOfBounds
    return own


async def _gather(system: ListReads, actor: Agent, search: Search, own: OwnDepartments) -> Gathered:
    """Reads by department if the account's list is too long and the actor sees a part of it."""
    found = await gather(system, search, sorted(own.ids), max_pages=MAX_PAGES)
    is_wide = not (search.department_id or search.owner_email or actor.sees_every_department)
    if found.is_cut and is_wide and not found.by_department:
        return await gather_by_department(system, search, sorted(own.ids), max_pages=MAX_PAGES)
    return found


def _search(wanted: Filter, zone: ZoneInfo) -> Search:
    return Search(
        department_id=wanted.department.id if wanted.department else "",
        owner_email=wanted.owner,
        statuses=wanted.statuses,
        created_after=_midnight(wanted.since, zone),
        created_before=_midnight(wanted.until, zone, days=1),
        subject=wanted.subject or wanted.words,
    )


def _holds(ticket: Ticket, search: Search) -> bool:
    """Whether the ticket matches, words aside: servers may ignore filters."""
    after, before = search.created_after, search.created_before
    return (
        (not search.statuses or ticket.status in search.statuses)
        and search.department_id in {"", ticket.department.id}
        and (not search.owner_email or _is_same(search.owner_email, ticket.owner_email))
        and (not after or (ticket.created is not None and ticket.created >= after))
        and (not before or (ticket.created is not None and ticket.created <= before))
    )


def _is_same(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def _midnight(day: date | None, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """Returns the day's start, or the last second of `days` days from it; None if out of range."""
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        return None
    start = datetime.combine(day + timedelta(days=days), time(), zone)
    return start - timedelta(seconds=1) if days else start


def _has_words(subject: str, wanted: str) -> bool:
    held = folded(subject)
    return all(word in held for word in folded(wanted).split())
