"""Permissions. The API key sees the whole account, so the bot enforces them itself."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.errors import (
    CustomerIsAgent,
    DepartmentOutOfBounds,
    NotAMember,
    NotAnAgent,
    OutOfBounds,
)
from bot.domain.people import Agent, SlackUser
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import Directory

FindAgent = Callable[[str], Awaitable[Agent | None]]
FindMembers = Callable[[str], Awaitable[Sequence[Agent]]]


async def agent_of(user: SlackUser, find_agent: FindAgent) -> Agent:
    """Returns the user's LiveAgent agent; `find_agent` is `Directory.agent` or `agent_now`.

    Raises:
        NotAMember: the user is not a full member of this workspace with a confirmed address.
        NotAnAgent: LiveAgent has no agent with that address.

    """
    if user.outsider:
        raise NotAMember(user.outsider)
    agent = await find_agent(user.email) if user.email else None
    if agent is None:
        raise NotAnAgent(user.email)
    return agent


async def check_may_read(agent: Agent, ticket: Ticket, find_members: FindMembers) -> None:
    """Raises `OutOfBounds` unless the agent may read it: by department, by assignment, or as admin.

    `find_members` is `Directory.members` or `members_now`.
    """
    if not (
        agent.is_named(ticket.assignee_id)
        or await _may_work_in(agent, ticket.department.id, find_members)
    ):
        raise OutOfBounds


async def check_may_work_in(agent: Agent, department_id: str, find_members: FindMembers) -> None:
    """Raises `DepartmentOutOfBounds` unless the department is the agent's or they see all."""
    if not await _may_work_in(agent, department_id, find_members):
        raise DepartmentOutOfBounds


async def check_is_customer(address: str, directory: Directory) -> None:
    """Raises `CustomerIsAgent` if LiveAgent would take the request for an agent's message."""
    if any(agent.is_named(address) for agent in await directory.agents()):
        raise CustomerIsAgent


async def _may_work_in(agent: Agent, department_id: str, find_members: FindMembers) -> bool:
    return agent.sees_every_department or await belongs_to(agent, department_id, find_members)


async def belongs_to(agent: Agent, department_id: str, find_members: FindMembers) -> bool:
    """Whether the agent is a member of the department."""
    return bool(department_id) and agent.is_among(await find_members(department_id))
