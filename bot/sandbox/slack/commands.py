"""Slash commands."""

from bot.sandbox.slack import payloads
from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.delivery import Envelope
from bot.sandbox.slack.encode import Names, as_command_text
from bot.sandbox.slack.limits import refusal_of_message
from bot.sandbox.slack.people import User
from bot.sandbox.slack.wire import Json
from bot.sandbox.slack.workspace import Workspace


async def give_command(
    slack: Workspace, user: User, channel: Channel, typed: str, *, thread: str = ""
) -> None:
    """Returns when the app acknowledges or the time is up."""
    name, text = (*typed.split(maxsplit=1), "")[:2]
    command = slack.app.command(name)
    if command is None:
        slack.tell(user.id, channel.id, f"{name} is not a valid command.")
        return
    if thread:
        said = f"{name} is not supported in threads. Sorry!"
        slack.tell(user.id, channel.id, said, thread=thread)
        return
    if command.should_escape:
        text = as_command_text(Names(slack.users, slack.channels), text)
    path = slack.response_urls.issue("commands", user.id, channel.id)
    payload = payloads.command(user, channel, name, text.strip()) | {
        "response_url": slack.url + path,
        "trigger_id": slack.triggers.issue(user.id, channel_id=channel.id),
    }
    ack = await slack.deliver(Envelope("slash_commands", payload, takes_answer=True))
    error = ack.error or _show_answer(slack, user, channel, ack.answer)
    if error:
        slack.tell(user.id, channel.id, f'{name} failed with the error "{error}"')


def _show_answer(slack: Workspace, user: User, channel: Channel, answer: Json) -> str:
    """Shows the acknowledgement's message; returns the error's name if Slack would refuse it."""
    if not answer:
        return ""
    if refusal := refusal_of_message(answer):
        error, problems = refusal
        slack.complain(f"answer to a command: {error}: {problems}")
        return error
    to = "" if answer.get("response_type") == "in_channel" else user.id
    slack.post(channel.id, answer, to=to)
    return ""
