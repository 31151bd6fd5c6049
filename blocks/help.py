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
    Command(None, "/ticket AX4-B4T-FD8", later("shows a ticket: its code, id or a pasted link")),
    Command("", "/ticket", later("shows the queue at a glance")),
    Command(
        "list",
        later("/ticket list new Support john@example.com lamp"),
        later("lists tickets: a status, a department, a customer, words of the subject"),
    ),
    Command(
        "reply",
        later("/ticket reply AX4-B4T-FD8 It left today."),
        later("opens the form of a reply, with the words you add"),
    ),
    Command("note", "/ticket note AX4-B4T-FD8", later("opens the form of an internal note")),
    Command("tag", "/ticket tag AX4-B4T-FD8 +vip -spam", later("puts tags on and takes them off")),
    Command(
        "transfer",
        later("/ticket transfer AX4-B4T-FD8 Sales"),
        later("gives it to a department or to an @agent"),
    ),
    Command(
        "resolve",
        "/ticket resolve AX4-B4T-FD8",
        later("resolves a ticket; you can undo it for a few seconds"),
    ),
    Command("reopen", "/ticket reopen AX4-B4T-FD8", later("opens a resolved ticket again")),
    Command("new", "/ticket new", later("opens the form of a new ticket")),
    Command(
        "delete",
        "/ticket delete AX4-B4T-FD8",
        later("opens the form of a deletion, for admins and owners"),
    ),
    Command("digest", "/ticket digest", later("shows this channel's digests, and adds one")),
    Command(
        "history", "/ticket history AX4-B4T-FD8", later("shows what was done to it from Slack")
    ),
    Command("help", "/ticket help", later("shows this")),
)


def help_post(t: Translator, *, instead_of: str = "") -> Post:
    """`instead_of` is a sentence on what could not be understood."""
    title = t("LiveAgent tickets in Slack")
    rows: list[list[Part]] = [[said(instead_of)], [said(" ")]] if instead_of else []
    shortcut = t(
        "On any message, the message shortcuts Open ticket, Create ticket and Add to ticket as a "
        "note do there what commands do here. What you see here, nobody else sees."
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
