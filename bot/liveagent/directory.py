"""What changes seldom, kept for a while: departments and who belongs to them, tags, agents."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.cache import Cache
from bot.domain.errors import KeyRefused, NotMade, PerhapsMade, Refused
from bot.domain.people import Agent, Department, Tag
from bot.liveagent.client import LiveAgent

LIST_SECONDS = 300.0
AGENT_SECONDS = 60.0
_ALL = ""

V = TypeVar("V")


class CachedDirectory:
    """The `Directory` of the desk. While LiveAgent does not answer, the last good values stand."""

    def __init__(
        self, liveagent: LiveAgent, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        def kept(load: Callable[[str], Awaitable[V]], seconds: float) -> Cache[str, V]:
            return Cache(load, seconds=seconds, outages=(NotMade, PerhapsMade), timer=timer)

        self._liveagent = liveagent
        self._departments = kept(lambda _: liveagent.departments(), LIST_SECONDS)
        self._members = kept(liveagent.members, LIST_SECONDS)
        self._agents = kept(lambda _: liveagent.agents(), LIST_SECONDS)
        self._tags = kept(lambda _: liveagent.tags(), LIST_SECONDS)
        self._agent = kept(self._find_agent, AGENT_SECONDS)

    async def agent(self, email: str) -> Agent | None:
        return await self._agent.get(email.strip().casefold())

    async def agent_now(self, email: str) -> Agent | None:
        return await self._find_agent(email.strip().casefold(), is_fresh=True)

    async def agents(self) -> Sequence[Agent]:
        return await self._agents.get(_ALL)

    async def departments(self) -> Sequence[Department]:
        return await self._departments.get(_ALL)

    async def members(self, department_id: str) -> Sequence[Agent]:
        return await self._members.get(department_id)

    async def tags(self) -> Sequence[Tag]:
        return await self._tags.get(_ALL)

    async def _find_agent(self, email: str, *, is_fresh: bool = False) -> Agent | None:
        """Servers that cut addresses in the path refuse, or answer with somebody else."""
        try:
            found = await self._liveagent.agent(email)
        except KeyRefused:
            raise
        except Refused:
            return await self._find_in_lists(email, is_fresh=is_fresh)
        return found if _has(found, email) else await self._find_in_lists(email, is_fresh=is_fresh)

    async def _find_in_lists(self, email: str, *, is_fresh: bool) -> Agent | None:
        """`is_fresh` asks anew: whoever was removed a minute ago is in no list any more."""
        lists: CachedDirectory | LiveAgent = self._liveagent if is_fresh else self
        listed = next((each for each in await lists.agents() if _has(each, email)), None)
        if listed is None:
            for department in await lists.departments():
                members = await lists.members(department.id)
                if listed := next((each for each in members if _has(each, email)), None):
                    break
        return listed and await self._with_role(listed)

    async def _with_role(self, listed: Agent) -> Agent:
        """Lists don't tell the role; who can't be read by id is held to be a plain agent."""
        try:
            found = await self._liveagent.agent(listed.id)
        except KeyRefused:
            raise
        except Refused:
            return listed
        return replace(listed, role=found.role)


def _has(agent: Agent, email: str) -> bool:
    return agent.email.casefold() == email
