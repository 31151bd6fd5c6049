"""What a channel is told of the tickets of some departments, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum
from math import inf

from bot.domain.errors import ShowsTooMuch
from bot.domain.ticket import Status, Ticket

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFERED_STATUSES = (
    Status.NEW,
    Status.POSTPONED,
    Status.OPEN,
    Status.ANSWERED,
    Status.CHATTING,
    Status.CALLING,
)
"""In the order in which a digest shows them."""


class Shown(StrEnum):
    """What a channel sees of a customer, besides the ticket's code."""

    SUBJECT = "subject"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Local times on some days of the week, in a time zone by its name."""

    days: tuple[str, ...]
    times: tuple[time, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Digest:
    """No departments means all of them. `created_by` is the Slack user who hears of trouble.

    It is "" in what a channel is shown once that user is no agent any more. `last` has the tickets
    of the run before, by id with their status; None before the first. Times are aware.
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
    posts_empty: bool = False
    shows: frozenset[str] = frozenset({Shown.SUBJECT, Shown.OWNER})
    is_paused: bool = False
    due: datetime | None = None
    last: Mapping[str, str] | None = None
    last_posted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One posting of a digest. `attempt` says whose turn it is; `ts` is Slack's once it stands."""

    id: str
    digest_id: int
    due: datetime
    attempt: int
    failures: int
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The tickets of a digest as they are at `seen`; `shown` are the first of those `listed`.

    `before` has the tickets of the run before, at `before_at`. `assignees` are names by the
    ticket's id, "" for nobody, of those who were asked for. `is_cut`: LiveAgent has more tickets
    than were read.
    """

    tickets: Sequence[Ticket]
    seen: datetime
    before: Mapping[str, str] | None = None
    before_at: datetime | None = None
    listed: int = 0
    shown: Sequence[Ticket] = ()
    assignees: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False

    def is_changed(self, ticket: Ticket) -> bool:
        """Whether it was not there, or in another status, the last time."""
        return self.before is not None and self.before.get(ticket.id) != ticket.status

    @property
    def now(self) -> Mapping[str, str]:
        """The statuses by ticket, for the next time."""
        return {ticket.id: ticket.status for ticket in self.tickets}


def within_bounds(digest: Digest, own: Mapping[str, str], before: Digest | None) -> Digest:
    """An agent shows a channel their `own` departments, and what it was shown `before`.

    Raises `ShowsTooMuch`. All departments are all of theirs, unless they were shown already.
    """
    was_all = before is not None and not before.departments
    if not digest.departments and not was_all:
        digest = replace(digest, departments=own)
    foreign = {*digest.departments} - {*own}
    if not own or (before is None and foreign):
        raise ShowsTooMuch
    if before and (foreign or not digest.departments):
        is_wider = bool(
            foreign - {*before.departments}
            or digest.shows - before.shows
            or {*digest.statuses} - {*before.statuses}
            or (before.only_changes and not digest.only_changes)
        )
        if is_wider:
            raise ShowsTooMuch
    return digest


def in_order(tickets: Sequence[Ticket], statuses: Sequence[str]) -> list[Ticket]:
    """By status, new before postponed; the oldest first in each."""
    place = {str(status): number for number, status in enumerate(OFFERED_STATUSES)}
    wanted = {*statuses}

    def age(ticket: Ticket) -> float:
        return ticket.created.timestamp() if ticket.created else inf

    shown = [ticket for ticket in tickets if ticket.status in wanted]
    shown.sort(key=age)
    shown.sort(key=lambda ticket: place.get(ticket.status, len(place)))
    return shown
