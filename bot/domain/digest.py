"""Scheduled summaries of some departments' tickets for a channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.domain.bounds import departments_within, shows_more, with_unseen
from bot.domain.errors import AdminNeeded
from bot.domain.people import Department
from bot.domain.ticket import WAITING, Status, Ticket

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFERED_STATUSES = (*WAITING, Status.ANSWERED, Status.CHATTING, Status.CALLING)
"""In the order in which a digest names them."""
PUT_OFF = (Status.POSTPONED, Status.ANSWERED)
"""Statuses in which nobody has to act now: a digest shows these last."""
_LAST = datetime.max.replace(tzinfo=UTC)


class DigestKind(StrEnum):
    """What a digest reports: waiting tickets, or the last week."""

    TICKETS = "tickets"
    WEEK = "week"


class Shown(StrEnum):
    """What a channel sees besides codes and counts; the last two apply to weekly digests."""

    SUBJECT = "subject"
    OWNER = "owner"
    COMMENTS = "comments"
    AGENTS = "agents"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Local times on some weekdays, in a time zone given by name."""

    days: tuple[str, ...]
    times: tuple[time, ...]
    zone: str


class Mark(NamedTuple):
    """A ticket as a run saw it. `changed` is in seconds since 1970, None if unknown.

    `department` is "" in marks of earlier versions.
    """

    status: str
    changed: float | None = None
    department: str = ""

    @classmethod
    def of(cls, ticket: "Standing") -> "Mark":
        changed = ticket.changed.timestamp() if ticket.changed else None
        return cls(ticket.status, changed, ticket.department.id)

    def by(self, moment: datetime | None) -> "Mark":
        """Returns a mark that is older than the ticket if that has changed since `moment`."""
        if moment is None or self.changed is None:
            return self
        return self._replace(changed=min(self.changed, moment.timestamp()))

    def is_older(self, ticket: "Standing") -> bool:
        """Whether the ticket has changed since: another status, or a new message."""
        now = Mark.of(ticket)
        if None in (self.changed, now.changed):
            return self.status != now.status
        return self[:2] != now[:2]


class DepartmentDay(NamedTuple):
    """What the runs of one day saw of a department; None means unknown.

    `oldest` and `median` are waits in seconds. `name` is "" if nobody waited there.
    """

    name: str
    waiting: int
    came: int | None = None
    left: int | None = None
    oldest: int | None = None
    median: int | None = None


class Day(NamedTuple):
    """What the scheduled runs of one day saw; `waiting` as of the last of them.

    `came` and `left` are None if unknown. `departments` are by id, without those that had nothing
    to count; None if unknown.
    """

    waiting: int
    came: int | None = None
    left: int | None = None
    departments: Mapping[str, DepartmentDay] | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """Which tickets a channel is shown, and when. Times are aware.

    `departments` are names by id; an empty mapping means all departments. `created_by` is the
    owner: the Slack user who is notified of problems, or "" in a post once that user is no longer
    an agent. `last` maps ticket ids to what the previous scheduled run saw of them, at
    `last_posted`; None before the first run. `last_came` is when the channel last got a message.
    Without `posts_empty` nothing is posted when there are no tickets. `is_settled`: the statuses
    were chosen since the default for new digests became `WAITING`.
    """

    id: int
    channel: str
    name: str
    departments: Mapping[str, str]
    statuses: tuple[str, ...]
    schedule: Schedule
    language: str
    created_by: str
    only_changes: bool = True
    posts_empty: bool = True
    shows: frozenset[str] = frozenset({Shown.SUBJECT, Shown.OWNER})
    is_paused: bool = False
    due: datetime | None = None
    last: Mapping[str, Mark] | None = None
    last_posted: datetime | None = None
    last_came: datetime | None = None
    is_settled: bool = True
    days: Mapping[str, Day] = field(default_factory=dict)
    kind: DigestKind = DigestKind.TICKETS

    def local_date(self, when: datetime) -> date:
        return when.astimezone(ZoneInfo(self.schedule.zone)).date()

    def keeping(self, before: "Digest", shown_up_to: str) -> "Digest":
        """Adds departments of `before` that the form could not show, by id."""
        kept = with_unseen(self.departments, before.departments, shown_up_to)
        return replace(self, departments=kept)

    def within(self, own: Mapping[str, str], before: "Digest | None") -> "Digest":
        """Returns the digest limited to what an agent of the `own` departments may save.

        Raises `ShowsTooMuch`.
        """
        was = before.departments if before else None
        is_wider = before is not None and before.only_changes and not self.only_changes
        more = is_wider or shows_more(self, before)
        bounded = departments_within(self.departments, own, was, shows_more=more)
        return replace(self, departments=bounded)

    @property
    def omits_waiting_tickets(self) -> bool:
        """Whether it omits waiting tickets, and its owner may not know that."""
        return not self.is_settled and not {*WAITING} <= {*self.statuses}

    @property
    def with_all_waiting(self) -> "Digest":
        wanted = {*WAITING, *self.statuses}
        statuses = tuple(each for each in OFFERED_STATUSES if each in wanted)
        return replace(self, statuses=statuses, is_settled=True)


