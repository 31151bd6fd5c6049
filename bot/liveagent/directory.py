"""Caches rarely changing data: departments and members, tags, agents, saved answers."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.cache import Cache
from bot.domain.answers import PredefinedAnswer
from bot.domain.clock import MACHINE, Clock
from bot.domain.errors import NotApplied, OutcomeUnknown, Refused
from bot.domain.people import Agent, Agents, Department, OwnDepartments, Tag
from bot.liveagent.client import LiveAgent
from bot.liveagent.memberships import Memberships

LIST_SECONDS = 300.0
AGENT_SECONDS = 60.0
_ALL = ""

V = TypeVar("V")


class CachedDirectory:
    """The desk's `Directory`.

    If LiveAgent does not answer, the last good values are used for up to a quarter of an hour.
    """

    def __init__(self, liveagent: LiveAgent, *, clock: Clock = MACHINE) -> None:
        def kept(
            load: Callable[[str], Awaitable[V]], seconds: float, *, is_behind: bool = True
        ) -> Cache[str, V]:
            outages, timer = (NotApplied, OutcomeUnknown), clock.monotonic
            return Cache(load, seconds=seconds, outages=outages, timer=timer, is_behind=is_behind)

        self._liveagent = liveagent
        self._departments = kept(lambda _: liveagent.departments(), LIST_SECONDS)
        self._members = Memberships(liveagent.members, liveagent.in_background().members, clock)
        self._agents = kept(lambda _: self._read_agents(), LIST_SECONDS)
        self._tags = kept(lambda _: liveagent.tags(), LIST_SECONDS)
        self._answers = kept(lambda _: liveagent.predefined_answers(), LIST_SECONDS)
        self._agent = kept(self._find_agent, AGENT_SECONDS, is_behind=False)
        self._found_by_address = set[str]()

    async def agent(self, email: str) -> Agent | None:
        return self._with_powers(await self._agent.get(email.strip().casefold()))

    async def agent_now(self, email: str) -> Agent | None:
        key = email.strip().casefold()
        found = await self._find_agent(key, is_fresh=True)
        self._agent.put(key, found)
        return self._with_powers(found)

    def known_agent(self, email: str) -> Agent | None:
        return self._with_powers(self._agent.known(email.strip().casefold()))

    async def agents(self) -> Sequence[Agent]:
        return await self._agents.get(_ALL)

    async def departments(self) -> Sequence[Department]:
        return await self._departments.get(_ALL)

    async def members(self, department_id: str) -> Sequence[Agent]:
        return await self._members.of(department_id)

    async def members_now(self, department_id: str) -> Sequence[Agent]:
        return await self._members.now(department_id)

    async def departments_of(
        self, agent: Agent, among: Collection[str] | None = None
    ) -> OwnDepartments:
        asked = [one for one in await self.departments() if among is None or one.id in among]
        known = await self._members.known([each.id for each in asked])
        own = [each for each in asked if agent.is_among(known.get(each.id, ()))]
        return OwnDepartments(own, is_complete=len(known) == len(asked))

    async def read_ahead(self) -> None:
        """Reads departments' members, one call at a time; to be called every two seconds."""
        await self._members.read_ahead(self.departments)

    async def tags(self) -> Sequence[Tag]:
        return await self._tags.get(_ALL)

    async def tags_now(self) -> Sequence[Tag]:
        found = await self._liveagent.tags()
        self._tags.put(_ALL, found)
        return found

    async def predefined_answers(self) -> Sequence[PredefinedAnswer]:
        return await self._answers.get(_ALL)

    def _with_powers(self, agent: Agent | None) -> Agent | None:
        """Adds what the bot's keys can do for the agent now."""
        postpones, marks_spam = self._liveagent.can_postpone, self._liveagent.can_mark_spam
        if agent is None or not (postpones or marks_spam):
            return agent
        return replace(agent, can_postpone=postpones, can_mark_spam=marks_spam)

    async def _read_agents(self) -> Agents:
        """Returns all departments' members if the server has no list of agents.

        Raises `Refused` then, too, if not all departments are known yet: somebody who is left out
        would count as a customer.
        """
        try:
            return Agents(await self._liveagent.agents())
        except Refused:
            ids = [each.id for each in await self.departments()]
            known = await self._members.known(ids)
            if len(known) < len(ids):
                raise
            found = {agent.id: agent for members in known.values() for agent in members}
            return Agents([*found.values()])

    async def _find_agent(self, email: str, *, is_fresh: bool = False) -> Agent | None:
        """Searches the lists if a server truncates addresses, so it refuses or errs.

        An agent who was found by address before may have been removed, but still be in lists that
        are some minutes old.
        """
        try:
            found = await self._liveagent.agent(email)
        except Refused:
            is_fresh = is_fresh or email in self._found_by_address
            return await self._find_in_lists(email, is_fresh=is_fresh)
        if _has_email(found, email):
            self._found_by_address.add(email)
            return found
        return await self._find_in_lists(email, is_fresh=is_fresh)

    async def _find_in_lists(self, email: str, *, is_fresh: bool) -> Agent | None:
        """With `is_fresh` reads the lists again, so that recently removed agents are not found."""
        try:
            agents = await (self._liveagent.agents() if is_fresh else self.agents())
        except Refused:  # some servers have no such list
            agents = ()
        listed = _named(agents, email) or await self._find_in_departments(email, is_fresh=is_fresh)
        return listed and await self._completed(listed)

    async def _find_in_departments(self, email: str, *, is_fresh: bool) -> Agent | None:
        """Raises `NotApplied` if too few departments are known yet."""
        ids = [each.id for each in await self.departments()]
        known = await self._members.known(ids)
        holding = next((each for each in known if _named(known[each], email)), None)
        if holding is None:
            if len(known) < len(ids):
                raise NotApplied("GET departments/{id}/agents", "not all of them are read yet")
            return None
        members = await self.members_now(holding) if is_fresh else known[holding]
        return _named(members, email)

    async def _completed(self, listed: Agent) -> Agent:
        """Adds the role and the contact id, which lists lack.

        Agents who can't be read by id count as plain agents.
        """
        try:
            found = await self._liveagent.agent(listed.id)
        except Refused:
            return listed
        contact_id = found.contact_id or listed.contact_id
        return replace(listed, role=found.role, contact_id=contact_id)


def _has_email(agent: Agent, email: str) -> bool:
    return agent.email.casefold() == email


def _named(agents: Sequence[Agent], email: str) -> Agent | None:
    return next((each for each in agents if _has_email(each, email)), None)
