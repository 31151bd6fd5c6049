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
    """The digest as an agent of the `own` departments may save it.

    Their own departments they show as they like. Others, which somebody else put into the digest
    as it was `before`, may stay as long as the channel learns nothing more of them. A digest of
    all departments is one of the `own`, unless it was one of all before.

    Raises:
        ShowsTooMuch: it shows more than that.

    """
    if not own:
        raise ShowsTooMuch
    was_of_all = before is not None and not before.departments
    if not digest.departments and not was_of_all:
        digest = replace(digest, departments=own)
    foreign = {*digest.departments} - {*own}
    shows_foreign = bool(foreign) or not digest.departments
    if shows_foreign and (before is None or _shows_more(digest, before, foreign)):
        raise ShowsTooMuch
    return digest


def _shows_more(digest: Digest, before: Digest, foreign: set[str]) -> bool:
    """Whether a channel learns more of the `foreign` departments than it did before."""
    return (
        not foreign <= {*before.departments}
        or not digest.shows <= before.shows
        or not {*digest.statuses} <= {*before.statuses}
        or (before.only_changes and not digest.only_changes)
    )


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
