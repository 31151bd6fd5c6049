"""An operation on its way.

```
held ─ due ──┐                ┌→ done
  └ undone   ├→ sending ──────┼→ waiting ─ due ┐      not made: again later
waiting ─────┤      ↑         ├→ looking ─ due ┤      perhaps made: looked for
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
    HELD = "held"
    SENDING = "sending"
    WAITING = "waiting"
    LOOKING = "looking"
    DONE = "done"
    UNDONE = "undone"
    ASKS = "asks"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"
    DISCARDED = "discarded"


UNDER_WAY = frozenset({State.SENDING, State.LOOKING})  # a call may be on its way
ACTIVE_STATES = frozenset({State.HELD, State.SENDING, State.WAITING, State.LOOKING})
AT_THE_AUTHOR = frozenset({State.ASKS, State.REFUSED, State.DOUBTFUL})
ENDED = frozenset({State.DONE, State.UNDONE, State.DISCARDED})


@dataclass(frozen=True, slots=True)
class Row:
    """`attempt` counts the claims, and names the one that holds the row now.

    `breakdowns` counts the claims in a row that brought it to no other state: its bot died, or
    this program stumbled. One that `is_behind` is held no longer, but waits for another of its
    ticket.
    """

    id: int
    kind: str
    version: int
    operation: Mapping[str, Any]
    ticket_id: str
    slack_user: str
    response_url: str
    state: State
    due: float
    attempt: int
    is_doubtful: bool
    is_confirmed: bool
    looks: int
    failures: int
    baseline: Mapping[str, Any] | None
    outcome: Mapping[str, Any] | None
    notice_channel: str
    notice_ts: str
    created: float
    batch: str = ""
    reference: str = ""  # of the click or command that it came of, in the logs
    is_blank: bool = False  # its words were kept long enough
    breakdowns: int = 0
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What was done from Slack, by whom, with what result. `at` is aware."""

    at: datetime
    kind: str
    slack_user: str
    agent: str
    state: str
    outcome: Mapping[str, Any]
