"""Live channels: each ticket of some departments has one message there, which stays true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.bounds import departments_within, shows_more, with_unseen
from bot.domain.changes import Change, What
from bot.domain.digest import Shown
from bot.domain.ticket import Status

PROPOSED_STATUSES = (Status.NEW, Status.OPEN)

WORDS = "words"
"""What a channel may show of a ticket besides its subject: what customers write."""

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
"""What brings a ticket into a channel that does not show it yet."""
THREAD_CHANGES = (_BRINGS | {What.NOTED, What.RESOLVED, What.DELETED}) - {What.APPEARED}
"""What becomes a line in the thread below a ticket's message."""


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """What a live channel shows. `departments` are names by id; none means all.

    `created_by` is its owner: the Slack user who is told of trouble.
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
    def shows_words(self) -> bool:
        return WORDS in self.shows

    def keeping(self, before: "LiveChannel | None", shown_up_to: str) -> "LiveChannel":
        """Returns it with the departments that the form of `before` could not show, by id."""
        kept = with_unseen(self.departments, before.departments if before else {}, shown_up_to)
        return replace(self, departments=kept)

    def within(self, own: Mapping[str, str], before: "LiveChannel | None") -> "LiveChannel":
        """Returns it as an agent of the `own` departments may save it. Raises `ShowsTooMuch`."""
        was, more = before.departments if before else None, shows_more(self, before)
        bounded = departments_within(self.departments, own, was, shows_more=more)
        return replace(self, departments=bounded)

    def covers(self, department_id: str) -> bool:
        return not self.departments or department_id in self.departments

    def is_for(self, change: Change, *, is_shown: bool) -> bool:
        """Whether the change is told; `is_shown`: the channel has the ticket's message.

        Of a ticket that has left its departments only the transfer is told.
        """
        if not change.ticket_id or change.what is What.TOUCHED:
            return False
        is_covered = self.covers(change.department_id)
        if is_shown:
            return change.what in THREAD_CHANGES and (is_covered or change.what is What.TRANSFERRED)
        return is_covered and change.status in self.statuses and change.what in _BRINGS


@dataclass(frozen=True, slots=True)
class LiveWork:
    """Events of one ticket that are to be told in a channel, oldest first.

    Without a `ticket_id` they are late: to be summed up. `lease_tokens` identify the claims of the
    changes; `tries` counts those of the first, this one included. `age` is how long it has waited,
    in seconds.
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
        """Identifies what is posted, also for a bot that comes after one that was killed."""
        return str(self.changes[0].id)
