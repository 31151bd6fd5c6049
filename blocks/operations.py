"""The presentation of operations: label, slot on the card, form and command.

`bot/operations` has the table of what they do.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from blocks.commands import Command
from blocks.forms import create, delete, note, postpone, reply, tags, transfer
from blocks.forms.form import Form
from blocks.ids import Id
from bot.domain.people import Agent
from bot.domain.ticket import Ticket
from bot.i18n import N_, Translator
from bot.operations import Kind, is_offered


class CardSlot(Enum):
    """Where a ticket's card offers an operation."""

    BUTTON = auto()
    MENU = auto()
    MENU_END = auto()  # apart from frequent operations
    NOWHERE = auto()


@dataclass(frozen=True, slots=True)
class Presented:
    """How an operation is presented: `label` names it, `doing` describes it until it is done.

    `action` is the id of its button and form: a member of `Id`, or a string for newer rows. Without
    a `form`, the click or command itself submits it. `now` labels the button that ends its hold
    early, `anyway` the one that does it although the ticket has changed; `not_done` is the title
    if it was refused or asks. `note` is the internal note that a click leaves.
    """

    label: str
    doing: str
    action: str
    now: str
    anyway: str
    not_done: str
    slot: CardSlot = CardSlot.NOWHERE
    form: Form[Any] | None = None
    command: Command | None = None
    note: str = ""
    in_review: bool = False


PRESENTED: Mapping[Kind, Presented] = {
    Kind.REPLY: Presented(
        N_("Reply"),
        N_("Replying"),
        Id.REPLY,
        N_("Send now"),
        N_("Send anyway"),
        N_("Reply not sent"),
        CardSlot.BUTTON,
        reply.FORM,
        Command(
            "reply",
            N_("/ticket reply AX4-B4T-FD8 It left today."),
            N_("Reply, starting with the text you add"),
            ("answer", "返信", "回答", "返答"),
        ),
        in_review=True,
    ),
    Kind.NOTE: Presented(
        N_("Note"),
        N_("Adding a note"),
        Id.NOTE,
        N_("Send now"),
        N_("Add anyway"),
        N_("Note not added"),
        CardSlot.BUTTON,
        note.FORM,
        Command(
            "note",
            "/ticket note AX4-B4T-FD8",
            N_("Add an internal note"),
            ("comment", "ノート", "メモ"),
        ),
        in_review=True,
    ),
    Kind.TAGS: Presented(
        N_("Tags"),
        N_("Changing tags"),
        Id.TAGS,
        N_("Change now"),
        N_("Change anyway"),
        N_("Tags not changed"),
        CardSlot.MENU,
        tags.FORM,
        Command(
            "tag",
            "/ticket tag AX4-B4T-FD8 +vip -spam",
            N_("Add or remove tags"),
            ("tags", "タグ"),
        ),
        in_review=True,
    ),
    Kind.TRANSFER: Presented(
        N_("Transfer"),
        N_("Transferring"),
        Id.TRANSFER,
        N_("Transfer now"),
        N_("Transfer anyway"),
        N_("Ticket not transferred"),
        CardSlot.MENU,
        transfer.FORM,
        Command(
            "transfer",
            N_("/ticket transfer AX4-B4T-FD8 Sales"),
            N_("Transfer it to a department or an @agent"),
            ("move", "転送", "移動"),
        ),
        in_review=True,
    ),
    Kind.RESOLVE: Presented(
        N_("Resolve"),
        N_("Resolving"),
        Id.RESOLVE,
        N_("Resolve now"),
        N_("Resolve anyway"),
        N_("Ticket not resolved"),
        CardSlot.BUTTON,
        command=Command(
            "resolve",
            "/ticket resolve AX4-B4T-FD8",
            N_("Resolve a ticket; you can undo it for a few seconds"),
            ("close", "done", "solve", "完了", "完了にする", "解決", "解決済み", "クローズ"),
        ),
        in_review=True,
    ),
    Kind.REOPEN: Presented(
        N_("Reopen"),
        N_("Reopening"),
        Id.REOPEN,
        N_("Reopen now"),
        N_("Reopen anyway"),
        N_("Ticket not reopened"),
        CardSlot.BUTTON,
        command=Command(
            "reopen",
            "/ticket reopen AX4-B4T-FD8",
            N_("Reopen a resolved ticket"),
            ("再オープン", "再開"),
        ),
    ),
    Kind.POSTPONE: Presented(
        N_("Postpone"),
        N_("Postponing"),
        Id.POSTPONE,
        N_("Postpone now"),
        N_("Postpone anyway"),
        N_("Ticket not postponed"),
        CardSlot.BUTTON,
        postpone.FORM,
        Command(
            "postpone",
            N_("/ticket postpone AX4-B4T-FD8 monday 8:00"),
            N_("Postpone a ticket until then, with a reason"),
            ("snooze", "later", "保留", "延期", "後回し"),
        ),
        in_review=True,
    ),
    Kind.WAKE: Presented(
        N_("Wake now"),
        N_("Waking"),
        Id.WAKE,
        N_("Wake it now"),
        N_("Wake anyway"),
        N_("Ticket not woken"),
        CardSlot.BUTTON,
        in_review=True,
    ),
    Kind.MARK_ANSWERED: Presented(
        N_("Mark as answered"),
        N_("Marking as answered"),
        Id.MARK_ANSWERED,
        N_("Mark now"),
        N_("Mark anyway"),
        N_("Ticket not marked as answered"),
        CardSlot.MENU,
    ),
    Kind.SPAM: Presented(
        N_("Mark as spam"),
        N_("Marking as spam"),
        Id.SPAM,
        N_("Mark now"),
        N_("Mark anyway"),
        N_("Ticket not marked as spam"),
        CardSlot.MENU_END,
        command=Command(
            "spam",
            "/ticket spam AX4-B4T-FD8",
            N_("Mark a ticket as spam (admins and owners)"),
            ("junk", "スパム", "迷惑メール"),
        ),
        note=N_("Marked as spam."),
    ),
    Kind.ASSIGN: Presented(
        N_("Assign to me"),
        N_("Assigning to you"),
        Id.ASSIGN,
        N_("Assign now"),
        N_("Assign anyway"),
        N_("Ticket not assigned to you"),
        CardSlot.BUTTON,
        command=Command(
            "assign",
            "/ticket assign AX4-B4T-FD8",
            N_("Assign a ticket to yourself"),
            ("take", "claim", "担当", "担当する", "自分が担当する", "引き受ける"),
        ),
        in_review=True,
    ),
    Kind.CREATE: Presented(
        N_("New ticket"),
        N_("Creating a ticket"),
        Id.CREATE,
        N_("Create now"),
        N_("Create anyway"),
        N_("Ticket not created"),
        form=create.FORM,
        command=Command(
            "new",
            "/ticket new",
            N_("Create a ticket"),
            ("create", "新規", "新規チケット", "作成"),
        ),
    ),
    Kind.DELETE: Presented(
        N_("Delete"),
        N_("Deleting"),
        Id.DELETE,
        N_("Delete now"),
        N_("Delete anyway"),
        N_("Ticket not deleted"),
        CardSlot.MENU_END,
        delete.FORM,
        Command(
            "delete",
            "/ticket delete AX4-B4T-FD8",
            N_("Delete a ticket (admins and owners)"),
            ("remove", "削除"),
        ),
    ),
}
"""In the order of buttons, menu entries and commands."""

