"""*Overdue alerts*: which tickets wait too long, and which a channel was notified of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.domain.bounds import departments_within, with_unseen
from bot.domain.calendar import Calendar
from bot.domain.ticket import Status, Ticket

MAX_GAP = timedelta(minutes=10)
"""The longest time between two readings between which a ticket counts as waiting throughout."""
KEPT = timedelta(days=1)
"""How long an ended wait is remembered, in case LiveAgent's list was wrong."""
ESCALATED_APART = timedelta(minutes=15)
"""The least time between two mentions; tickets in between share the next one."""
USER_GROUP = "S"  # how Slack's ids of user groups begin
OVERDUE, ESCALATED = 1, 2
"""What a channel was notified of: that a ticket is overdue, or with a mention."""


@dataclass(frozen=True, slots=True)
class OverdueAlert:
    """A channel's overdue alerts. `departments` are names by id; none means all.

    `limits` are working minutes by status; statuses without one are never overdue. After another
    `escalates_after` working minutes (0 for never) a ticket is escalated: `escalates_to`, the Slack
    id of a person or user group, is mentioned. `created_by` is the owner: the Slack user whose
    permissions limit the tickets shown.
    """

    channel: str
    departments: Mapping[str, str]
    limits: Mapping[str, int]
    language: str
    created_by: str
    calendar: Calendar = field(default_factory=Calendar)
    escalates_after: int = 0
    escalates_to: str = ""
    shows_subject: bool = False
    is_paused: bool = False

    @property
    def escalates(self) -> bool:
        return bool(self.escalates_after and self.escalates_to)

    @property
    def escalates_to_group(self) -> bool:
        return self.escalates_to.startswith(USER_GROUP)

    def covers(self, ticket: Ticket) -> bool:
        is_there = not self.departments or ticket.department.id in self.departments
        return is_there and ticket.status in self.limits

    def keeping(self, before: "OverdueAlert | None", shown_up_to: str) -> "OverdueAlert":
        """Adds departments of `before` that the form could not show, by id."""
        kept = with_unseen(self.departments, before.departments if before else {}, shown_up_to)
        return replace(self, departments=kept)

    def within(
        self, own: Mapping[str, str], _before: "OverdueAlert | None" = None
    ) -> "OverdueAlert":
        """Returns the alert limited to what an agent of the `own` departments may save.

        Raises `ShowsTooMuch`: other departments are not allowed, even if shown before.
        """
        return replace(self, departments=departments_within(self.departments, own, None))


class Wait(NamedTuple):
    """A ticket that waits in a status. Times are in seconds since 1970.

    `since` is when it was opened, if it is or was new; else its last change (`changed`) at the
    first reading that saw it wait: later changes, such as a note, do not end the wait. `notified`
    is `OVERDUE`, `ESCALATED`, or 0. `gone` is when a reading first lacked it, 0 while it waits.
    `holder` is the assignee's id when the ticket was last read by itself, as of its change at
    `held_at`.
    """

    status: str
    since: float
    changed: float
    notified: int = 0
    gone: float = 0.0
    holder: str = ""
    held_at: float = 0.0


class OverdueTicket(NamedTuple):
    """An overdue ticket, by `over` working seconds; `notified` as in `Wait`."""

    ticket: Ticket
    since: datetime
    over: float
    is_escalated: bool
    """Whether somebody is or was to be mentioned for it."""
    notified: int

    @property
    def is_to_escalate(self) -> bool:
        return self.is_escalated and self.notified < ESCALATED


