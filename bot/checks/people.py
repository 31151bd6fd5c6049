"""Checks that agents have a Slack user with the same address; others can't use the bot."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from bot.checks.context import CheckContext
from bot.checks.result import Result, failed, ok, skipped, warning
from bot.domain.errors import AnyRefusal, LiveAgentError, Outsider, SlackDoesNotAnswer
from bot.domain.people import Agent, SlackUser
from bot.slack.people import read_user

SHOWN = 50
_WHY = {
    Outsider.ANOTHER_WORKSPACE: "of another workspace",
    Outsider.BOT: "a bot in Slack",
    Outsider.DEACTIVATED: "deactivated in Slack",
    Outsider.GUEST: "a guest in Slack",
    Outsider.UNCONFIRMED: "address not confirmed in Slack",
}


async def are_in_slack(context: CheckContext) -> Result:
    try:
        agents = await _agents(context)
        members = await _members(context)
    except LiveAgentError as error:
        return skipped(f"LiveAgent does not list its agents ({error}).")
    except SlackDoesNotAnswer as error:
        return skipped(f"Slack does not list its members ({error.why}).")
    if not agents:
        return failed(
            "LiveAgent lists no agents: nobody could use the bot.", "Add agents in LiveAgent."
        )
    if not members:
        return skipped("Slack does not return members' addresses: see slack-scopes.")
    return _judge(agents, members)


def _judge(agents: Sequence[Agent], members: Mapping[str, SlackUser]) -> Result:
    without = [problem for agent in agents if (problem := _trouble(agent, members))]
    known = len(agents) - len(without)
    if not without:
        return ok(f"all {len(agents)} agents have a Slack user")
    rest = f" and {len(without) - SHOWN} more" if len(without) > SHOWN else ""
    message = f"{known} of {len(agents)} agents can use the bot; not: "
    message += f"{', '.join(without[:SHOWN])}{rest}."
    advice = (
        "Everyone who uses it needs the same address in LiveAgent and in Slack, as a full member "
        "of this workspace."
    )
    return warning(message, advice) if known else failed(message, advice)


def _trouble(agent: Agent, members: Mapping[str, SlackUser]) -> str:
    """Returns the agent and the reason, or "" if they can use the bot."""
    member = members.get(agent.email.casefold())
    if member is None:
        return f"{agent.email or agent.name} (no Slack user)"
    return f"{agent.email} ({_WHY[member.outsider]})" if member.outsider else ""


async def _agents(context: CheckContext) -> Sequence[Agent]:
    """Returns agents as the bot finds them: in the list of all, or among departments' members."""
    liveagent = context.liveagent
    found: dict[str, Agent] = {}
    with suppress(AnyRefusal):  # some servers have no such list
        found = {agent.id: agent for agent in await liveagent.agents()}
    if not found or any("@" not in agent.email for agent in found.values()):
        for department in await liveagent.departments():
            found |= {agent.id: agent for agent in await liveagent.members(department.id)}
    return list(found.values())


async def _members(context: CheckContext) -> Mapping[str, SlackUser]:
    """Returns users by address; of two with the same address, the one who counts as a member."""
    team = (await context.slack.identity()).team_id
    found: dict[str, SlackUser] = {}
    async for info in context.slack.members():
        user = read_user(info, team)
        address = user.email.casefold()
        if address and (address not in found or found[address].outsider):
            found[address] = user
    return found
