"""Which agents could use the bot."""

from bot.doctor.finding import Finding, ok, skipped, warning
from bot.domain.errors import LiveAgentError, SlackDoesNotAnswer
from bot.liveagent.client import LiveAgent
from bot.settings import Settings
from bot.slack.inspection import Inspection

CHECK = "agents"
MOST_NAMED = 20


async def examine_people(
    settings: Settings, inspection: Inspection, liveagent: LiveAgent
) -> Finding:
    """By address, as the bot finds them."""
    token = settings.slack_bot_token.get_secret_value()
    try:
        team = (await inspection.who_is(token)).team_id
        members = await inspection.members(token, team)
        agents = await liveagent.agents()
    except (SlackDoesNotAnswer, LiveAgentError) as error:
        return skipped(CHECK, f"Slack's members and LiveAgent's agents are not compared: {error}.")
    known = {user.email.casefold() for user in members if user.outsider is None}
    nobody = [each for each in agents if each.email.casefold() not in known]
    found = len(agents) - len(nobody)
    if not nobody:
        return ok(CHECK, f"All {found} agents have a member in Slack.")
    named = ", ".join(f"{each.name} <{each.email}>" for each in nobody[:MOST_NAMED])
    more = f" and {len(nobody) - MOST_NAMED} more" if len(nobody) > MOST_NAMED else ""
    return warning(
        CHECK,
        f"{found} of {len(agents)} agents have a member in Slack. Not: {named}{more}.",
        "They can't use the bot before their address in Slack is the one in LiveAgent.",
    )
