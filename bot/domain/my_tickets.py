"""*My tickets*: who gets direct messages about tickets assigned to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from math import inf

from bot.domain.calendar import Hours
from bot.domain.changes import Change, What
from bot.domain.people import Agent
from bot.domain.ticket import Status

PING_SECONDS = 15 * 60.0  # at least, between two new messages about one ticket


class Mode(StrEnum):
    """When they get messages; the values are stored."""

    OFF = "off"
    HOURS = "hours"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class MyTicketsChoice:
    """A person's choice. `agent_id` is theirs in LiveAgent.

    `channel` is that of their direct messages with the bot, "" until known. `was_asked`: whether
    they have chosen, so that the offer is not repeated.
    """

    slack_user: str
    agent_id: str = ""
    mode: Mode = Mode.OFF
    hours: Hours = field(default_factory=Hours)
    channel: str = ""
    was_asked: bool = True

    def wait(self, now: datetime, zone: str) -> float:
        """Returns for how many seconds they must not get messages."""
        return self.hours.wait(now, zone) if self.mode is Mode.HOURS else 0.0


class Effect(StrEnum):
    """What a change means for the person whose ticket it is."""

    ANSWER = "answer"
    ASSIGNED = "assigned"
    LATE = "late"
    """It is part of a summary."""
    OVER = "over"
    """Nothing is left to report: they have acted, or somebody else has the ticket."""


_ACTS = frozenset(
    {
        What.AGENT_REPLIED,
        What.NOTED,
        What.RESOLVED,
        What.STATUS_CHANGED,
        What.TRANSFERRED,
    }
)
_ENDS = frozenset({What.RESOLVED, What.DELETED})


def effect_of(change: Change, agent: Agent, slack_user: str) -> Effect | None:
    """Returns what the change means for an agent, None for nothing."""
    is_own = change.by == slack_user if change.by else agent.is_named(change.who)
    has_it = agent.is_named(change.assignee_id or "")
    if change.what is What.ASSIGNED and not agent.is_named(change.after):
        return Effect.OVER
    if change.what is What.ASSIGNED and is_own:
        return None  # what its customer wrote meanwhile still counts
    if (is_own and change.what in _ACTS) or change.what in _ENDS:
        return Effect.OVER
    if not has_it:
        return None
    if change.is_late:
        is_answer = change.what is What.STATUS_CHANGED and change.after == Status.OPEN
        is_news = is_answer or change.what in {What.CUSTOMER_WROTE, What.ASSIGNED}
        return Effect.LATE if is_news else None
    return _NEWS.get(change.what)


_NEWS: Mapping[What, Effect] = {
    What.CUSTOMER_WROTE: Effect.ANSWER,
    What.ASSIGNED: Effect.ASSIGNED,
}


@dataclass(frozen=True, slots=True)
class News:
    """A person's unhandled changes of a ticket, and the message that shows them.

    Without a `ticket_id` it is a summary, of `answers` changes. `assigned_by` is the id of a Slack
    user, if it was done with this bot, else of an agent, or "". `change_id` is the last change that
    counts. `ts` is the message's, "" for none. `since_ping` and `age` are the seconds since the
    last new message, and since the last change. `posting` identifies a post that may have been
    made. `failures` counts how often the ticket could not be read.
    """

    ticket_id: str
    code: str = ""
    answers: int = 0
    is_assigned: bool = False
    assigned_by: str = ""
    change_id: int = 0
    ts: str = ""
    since_ping: float = inf
    age: float = 0.0
    wants_ping: bool = False
    posting: str = ""
    failures: int = 0

    @property
    def is_unread(self) -> bool:
        return self.answers > 0 or self.is_assigned

    @property
    def may_ping(self) -> bool:
        return self.since_ping >= PING_SECONDS

    @property
    def is_ping(self) -> bool:
        """Whether it deserves a new message once one is allowed.

        Changes that waited long, such as for working hours, do.
        """
        is_new = self.wants_ping or not self.ts or self.age >= PING_SECONDS
        return self.is_unread and is_new

    def read(self) -> "News":
        """Returns it after the person has handled the ticket."""
        return replace(self, answers=0, is_assigned=False, assigned_by="", wants_ping=False)

    def after(self, change: Change, effect: Effect) -> "News":
        """Returns it with a further change; one that already counts has no effect."""
        if change.id <= self.change_id:
            return self
        now = replace(self, change_id=change.id, code=change.code or self.code)
        if effect is Effect.OVER:
            return now.read()
        wants_ping = self.wants_ping or not self.is_unread or self.may_ping
        if effect is Effect.ASSIGNED:
            by = change.by or change.who
            return replace(now, is_assigned=True, assigned_by=by, wants_ping=wants_ping)
        return replace(now, answers=self.answers + 1, wants_ping=wants_ping)
