"""Asks Slack, without posting anything, whether it accepts what the bot shows."""

from bot.checks.context import CheckContext
from bot.checks.result import Result, failed, ok, skipped
from bot.checks.samples import samples
from bot.domain.errors import SlackDoesNotAnswer

SHOWN = 3


async def are_accepted(context: CheckContext) -> Result:
    """Skipped where the server can't tell, unlike Slack's own."""
    refused: list[str] = []
    count = 0
    try:
        user = (await context.slack.identity()).bot_user_id
        for name, sample in samples(user):
            problems = await context.slack.problems_of(sample.to_dict())
            refused += [f"{name}: {problem}" for problem in problems]
            count += 1
    except SlackDoesNotAnswer as error:
        if not refused:
            return skipped(f"Slack does not say what it accepts ({error.why}).")
    if refused:
        more = f"; {len(refused) - SHOWN} more" if len(refused) > SHOWN else ""
        return failed(
            f"Slack would refuse something that the bot shows: {'; '.join(refused[:SHOWN])}{more}.",
            "Look for a newer version of the bot; else please report it as a bug, with this line.",
        )
    return ok(f"all {count} kinds of messages and forms")
