"""Finds the department or agent that was typed as the target of a transfer."""

import re

from bot.domain.people import Agent, Department
from bot.domain.ref import unescape
from bot.domain.spelling import folded, nearest
from handlers.dispatch.context import Context
from handlers.dispatch.message_text import USER_MENTION

_LEADING_TO = re.compile(r"^to\s+", re.IGNORECASE)
TransferTarget = tuple[Department, Agent | None]


async def find_transfer_target(
    context: Context, wanted: str, current: Department
) -> TransferTarget | None:
    """Finds a department by name or its beginning, or an agent by mention, name or address.

    A first or last name is enough if no other agent has it. `wanted` is as Slack sent it, with its
    markup. The ticket stays in the `current` department if the agent belongs to it.
    """
    wanted = _without_to(wanted)
    if not wanted:
        return None
    directory = context.services.desk.directory
    if department := await _find_department(context, wanted):
        return department, None
    agent = await _find_agent(context, wanted)
    if agent is None:
        return None
    here = (await directory.departments_of(agent, {current.id})).departments
    if found := here or (await directory.departments_of(agent)).departments:
        return found[0], agent
    return None


async def is_transfer_target(context: Context, wanted: str) -> bool:
    """Whether the words name a department or an agent, as `find_transfer_target` reads them."""
    wanted = _without_to(wanted)
    return bool(await _find_department(context, wanted) or await _find_agent(context, wanted))


async def nearest_department(context: Context, wanted: str) -> Department | None:
    """Returns the department whose name is probably meant, though misspelt."""
    departments = await context.services.desk.directory.departments()
    by_name = {folded(each.name): each for each in departments}
    near = nearest(folded(unescape(_without_to(wanted))), by_name)
    return by_name[near] if near else None


def _without_to(wanted: str) -> str:
    return _LEADING_TO.sub("", wanted.strip())


async def _find_department(context: Context, wanted: str) -> Department | None:
    departments = await context.services.desk.directory.departments()
    name = folded(unescape(wanted))
    found = [each for each in departments if folded(each.name).startswith(name)]
    return min(found, key=lambda each: folded(each.name) != name, default=None)


async def _find_agent(context: Context, wanted: str) -> Agent | None:
    directory = context.services.desk.directory
    if mention := USER_MENTION.fullmatch(wanted):
        user = await context.services.people.find(mention["user_id"])
        return await directory.agent(user.email) if user.email else None
    name = folded(unescape(wanted)).lstrip("@ ")
    if not name:
        return None
    agents = await directory.agents()
    exact = [each for each in agents if name in {folded(each.name), folded(each.email)}]
    by_part = [each for each in agents if name in folded(each.name).split()]
    if exact or len(by_part) == 1:
        return (exact or by_part)[0]
    return None
