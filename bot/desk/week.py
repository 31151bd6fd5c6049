"""Gathers the weekly digest: stored counts, and LiveAgent's ratings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.desk.desk import Desk
from bot.desk.redact import redact_start
from bot.domain.digest import Digest, Shown
from bot.domain.errors import AnyRefusal, LiveAgentError, TicketNotFound
from bot.domain.people import Agents
from bot.domain.rating import Rating
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.domain.week import Comment, Figures, Rated, Seen, Unrated, Week, days_before

log = structlog.get_logger()

MAX_LOOKED_UP = 50
MAX_COMMENTS = 5
MAX_COMMENT_LENGTH = 400


async def gather_week(
    desk: Desk,
    digest: Digest,
    seen: Sequence[Seen],
    due: datetime,
    *,
    needs_ratings: bool = False,
    max_tickets: int = MAX_LOOKED_UP,
) -> Week:
    """Returns the seven days before the date of `due`, as the digest shows them.

    If LiveAgent does not answer, ratings are omitted, or with `needs_ratings` the error is raised.
    Up to `max_tickets` are read to learn which ratings belong to the digest's departments.
    """
    dates = days_before(digest.local_date(due))
    figures = Figures.gather(digest, dates, seen)
    ratings: Rated | Unrated
    try:
        ratings = await _ratings(_Tickets(desk), digest, dates, max_tickets)
    except AnyRefusal as error:
        log.warning("week without ratings", why=str(error))
        ratings = Unrated(is_refused=True)
    except LiveAgentError as error:
        if needs_ratings:
            raise
        log.warning("week without ratings", why=str(error))
        ratings = Unrated(is_refused=False)
    return Week(
        desk.clock(),
        figures.days(),
        figures.departments(),
        ratings,
        unknown=figures.unknown,
        is_partial=figures.is_partial,
    )


@dataclass(frozen=True, slots=True)
class _Tickets:
    """Reads each ticket once; missing ones are None."""

    desk: Desk
    _known: dict[str, Ticket | None] = field(default_factory=dict)

    async def find(self, ticket_id: str) -> Ticket | None:
        if ticket_id and ticket_id not in self._known:
            try:
                self._known[ticket_id] = await self.desk.system.find(TicketRef(ticket_id))
            except TicketNotFound:
                self._known[ticket_id] = None
        return self._known.get(ticket_id)


async def _ratings(
    tickets: _Tickets, digest: Digest, dates: Sequence[date], max_tickets: int
) -> Rated:
    desk = tickets.desk
    zone = ZoneInfo(digest.schedule.zone)
    since = datetime.combine(dates[0], time(), zone)
    until = datetime.combine(dates[-1] + timedelta(days=1), time(), zone)
    found = sorted(await desk.system.ratings(since, until), key=lambda each: each.created)[::-1]
    given, left_out = found, 0
    if digest.departments:
        given, left_out = await _within(tickets, digest, found, max_tickets)
    counts = Counter(each.is_good for each in given)
    return Rated(
        counts[True],
        counts[False],
        counts[None],
        left_out,
        by_agent=await _by_agent(desk, given) if Shown.AGENTS in digest.shows else {},
        comments=await _comments(tickets, given) if Shown.COMMENTS in digest.shows else (),
    )


async def _within(
    tickets: _Tickets, digest: Digest, found: Sequence[Rating], max_tickets: int
) -> tuple[list[Rating], int]:
    """Returns the ratings of the digest's departments, and how many remain unclear.

    The report does not name departments, so the tickets are read, of the newest ratings first.
    """
    ids = [*dict.fromkeys(each.ticket_id for each in found)][:max_tickets]
    places = {each: one.department.id for each in ids if (one := await tickets.find(each))}
    given = [each for each in found if places.get(each.ticket_id) in digest.departments]
    return given, sum(each.ticket_id not in places for each in found)


async def _by_agent(desk: Desk, given: Sequence[Rating]) -> Mapping[str, tuple[int, int]]:
    """Returns counts by agent's name, highest first; "" stands for former agents."""
    agents = Agents.of(await desk.directory.agents())
    counts: dict[str, list[int]] = {}
    for each in given:
        agent = agents.named(each.agent_email)
        count = counts.setdefault(agent.name if agent else "", [0, 0])
        if each.is_good is not None:
            count[0 if each.is_good else 1] += 1
    by_name = sorted(counts.items(), key=lambda each: (-sum(each[1]), each[0]))
    return {name: (good, bad) for name, (good, bad) in by_name}


async def _comments(tickets: _Tickets, given: Sequence[Rating]) -> Sequence[Comment]:
    """Returns the newest; tickets are read, since a comment may contain their public URL codes."""
    commented = [each for each in given if each.comment][:MAX_COMMENTS]
    found = [(each, await tickets.find(each.ticket_id)) for each in commented]
    return [_comment(tickets.desk, each, ticket) for each, ticket in found if ticket]


def _comment(desk: Desk, rating: Rating, ticket: Ticket) -> Comment:
    text = redact_start(rating.comment, MAX_COMMENT_LENGTH, ticket.public_code, desk.account)
    return Comment(rating.is_good, text, ticket.id, ticket.code)