@dataclass(frozen=True, slots=True)
class AlertState:
    """What a channel was notified of, as of the last reading. Times are in seconds since 1970.

    `waits` are by ticket; `read_at` is when they were read. `ts` is the message's, "" for none;
    `posted_on` its working day; `drawn_at` the reading that it shows, `content` a digest of it.
    After `is_deleted`, by hand, nothing is posted until another ticket is overdue. `pending_post`
    identifies a post that may have been made: the message, or the mention for the tickets
    `escalating`. `escalated_at` is when a mention was last posted.
    """

    waits: Mapping[str, Wait] = field(default_factory=dict)
    read_at: float = 0.0
    ts: str = ""
    posted_on: str = ""
    content: str = ""
    drawn_at: float = 0.0
    is_deleted: bool = False
    pending_post: str = ""
    escalating: tuple[str, ...] = ()
    escalated_at: float = 0.0

    def may_escalate(self, seen: datetime) -> bool:
        """Whether the last mention is long ago, or in the future, as after a clock was set back."""
        return abs(seen.timestamp() - self.escalated_at) >= ESCALATED_APART.total_seconds()

    def seeing(
        self, alert: OverdueAlert, tickets: Iterable[Ticket], seen: datetime
    ) -> "AlertState":
        """Returns the state after a reading of all waiting tickets."""
        now = seen.timestamp()
        is_continuous = now - self.read_at <= MAX_GAP.total_seconds()
        waits = {
            each.id: _wait(self.waits.get(each.id), each, seen, is_continuous=is_continuous)
            for each in tickets
            if alert.covers(each)
        }
        for ticket_id, wait in self.waits.items():
            gone = wait.gone or now
            if ticket_id not in waits and now - gone < KEPT.total_seconds():
                waits[ticket_id] = wait._replace(gone=gone)
        return replace(self, waits=waits, read_at=now)

    def with_notified(self, overdue: Iterable[OverdueTicket], notified: int) -> "AlertState":
        """Returns the state after notifying the channel of these; `notified` as in `Wait`."""
        waits = dict(self.waits)
        for each in overdue:
            wait = waits[each.ticket.id]
            waits[each.ticket.id] = wait._replace(notified=max(wait.notified, notified))
        return replace(self, waits=waits)

    def with_holder(self, ticket_id: str, holder: str) -> "AlertState":
        """Returns the state with the ticket's assignee."""
        wait = self.waits[ticket_id]
        known = wait._replace(holder=holder, held_at=wait.changed)
        return replace(self, waits={**self.waits, ticket_id: known})

    def with_escalation(self, seen: datetime) -> "AlertState":
        """Returns the state after a mention for the tickets in `escalating`."""
        named = {
            each: self.waits[each]._replace(notified=ESCALATED)
            for each in self.escalating
            if each in self.waits
        }
        waits = {**self.waits, **named}
        return replace(
            self, waits=waits, pending_post="", escalating=(), escalated_at=seen.timestamp()
        )


def overdue_tickets(
    alert: OverdueAlert, state: AlertState, tickets: Iterable[Ticket], seen: datetime
) -> Sequence[OverdueTicket]:
    """Returns the overdue tickets, most urgent first."""
    overdue, worked = list[OverdueTicket](), alert.calendar.worked_until(seen)
    for ticket in tickets:
        if not alert.covers(ticket):
            continue
        wait = state.waits[ticket.id]
        since = datetime.fromtimestamp(wait.since, UTC)
        over = worked(since) - 60 * alert.limits[ticket.status]
        if over >= 0:
            is_escalated = alert.escalates and over >= 60 * alert.escalates_after
            overdue.append(OverdueTicket(ticket, since, over, is_escalated, wait.notified))
    return sorted(overdue, key=lambda each: (-each.over, each.since))


def came_outside_hours(
    alert: OverdueAlert,
    state: AlertState,
    overdue: Iterable[OverdueTicket],
    tickets: Iterable[Ticket],
    seen: datetime,
) -> int:
    """Counts tickets that came since the last working hours and are not overdue."""
    shift = alert.calendar.shift(seen)
    if shift is None:
        return 0
    closed, begin = (each.timestamp() for each in (alert.calendar.closed(shift), shift.begin))
    others = {each.id for each in tickets if alert.covers(each)} - {
        each.ticket.id for each in overdue
    }
    return sum(closed <= state.waits[each].since < begin for each in others)


_OPENED = (Status.NEW, Status.OPEN)  # as agents do without an answer


def _wait(before: Wait | None, ticket: Ticket, seen: datetime, *, is_continuous: bool) -> Wait:
    changed = (ticket.changed or ticket.created or seen).timestamp()
    if before and (ticket.status == before.status or (before.status, ticket.status) == _OPENED):
        has_waited = is_continuous and not before.gone
        if has_waited or changed == before.changed:
            return before._replace(status=ticket.status, changed=changed, gone=0.0)
    is_new = ticket.status == Status.NEW and ticket.created is not None
    since = ticket.created.timestamp() if is_new and ticket.created else changed
    notified = before.notified if before and before.since == since else 0
    return Wait(ticket.status, min(since, seen.timestamp()), changed, notified)