@dataclass(frozen=True, slots=True)
class Run:
    """One posting of a digest, for the time at which it was `due`.

    `lease_token`, the number of claims, identifies the claim that holds the run; `failures` counts
    claims that ended without a post. `ts` is the timestamp of Slack's message, "" until there is
    one. `is_extra`: started with *Send now*, which changes neither the digest's next time nor its
    comparison.
    """

    id: str
    digest_id: int
    due: datetime
    lease_token: int
    failures: int
    ts: str = ""
    is_extra: bool = False


class Standing(Protocol):
    """The part of a ticket that a digest counts, without text that may have a public URL code."""

    @property
    def id(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def created(self) -> datetime | None: ...

    @property
    def changed(self) -> datetime | None: ...

    @property
    def department(self) -> Department: ...

    @property
    def assignee_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Contents:
    """The tickets of a digest, read at `seen`, in the order in which it shows them.

    All `tickets` are counted; there may be ten thousand, so their text is neither redacted nor
    accessible. A post lists `listed` of them (all, or only the changed ones) and has room for
    `shown`, whose text is redacted. `before` maps ticket ids to what the previous run saw of them,
    at `before_at`. `assignees` maps ticket ids to the assignees' names, "" for nobody; missing ones
    are unknown. `names` maps the ids of agents who have tickets to their names, if lists contain
    assignees. `wakes` maps the ids of all postponed tickets to when they wake; it is empty unless
    known for each. `is_cut`: LiveAgent has more tickets than were read. `posted_at` is when an
    earlier try posted it, from a reading that is lost.
    """

    tickets: Sequence[Standing]
    seen: datetime
    before: Mapping[str, Mark] | None = None
    before_at: datetime | None = None
    listed: int = 0
    shown: Sequence[Ticket] = ()
    assignees: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    wakes: Mapping[str, datetime] = field(default_factory=dict)
    is_cut: bool = False
    posted_at: datetime | None = None

    def is_changed(self, ticket: Standing) -> bool:
        """Whether the ticket is new or has changed since the previous run."""
        if self.before is None:
            return False
        mark = self.before.get(ticket.id)
        return mark is None or mark.is_older(ticket)

    @property
    def moves(self) -> tuple[int, int] | None:
        """How many tickets came and how many left since the previous run, if known."""
        if self.before is None or self.is_cut:
            return None
        now = {ticket.id for ticket in self.tickets}
        return len(now - self.before.keys()), len(self.before.keys() - now)

    @property
    def now(self) -> Mapping[str, Mark]:
        """Marks by ticket id: the `before` of the next run."""
        return {ticket.id: Mark.of(ticket).by(self.posted_at) for ticket in self.tickets}

    def as_posted(self, at: datetime) -> "Contents":
        """Returns it as posted at `at`: later tickets and changes are new for the next run."""

        def existed(ticket: Standing) -> bool:
            return ticket.created is None or ticket.created <= at

        tickets = [each for each in self.tickets if existed(each)]
        shown = [each for each in self.shown if existed(each)]
        return replace(self, tickets=tickets, shown=shown, posted_at=at)


def check_figures_per_agent(digest: Digest, before: Digest | None) -> None:
    """Raises `AdminNeeded` if the digest newly shows figures per agent."""
    if Shown.AGENTS not in digest.shows:
        return
    if before is None or Shown.AGENTS not in before.shows:
        raise AdminNeeded
    if {*digest.departments} != {*before.departments}:
        raise AdminNeeded


def in_status_order(statuses: Iterable[str]) -> list[str]:
    """Returns the letters in the order of `OFFERED_STATUSES`, others last."""
    place = {str(status): number for number, status in enumerate(OFFERED_STATUSES)}
    return sorted(statuses, key=lambda status: place.get(status, len(place)))


def in_order(tickets: Sequence[Ticket], statuses: Sequence[str]) -> list[Ticket]:
    """Returns the tickets of these statuses in the order of `urgency`.

    It sorts twice, because Python compares times faster than tuples of them.
    """
    wanted = {*statuses}
    shown = [ticket for ticket in tickets if ticket.status in wanted]
    shown.sort(key=lambda ticket: ticket.created or _LAST)
    shown.sort(key=lambda ticket: (ticket.status in PUT_OFF, bool(ticket.assignee_id)))
    return shown


def urgency(ticket: Ticket, *, is_owned: bool) -> tuple[bool, bool, datetime]:
    """Returns a sort key: postponed tickets last, unassigned first, then the oldest."""
    return ticket.status in PUT_OFF, is_owned, ticket.created or _LAST
