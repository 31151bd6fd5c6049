"""Who may read what. The API key sees the whole account, so the bounds are kept here."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.errors import NotAMember, NotAnAgent, OutOfBounds, WordsOfAnAgent
from bot.domain.people import Agent, SlackUser
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Directory

FindAgent = Callable[[str], Awaitable[Agent | None]]
FindMembers = Callable[[str], Awaitable[Sequence[Agent]]]


async def agent_behind(user: SlackUser, find_agent: FindAgent) -> Agent:
    """The LiveAgent agent who clicked; `find_agent` is one of the directory's two ways.

    Raises:
        NotAMember: no full member of this workspace with a confirmed address.
        NotAnAgent: LiveAgent has no agent of that address.

    """
    if user.outsider:
        raise NotAMember(user.outsider)
    agent = await find_agent(user.email) if user.email else None
    if agent is None:
        raise NotAnAgent(user.email)
    return agent


async def check_may_read(agent: Agent, ticket: Ticket, find_members: FindMembers) -> None:
    """Raises `OutOfBounds` unless it is theirs, of their departments, or they see everything.

    `find_members` is one of the directory's two ways, as in what follows.
    """
    if not agent.is_named(ticket.assignee_id):
        await check_may_work_in(agent, ticket.department.id, find_members)


async def check_may_work_in(agent: Agent, department_id: str, find_members: FindMembers) -> None:
    """Raises `OutOfBounds` unless it is one of their departments, or they see everything."""
    if not (agent.sees_every_department or await belongs_to(agent, department_id, find_members)):
        raise OutOfBounds


async def check_is_customer(address: str, directory: Directory) -> None:
    """Raises `WordsOfAnAgent` where LiveAgent would take what they ask for an agent's words."""
    if any(agent.is_named(address) for agent in await directory.agents()):
        raise WordsOfAnAgent


async def belongs_to(agent: Agent, department_id: str, find_members: FindMembers) -> bool:
    """Whether the agent works in the department."""
    return bool(department_id) and agent.is_among(await find_members(department_id))
