"""Choices for *My tickets*, and the changes that concern each person."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import ColumnElement

from bot.desk.commits import Commits
from bot.desk.tickets import TicketDesk
from bot.domain.calendar import Hours
from bot.domain.changes import Change
from bot.domain.my_tickets import Effect, Mode, MyTicketsChoice, effect_of
from bot.domain.people import Agent, Agents, SlackUser
from bot.domain.ticket_system import Directory
from bot.storage.my_tickets_choices import IS_ANY_ACTIVE, MyTicketsChoices
from bot.storage.ticket_news import TicketNews


@dataclass(frozen=True, slots=True)
class MyTickets:
    """People's choices. Users are given by Slack id. Raises `NotAllowed` for non-agents.

    `hasten` makes the watch poll soon.
    """

    _desk: TicketDesk
    _choices: MyTicketsChoices
    _find_user: Callable[[str], Awaitable[SlackUser]]
    _hasten: Callable[[], None]
    _commits: Commits

    async def of(self, user_id: str) -> MyTicketsChoice:
        return await self._choices.of(user_id)

    async def choose(
        self, user_id: str, *, mode: Mode | None = None, hours: Hours | None = None
    ) -> MyTicketsChoice:
        """Stores the choices that are given, and keeps the others.

        Raises `NotStored` or `CommitOutcomeUnknown` if they were not on disk in time.
        """
        actor = await self._desk.actor(await self._find_user(user_id))
        find = partial(self._choices.find, user_id)
        before = await self._commits.wait_for(find, key=f"find {user_id}")
        mode, hours = mode or before.mode, hours or before.hours
        chosen = replace(before, agent_id=actor.id, mode=mode, hours=hours)
        choose = partial(self._choices.choose, chosen)
        await self._commits.wait_for(choose, key=f"my tickets {user_id}")
        self._hasten()
        return chosen

    async def recognize(self, user_id: str, agent: Agent) -> None:
        await self._choices.recognize(user_id, agent.id)

    async def remember_channel(self, user_id: str, channel: str) -> None:
        """Stores the channel of their direct messages, in which posts are looked for."""
        await self._choices.remember_channel(user_id, channel)


@dataclass(frozen=True, slots=True)
class MyTicketsSubscriber:
    """Stores the changes that people will be notified of."""

    choices: MyTicketsChoices
    news: TicketNews
    directory: Directory
    name: str = "my_tickets"
    is_wanted: ColumnElement[bool] = IS_ANY_ACTIVE
    needs_events: bool = True

    async def handle(self, changes: Sequence[Change]) -> None:
        people = {each.agent_id: each for each in await self.choices.active()}
        agents = Agents.of(await self.directory.agents())
        pending = list[tuple[str, Change, Effect]]()
        for change in changes:
            for agent, person in _concerned(change, people, agents):
                if effect := effect_of(change, agent, person.slack_user):
                    pending.append((person.slack_user, change, effect))
        if pending:
            await self.news.add(pending)


def _concerned(
    change: Change, people: Mapping[str, MyTicketsChoice], agents: Agents
) -> Sequence[tuple[Agent, MyTicketsChoice]]:
    """Returns the subscribed people who have or had the ticket, or made the change."""
    names = (change.assignee_id or "", change.before, change.after, change.who)
    found = {agent.id: agent for name in names if (agent := agents.named(name))}
    return [(agent, people[each]) for each, agent in found.items() if each in people]
