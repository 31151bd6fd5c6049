"""All that `/ticket` understands, with examples."""

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk.models.blocks import HeaderBlock

from blocks.text import Part, Post, lines, plain, said, small
from bot.i18n import Translator, later


@dataclass(frozen=True, slots=True)
class Command:
    """One way to use `/ticket`: its word (none for the bare command), an example, what it does."""

    word: str | None
    example: str
    does: str


COMMANDS = (
    Command(None, "/ticket AX4-B4T-FD8", later("Show a ticket by its code, ID or link")),
    Command("", "/ticket", later("Show what's waiting")),
    Command(
        "list",
        later("/ticket list new Support john@example.com lamp"),
        later("List tickets by status, department, customer or words in the subject"),
    ),
    Command(
        "reply",
        later("/ticket reply AX4-B4T-FD8 It left today."),
        later("Reply, starting with the text you add"),
    ),
    Command("note", "/ticket note AX4-B4T-FD8", later("Add an internal note")),
    Command("tag", "/ticket tag AX4-B4T-FD8 +vip -spam", later("Add or remove tags")),
    Command(
        "transfer",
        later("/ticket transfer AX4-B4T-FD8 Sales"),
        later("Transfer it to a department or an @agent"),
    ),
    Command(
        "resolve",
        "/ticket resolve AX4-B4T-FD8",
        later("Resolve a ticket; you can undo it for a few seconds"),
    ),
    Command("reopen", "/ticket reopen AX4-B4T-FD8", later("Reopen a resolved ticket")),
    Command("new", "/ticket new", later("Create a ticket")),
    Command(
        "delete",
        "/ticket delete AX4-B4T-FD8",
        later("Delete a ticket (admins and owners)"),
    ),
    Command("digest", "/ticket digest", later("Show, add or change this channel's digests")),
    Command(
        "history", "/ticket history AX4-B4T-FD8", later("Show what was done to a ticket from Slack")
    ),
    Command("help", "/ticket help", later("Show this help")),
)


def help_post(t: Translator, *, instead_of: str = "") -> Post:
    """`instead_of` is a sentence on what could not be understood."""
    title = t("LiveAgent tickets in Slack")
    rows: list[list[Part]] = [[said(instead_of)], [said(" ")]] if instead_of else []
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
    yield said(t(command.example), code=True)
    yield said(f"  {t(command.does)}")
