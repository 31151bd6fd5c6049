"""An operation on its way to LiveAgent.

```
held ─ due ──┐                ┌→ done
  └ undone   ├→ sending ──────┼→ waiting ─ due ┐      not made: tried again later
waiting ─────┤      ↑         ├→ looking ─ due ┤      perhaps made: verified
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
    """Where a row stands; the values are stored."""

    HELD = "held"
    """Its author can still undo it; it becomes due when the hold ends."""
    SENDING = "sending"
    """Claimed by a bot, which may be making its call now."""
    WAITING = "waiting"
    """Not made, or taken up again by its author: due for another try."""
    LOOKING = "looking"
    """Perhaps made: due for another look at what LiveAgent has."""
    DONE = "done"
    """LiveAgent has it."""
    UNDONE = "undone"
    """Its author took it back while it was held."""
    ASKS = "asks"
    """Not made: the ticket changed, and its author must confirm."""
    REFUSED = "refused"
    """LiveAgent, or a rule of ours, said no."""
    DOUBTFUL = "doubtful"
    """No telling whether it was made; its author must look."""
    DISCARDED = "discarded"
    """Its author gave it up after it was due."""


UNDER_WAY = frozenset({State.SENDING, State.LOOKING})  # a call may be on its way
ACTIVE_STATES = frozenset({State.HELD, State.SENDING, State.WAITING, State.LOOKING})
AT_THE_AUTHOR = frozenset({State.ASKS, State.REFUSED, State.DOUBTFUL})
ENDED = frozenset({State.DONE, State.UNDONE, State.DISCARDED})


@dataclass(frozen=True, slots=True)
class Row:
    """One submitted operation, as the outbox stores it. Times are seconds since 1970."""

    id: int
    kind: str
    """The kind of its operation; a newer bot on the same database may store others than `Kind`."""
    version: int
    """The version of the operation's stored form."""
    operation: Mapping[str, Any]
    """The operation as JSON; its text is erased once retention ends."""
    ticket_id: str
    """The ticket's id, or its code while a command's ticket has not been read."""
    slack_user: str
    """The author's Slack id."""
    response_url: str
    """Where the answer to the click goes, as it is stored."""
    state: State
    due: float
    """When it can be claimed; while it is being sent, when its lease ends."""
    lease_token: int
    """Counts the claims, and so names the lease that holds the row now."""
    is_uncertain: bool
    """Whether a call was begun whose result is unknown."""
    is_confirmed: bool
    """Whether its author chose *Send anyway*."""
    verify_count: int
    """How often LiveAgent was looked at since the call that may have been made."""
    failures: int
    """How often it was put off; the back-off follows from it."""
    baseline: Mapping[str, Any] | None
    """What there was before the first call; None until one was begun."""
    outcome: Mapping[str, Any] | None
    """What came of it, as `bot.operations.outcome` reads it."""
    notice_channel: str
    """The channel of its notice; "" before the first."""
    notice_ts: str
    """The timestamp of its notice."""
    created: float
    batch: str = ""
    """The bulk action it is part of; "" for none."""
    reference: str = ""
    """The error id of the click or command it came from, in the logs."""
    is_blank: bool = False
    """Whether its text was erased."""
    crashes: int = 0
    """Claims in a row that led to no other state: the bot died, or raised what it must not."""
    is_queued: bool = False
    """Whether its hold is over but another row of its ticket goes first."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What was done from Slack, by whom, with what result. `at` is aware."""

    at: datetime
    kind: str
    slack_user: str
    agent: str
    state: str
    outcome: Mapping[str, Any]
