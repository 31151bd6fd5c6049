"""The author of an operation, whose permissions are read again before delivery."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

from bot.cache import Cache
from bot.desk import policy
from bot.desk.policy import FindMembers
from bot.domain.clock import Clock
from bot.domain.errors import NotAMember
from bot.domain.outbox import Row
from bot.domain.people import Agent, SlackUser
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Directory

BATCH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Author:
    """The agent behind a row. Each method raises `NotAllowed`, and asks LiveAgent only once.

    So where a slow answer makes the ticket old, the ticket alone is read again. An agent whom a
    department's list contains under the same address is confirmed by that one call. `known` is the
    agent as last read. Admins are always read by address, since the list has no roles.
    """

    known: Agent | None
    ask: Callable[[], Awaitable[Agent]]
    members: FindMembers

    async def on(self, ticket: Ticket) -> Agent:
        """Returns the agent, who is allowed to read the ticket."""
        known, place = self.known, ticket.department.id
        if known and not known.is_named(ticket.assignee_id) and await self._is_in(place, known):
            return known
        agent = await self.ask()
        await policy.check_may_read(agent, ticket, self.members)
        return agent

    async def in_department(self, department_id: str) -> Agent:
        """Returns the agent, who is allowed to work in the department."""
        if self.known and await self._is_in(department_id, self.known):
            return self.known
        agent = await self.ask()
        await policy.check_may_work_in(agent, department_id, self.members)
        return agent

    async def _is_in(self, department_id: str, known: Agent) -> bool:
        """Whether the department's list contains the agent, who then need not be read."""
        if known.sees_every_department or not department_id:
            return False
        return _lists(await self.members(department_id), known)


class Authors:
    """Finds the authors of rows; within a bulk action each is read once per `BATCH_SECONDS`."""

    def __init__(
        self,
        find_user: Callable[[str], Awaitable[SlackUser]],
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._find_user = find_user
        self._directory = directory
        self._agents: Cache[tuple[str, str], Agent] = Cache(
            lambda key: self._ask(key[1]), seconds=BATCH_SECONDS, timer=clock.monotonic
        )
        self._members: Cache[tuple[str, str], Sequence[Agent]] = Cache(
            lambda key: directory.members_now(key[1]), seconds=BATCH_SECONDS, timer=clock.monotonic
        )

    async def of(self, row: Row) -> Author:
        """Raises `NotAMember` and `SlackDoesNotAnswer`."""
        user = await self._find_user(row.slack_user)
        if user.outsider:
            raise NotAMember(user.outsider)
        ask, members = self._lookups(row.batch)
        return Author(
            self._directory.known_agent(user.email),
            partial(Cache(ask, seconds=inf).get, user.id),
            Cache(members, seconds=inf).get,
        )

    def _lookups(self, batch: str) -> tuple[Callable[[str], Awaitable[Agent]], FindMembers]:
        if not batch:
            return self._ask, self._directory.members_now
        return (
            lambda slack_user: self._agents.get((batch, slack_user)),
            lambda department_id: self._members.get((batch, department_id)),
        )

    async def _ask(self, slack_user: str) -> Agent:
        user = await self._find_user(slack_user)
        return await policy.agent_of(user, self._directory.agent_now)


def _lists(members: Sequence[Agent], agent: Agent) -> bool:
    return any(
        each.id == agent.id and each.email.casefold() == agent.email.casefold() for each in members
    )
