"""People, departments and tags in Slack and LiveAgent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import overload

from bot.domain.errors import DepartmentOutOfBounds, Outsider


class Role(StrEnum):
    """An agent's role, by LiveAgent's letters."""

    ADMIN = "D"
    AGENT = "A"
    OWNER = "O"


@dataclass(frozen=True, slots=True)
class Agent:
    """A LiveAgent agent. Messages name their author by `id` or by `contact_id`."""

    id: str
    email: str
    name: str
    role: Role = Role.AGENT
    contact_id: str = ""
    is_online: bool | None = None
    """As of the last reading of the list; None if LiveAgent does not say."""
    can_postpone: bool = False
    """Whether the bot's key of version 3 may postpone tickets for them."""
    can_mark_spam: bool = False
    """Whether the bot's key of version 3 may mark tickets as spam for them."""
    can_get_files: bool = False
    """Whether the bot may send files of tickets to them in Slack."""

    @property
    def sees_every_department(self) -> bool:
        return self.role in {Role.ADMIN, Role.OWNER}

    def is_named(self, identifier: str) -> bool:
        """Whether the identifier is this agent's id, contact id or e-mail address."""
        if not identifier:
            return False
        return identifier in {self.id, self.contact_id} or (
            identifier.casefold() == self.email.casefold()
        )

    def is_among(self, agents: Sequence["Agent"]) -> bool:
        names = (self.id, self.contact_id, self.email)
        return any(Agents.of(agents).named(each) for each in names)


class Agents(Sequence[Agent]):
    """Agents indexed by identifier, because an account may have thousands of them."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self._agents = tuple(agents)
        self._by_name: dict[str, Agent] = {}
        for agent in self._agents:
            for name in (agent.id, agent.contact_id, agent.email.casefold()):
                self._by_name.setdefault(name, agent)

    @classmethod
    def of(cls, agents: Sequence[Agent]) -> "Agents":
        return agents if isinstance(agents, cls) else cls(agents)

    def __len__(self) -> int:
        return len(self._agents)

    @overload
    def __getitem__(self, place: int) -> Agent: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Agent]: ...

    def __getitem__(self, place: int | slice) -> Agent | Sequence[Agent]:
        return self._agents[place]

    def named(self, identifier: str) -> Agent | None:
        """Returns the agent with this id, contact id or e-mail address."""
        if not identifier:
            return None
        return self._by_name.get(identifier) or self._by_name.get(identifier.casefold())


@dataclass(frozen=True, slots=True)
class Department:
    id: str
    name: str


@dataclass(frozen=True)  # without slots, which keep no cached property
class OwnDepartments:
    """The departments of an agent; without `is_complete`, only those known so far."""

    departments: Sequence[Department]
    is_complete: bool = True

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(each.id for each in self.departments)

    def restrict(self, wanted: Mapping[str, str]) -> Mapping[str, str]:
        """Returns the `wanted` ones among them (all if none are given), as names by id.

        Raises `DepartmentOutOfBounds` if none is left.
        """
        names = {each.id: each.name for each in self.departments}
        kept = {each: names[each] for each in wanted or names if each in names}
        if not kept:
            raise DepartmentOutOfBounds
        return kept


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SlackUser:
    """A Slack user. `outsider` says why they don't count as a member; None if they do."""

    id: str
    email: str
    locale: str
    zone: str
    name: str = ""
    outsider: Outsider | None = None


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A Slack user who has had a form open for this many `seconds`."""

    slack_user: str
    seconds: float
