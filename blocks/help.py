"""All that `/ticket` understands, with examples."""

from collections.abc import Iterator

from slack_sdk.models.blocks import HeaderBlock

from blocks.commands import Command
from blocks.operations import PRESENTED
from blocks.text import Part, Post, lines, plain, small, text_part
from bot.i18n import N_, Translator

COMMANDS = (
    Command(None, "/ticket AX4-B4T-FD8", N_("Show a ticket by its code, ID or link")),
    Command("", "/ticket", N_("Show what's waiting")),
    Command(
        "list",
        N_("/ticket list new Support john@example.com lamp"),
        N_("List tickets by status, department, customer or words in the subject"),
    ),
    *(row.command for row in PRESENTED.values() if row.command),
    Command("digest", "/ticket digest", N_("Show, add or change this channel's digests")),
    Command(
        "history", "/ticket history AX4-B4T-FD8", N_("Show what was done to a ticket from Slack")
    ),
    Command("help", "/ticket help", N_("Show this help")),
)


def help_post(t: Translator, *, instead_of: str = "") -> Post:
    """`instead_of` is a sentence on what could not be understood."""
    title = t("LiveAgent tickets in Slack")
    rows: list[list[Part]] = [[text_part(instead_of)], [text_part(" ")]] if instead_of else []
    shortcut = t(
        "The message shortcuts Open ticket, Create ticket and Add to ticket as a note "
        "work on any message. Only you can see this."
    )
    return Post(
        instead_of or title,
        [
            HeaderBlock(text=plain(title, 150)),
            lines([*rows, *(list(_row(command, t)) for command in COMMANDS)]),
            small(shortcut),
        ],
    )


def _row(command: Command, t: Translator) -> Iterator[Part]:
    yield text_part(t(command.example), code=True)
    yield text_part(f"  {t(command.does)}")
