"""Who is in which ticket in LiveAgent now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Agent


class Doing(StrEnum):
    """What an agent does in a ticket, by version 3's letters."""

    VIEWING = "V"
    REPLYING = "J"
    RINGING = "R"
    CALLING = "C"

    @classmethod
    def of(cls, letter: str) -> "Doing":
        """Returns `VIEWING` for unknown letters: the agent is there in any case."""
        known = letter.strip().upper()
        return cls(known) if known in set(cls) else cls.VIEWING


@dataclass(frozen=True, slots=True)
class Active:
    """An agent in a ticket, named by any of their ids. `since` is None if LiveAgent doesn't say."""

    agent_id: str
    ticket_id: str
    doing: Doing
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Who was in which tickets at `seen`."""

    agents: Sequence[Active]
    seen: datetime

    def of_others(self, ticket_id: str, reader: Agent) -> "Activity":
        """Returns who else was in this ticket."""
        return self.among([ticket_id], reader)

    def among(self, ticket_ids: Collection[str], reader: Agent) -> "Activity":
        """Returns who else was in these tickets."""
        return Activity(
            [
                each
                for each in self.agents
                if each.ticket_id in ticket_ids and not reader.is_named(each.agent_id)
            ],
            self.seen,
        )


@dataclass(frozen=True, slots=True)
class Present:
    """Who else is in the tickets of a list, and all agents, to look up names."""

    activity: Activity
    agents: Sequence[Agent]
