"""Changes of tickets in LiveAgent by anyone, without the text of messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """The kind of a change; the values are stored."""

    APPEARED = "appeared"
    """The ticket is new."""
    CUSTOMER_WROTE = "customer_wrote"
    AGENT_REPLIED = "agent_replied"
    NOTED = "noted"
    RESOLVED = "resolved"
    STATUS_CHANGED = "status_changed"
    """To a status other than resolved, and not because somebody wrote. Statuses are letters."""
    TRANSFERRED = "transferred"
    """To another department; `before` and `after` are ids of departments."""
    ASSIGNED = "assigned"
    """To another agent, or to nobody; `before` and `after` are ids of agents."""
    DELETED = "deleted"
    TOUCHED = "touched"
    """Something else changed, such as tags: messages are redrawn, but nobody is notified."""
    CAUGHT_UP = "caught_up"
    """A summary: `count` tickets changed at once, or while LiveAgent could not be read.

    It concerns no ticket. The changes that it sums up come before it and are `is_late`.
    """


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `status`, `department_id` and `assignee_id` are the ticket's afterwards.

    `at` is aware, by LiveAgent's clock. `who` is the id of the agent or customer who did it, "" if
    unknown. `by` is the Slack user, if it was done with this bot. `assignee_id` is None if unknown.
    A change that `is_late` is part of a summary: its result is shown, but nobody is notified of it.
    `id` identifies and orders changes; 0 before it is stored.
    """

    what: What
    at: datetime
    ticket_id: str = ""
    code: str = ""
    status: str = ""
    department_id: str = ""
    assignee_id: str | None = None
    who: str = ""
    by: str = ""
    before: str = ""
    after: str = ""
    message_id: str = ""
    count: int = 0
    is_late: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """The last known state of a ticket. Times are seconds since 1970, by LiveAgent's clock.

    `assignee_id` is None if unknown. `message_ids` are the newest messages that were reported or
    existed before; messages older than `since`, or than the beginning of the watch if that is None,
    count as reported too. `read_at` is when the ticket was requested; None if it need not be read
    again although its last change was in that second.
    """

    id: str
    code: str
    status: str
    department_id: str
    changed: float | None
    since: float | None = None
    assignee_id: str | None = None
    message_ids: Sequence[str] = ()
    read_at: float | None = None


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """An operation that this bot has applied. `at` is by LiveAgent's clock, None if unknown."""

    ticket_id: str
    kind: str
    slack_user: str
    remote_id: str
    at: float | None
    status: str
