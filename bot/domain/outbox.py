"""An operation on its way to LiveAgent.

```
held ─ due ──┐                ┌→ done
  └ undone   ├→ sending ──────┼→ waiting ─ due ┐      not applied: tried again later
waiting ─────┤      ↑         ├→ looking ─ due ┤      outcome unknown: verified
looking ─────┘      └─────────┼────────────────┘
                              └→ asks, refused, doubtful → (author) waiting or discarded
```
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """The state of a row; the values are stored."""

    HELD = "held"
    """Its author can still undo it; it becomes due when the hold ends."""
    SENDING = "sending"
    """A bot has claimed it and may be making its call now."""
    WAITING = "waiting"
    """It was not made, or its author resumed it: due for another try."""
    LOOKING = "looking"
    """It may have been made: due for another check in LiveAgent."""
    DONE = "done"
    """LiveAgent has it."""
    UNDONE = "undone"
    """Its author undid it while it was held."""
    ASKS = "asks"
    """It was not made: the ticket changed, and its author must confirm."""
    REFUSED = "refused"
    """LiveAgent, or one of the bot's own rules, refused it."""
    DOUBTFUL = "doubtful"
    """It may have been made; its author must check."""
    DISCARDED = "discarded"
    """Its author discarded it after it was due."""


UNDER_WAY = frozenset({State.SENDING, State.LOOKING})  # a call may be on its way
ACTIVE_STATES = frozenset({State.HELD, State.SENDING, State.WAITING, State.LOOKING})
AWAITING_AUTHOR = frozenset({State.ASKS, State.REFUSED, State.DOUBTFUL})
ENDED = frozenset({State.DONE, State.UNDONE, State.DISCARDED})


@dataclass(frozen=True, slots=True)
class Row:
    """One submitted operation, as the outbox stores it. Times are seconds since 1970."""

    id: int
    kind: str
    """The operation's kind; a newer bot on the same database may store values unknown to `Kind`."""
    version: int
    """The version of the operation's stored form."""
    operation: Mapping[str, Any]
    """The operation as JSON; its text is erased once retention ends."""
    ticket_id: str
    """The ticket's id, or its code until a command's ticket is read."""
    slack_user: str
    """The author's Slack id."""
    answer_to: str
    """The stored form of an `AnswerTo`: where the answer to the click goes."""
    state: State
    due: float
    """When it can be claimed; while it is being sent, when its lease ends."""
    created: float
    lease_token: int = 0
    """The number of claims, which identifies the lease that holds the row now."""
    is_uncertain: bool = False
    """Whether a call was begun whose result is unknown."""
    is_confirmed: bool = False
    """Whether its author chose *Send anyway*."""
    verify_count: int = 0
    """How often LiveAgent was checked since the call that may have been made."""
    failures: int = 0
    """How often it was postponed; determines the back-off."""
    baseline: Mapping[str, Any] | None = None
    """What the ticket had before the first call; None until one was begun."""
    outcome: Mapping[str, Any] | None = None
    """The result, as `bot.operations.outcome` reads it."""
    notice_channel: str = ""
    """The channel of its notice; "" before the first notice."""
    notice_ts: str = ""
    """The timestamp of its notice."""
    batch: str = ""
    """The id of its bulk action; "" for none."""
    reference: str = ""
    """The error id, in the logs, of the click or command it came from."""
    is_blank: bool = False
    """Whether its text was erased."""
    crashes: int = 0
    """Consecutive claims that led to no other state, because the bot died or raised a bug."""
    answer_uses: int = 0
    """How often its notices have used its `ResponseUrl`."""
    is_queued: bool = False
    """Whether its hold is over but another row of its ticket goes first."""
    waits_for_slack: bool = False
    """Whether it was postponed because Slack, not LiveAgent, did not answer."""

    @property
    def notice(self) -> tuple[str, str]:
        """The channel and timestamp of its notice, both "" before the first."""
        return self.notice_channel, self.notice_ts


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action taken in Slack, its author and its result. `at` is aware."""

    at: datetime
    kind: str
    slack_user: str
    agent: str
    state: str
    outcome: Mapping[str, Any]
