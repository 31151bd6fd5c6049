"""Finds the department or agent that was typed as the target of a transfer."""

from bot.domain.people import Agent, Department
from bot.domain.ref import unescape
from bot.domain.spelling import folded
from handlers.dispatch.context import Context
from handlers.dispatch.message_text import USER_MENTION

TransferTarget = tuple[Department, Agent | None]


async def find_transfer_target(
    context: Context, wanted: str, current: Department
) -> TransferTarget | None:
    """Finds a department by name or its beginning, or an agent by mention, name or address.

    `wanted` is as Slack sent it, with its markup. The ticket stays in the `current` department if
    the agent belongs to it.
    """
    if not wanted:
        return None
    directory = context.services.desk.directory
    departments = await directory.departments()
    name = folded(unescape(wanted))
    for department in sorted(departments, key=lambda each: folded(each.name) != name):
        if folded(department.name).startswith(name):
            return department, None
    agent = await _find_agent(context, wanted)
    if agent is None:
        return None
    here = (await directory.departments_of(agent, {current.id})).departments
    if found := here or (await directory.departments_of(agent)).departments:
        return found[0], agent
    return None


async def _find_agent(context: Context, wanted: str) -> Agent | None:
    directory = context.services.desk.directory
    if mention := USER_MENTION.fullmatch(wanted):
        user = await context.services.people.find(mention["user_id"])
        return await directory.agent(user.email) if user.email else None
    name = folded(unescape(wanted)).lstrip("@ ")
    if not name:
        return None
    agents = await directory.agents()
    return next((each for each in agents if name in {folded(each.name), folded(each.email)}), None)