BY_ACTION: Mapping[str, Kind] = {row.action: kind for kind, row in PRESENTED.items()}
BY_COMMAND: Mapping[str, Kind] = {
    row.command.word: kind for kind, row in PRESENTED.items() if row.command and row.command.word
}


def label(kind: str, t: Translator) -> str:
    """Returns an operation's name, or the kind if only another version knows it."""
    return t(PRESENTED[Kind(kind)].label) if kind in PRESENTED else kind


def doing(kind: str, t: Translator) -> str:
    """Returns the description of an operation that is not done yet."""
    return t(PRESENTED[Kind(kind)].doing) if kind in PRESENTED else kind


def now_label(kind: str, t: Translator) -> str:
    """Returns the label of the button that ends its hold early."""
    return t(PRESENTED[Kind(kind)].now) if kind in PRESENTED else t("Do it now")


def anyway_label(kind: str, t: Translator) -> str:
    """Returns the label of the button that does it although the ticket has changed."""
    return t(PRESENTED[Kind(kind)].anyway) if kind in PRESENTED else t("Do it anyway")


def without_files_label(kind: str, t: Translator) -> str:
    match kind:
        case Kind.NOTE:
            return t("Add without the files")
        case Kind.CREATE:
            return t("Create without the files")
        case _:
            return t("Send without the files")


def not_done(kind: str, t: Translator) -> str:
    if kind in PRESENTED:
        return t(PRESENTED[Kind(kind)].not_done)
    return t("Not done: {what}", what=kind)


def nothing_done(kind: str, t: Translator) -> str:
    """Returns the sentence about an operation that was undone or discarded in time."""
    match kind:
        case Kind.REPLY:
            return t("Nothing was sent.")
        case Kind.NOTE:
            return t("The note was not added.")
        case Kind.CREATE:
            return t("No ticket was created.")
        case Kind.DELETE:
            return t("The ticket was not deleted.")
        case _:
            return t("Nothing was changed.")


def is_editable(kind: str) -> bool:
    """Whether its form can be reopened with its input."""
    form = PRESENTED[Kind(kind)].form if kind in PRESENTED else None
    return form is not None and form.opens_at_once


def offered(
    slot: CardSlot, ticket: Ticket, actor: Agent, without: Collection[Kind] = ()
) -> Iterator[Presented]:
    """Yields what the card offers there for this ticket and agent."""
    for kind, row in PRESENTED.items():
        if row.slot is slot and kind not in without and is_offered(kind, ticket, actor):
            yield row


def offered_in_review(
    ticket: Ticket, actor: Agent, without: Collection[Kind] = ()
) -> Iterator[Presented]:
    for kind, row in PRESENTED.items():
        if row.in_review and kind not in without and is_offered(kind, ticket, actor):
            yield row
