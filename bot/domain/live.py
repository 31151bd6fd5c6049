"""Live channels: each ticket of some departments has one message, kept up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.bounds import departments_within, shows_more, with_unseen
from bot.domain.changes import Change, What
from bot.domain.digest import Shown
from bot.domain.ticket import Status

PROPOSED_STATUSES = (Status.NEW, Status.OPEN)

CUSTOMERS_TEXT = "words"
"""What a channel may show of a ticket besides its subject: customers' messages."""

_BRINGS = frozenset(
    {
        What.APPEARED,
        What.CUSTOMER_WROTE,
        What.AGENT_REPLIED,
        What.STATUS_CHANGED,
        What.TRANSFERRED,
        What.ASSIGNED,
    }
)
"""Changes that add a ticket to a channel that does not show it yet."""
THREAD_CHANGES = (_BRINGS | {What.NOTED, What.RESOLVED, What.DELETED}) - {What.APPEARED}
"""Changes that add a line to the thread below a ticket's message."""


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """What a live channel shows. `departments` are names by id; none means all.

    `created_by` is its owner: the Slack user who is notified of problems.
    """

    channel: str
    departments: Mapping[str, str]
    statuses: tuple[str, ...]
    language: str
    created_by: str
    shows: frozenset[str] = frozenset()
    is_paused: bool = False

    @property
    def shows_subject(self) -> bool:
        return Shown.SUBJECT in self.shows

    @property
    def quotes_customers(self) -> bool:
        return CUSTOMERS_TEXT in self.shows

    def keeping(self, before: "LiveChannel | None", shown_up_to: str) -> "LiveChannel":
        """Adds departments of `before` that the form could not show, by id."""
        kept = with_unseen(self.departments, before.departments if before else {}, shown_up_to)
        return replace(self, departments=kept)

    def within(self, own: Mapping[str, str], before: "LiveChannel | None") -> "LiveChannel":
        """Returns the setting limited to what an agent of the `own` departments may save.

        Raises `ShowsTooMuch`.
        """
        was, more = before.departments if before else None, shows_more(self, before)
        bounded = departments_within(self.departments, own, was, shows_more=more)
        return replace(self, departments=bounded)

    def covers(self, department_id: str) -> bool:
        return not self.departments or department_id in self.departments

    def is_for(self, change: Change, *, is_shown: bool) -> bool:
        """Whether the channel shows the change; `is_shown`: it has the ticket's message.

        For a ticket that has left its departments, only the transfer is shown.
        """
        if not change.ticket_id or change.what is What.TOUCHED:
            return False
        is_covered = self.covers(change.department_id)
        if is_shown:
            return change.what in THREAD_CHANGES and (is_covered or change.what is What.TRANSFERRED)
        return is_covered and change.status in self.statuses and change.what in _BRINGS


@dataclass(frozen=True, slots=True)
class LiveWork:
    """Changes of one ticket to post in a channel, oldest first; without a `ticket_id`, to sum up.

    `lease_tokens` identify the claims of the changes; `tries` counts those of the first, this one
    included. `age` is how long it has waited, in seconds.
    """

    live: LiveChannel
    ticket_id: str
    changes: Sequence[Change]
    lease_tokens: Sequence[int]
    tries: int
    age: float
    channel_lease: float = 0.0
    """Identifies the claim of the channel."""

    @property
    def key(self) -> str:
        """Identifies the post, so that another bot recognizes it after a crash."""
        return str(self.changes[0].id)
