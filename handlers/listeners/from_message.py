"""Extracts text, files and link of a Slack message for forms."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from blocks.forms.files import files_of_message
from bot.domain.errors import BotError, SlackDoesNotAnswer
from bot.domain.files import FileLimits
from bot.domain.markup import plain as entities_undone
from bot.operations import SlackFile
from handlers.dispatch.context import Context
from handlers.dispatch.message_text import USER_MENTION, marked_text

log = structlog.get_logger()

MAX_NAMED = 50  # people; Slack is asked for each

_EVERYBODY = {"here", "channel", "everyone"}

_MARK = re.compile(r"<(?P<meant>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def files_apart(
    message: Mapping[str, Any], limits: FileLimits | None
) -> tuple[Mapping[str, Any], Sequence[SlackFile]]:
    """Returns the message without the files that a form offers, and those files.

    Other files, or all if the form takes none, are named in the message's text.
    """
    files = files_of_message(message)[: limits.number] if limits else ()
    taken = {each.id for each in files}
    rest = [each for each in message.get("files") or () if each.get("id") not in taken]
    return {**message, "files": rest}, files


async def message_text(context: Context, message: Mapping[str, Any]) -> str:
    """Returns the text as a reader sees it, with the names of mentioned people."""
    text = marked_text(message)
    named = sorted(set(USER_MENTION.findall(text)))[:MAX_NAMED]
    names = {each: await name_of(context, each) for each in named}
    read = _MARK.sub(lambda mark: _as_read(mark["meant"], mark["label"] or "", names), text)
    return entities_undone(read)


def split_at(text: str, max_length: int) -> tuple[str, str]:
    """Returns the part that fits a field, and the rest."""
    return text[:max_length], text[max_length:]


def _as_read(meant: str, label: str, names: Mapping[str, str]) -> str:
    """Returns Slack's markup as text; for a link, both label and target."""
    sign, rest = meant[0], meant[1:]
    match sign:
        case "@":
            return f"@{names.get(rest) or label or rest}"
        case "#":
            return f"#{label or rest}"
        case "!" if rest in _EVERYBODY:
            return f"@{rest}"
        case "!":
            return label or rest
        case _:
            address = meant.removeprefix("mailto:")
            return f"{label} ({address})" if label and label not in address else address


async def link_to(context: Context) -> str:
    """Returns the message's link, or "" if Slack gives none."""
    shortcut = context.interaction
    try:
        return await context.services.slack.permalink(
            shortcut.channel, str(shortcut.message.get("ts") or "")
        )
    except SlackDoesNotAnswer as error:
        log.warning("message link not read", why=str(error))
        return ""


async def name_of(context: Context, user_id: str) -> str:
    try:
        return (await context.services.people.find(user_id)).name or user_id
    except BotError:
        return user_id
