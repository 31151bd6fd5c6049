"""The operations of agents on tickets: a module, a frozen model and a table row for each.

The rest of the program reads the table: who may use it, which fields are text, how long it is held.
`blocks/operations.py` has the table of how operations are presented.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import partial
from operator import attrgetter
from typing import Any

from bot.domain.changes import What
from bot.domain.errors import AdminNeeded, NotOffered, V3KeyNeeded
from bot.domain.people import Agent
from bot.domain.ticket import Ticket
from bot.operations import delete, note, postpone, reply, spam, status, tags, transfer
from bot.operations.create import Create, LinkThread
from bot.operations.current_state import CurrentState
from bot.operations.delete import Delete
from bot.operations.files import SlackFile
from bot.operations.note import Note
from bot.operations.operation import Kind, TicketOperation
from bot.operations.outcome import Remark
from bot.operations.postpone import Postpone
from bot.operations.reply import Reply
from bot.operations.snapshot import Baseline, Snapshot
from bot.operations.spam import MarkSpam
from bot.operations.status import ChangeStatus
from bot.operations.tags import ChangeTags
from bot.operations.transfer import AssignToMe, Transfer

__all__ = [
    "DEFINITIONS",
    "KNOWN",
    "WITHOUT_FILES",
    "AssignToMe",
    "Baseline",
    "ChangeStatus",
    "ChangeTags",
    "Create",
    "CurrentState",
    "Dedup",
    "Delete",
    "Hold",
    "Kind",
    "LinkThread",
    "MarkSpam",
    "Note",
    "OnTicket",
    "Operation",
    "Postpone",
    "Remark",
    "Reply",
    "SlackFile",
    "Snapshot",
    "TicketOperation",
    "Transfer",
    "check_allowed",
    "check_offered",
    "dedup_key",
    "is_offered",
    "read_operation",
    "redact_operation",
]

OnTicket = (
    Reply | Note | ChangeStatus | ChangeTags | Transfer | AssignToMe | Delete | Postpone | MarkSpam
)
Operation = OnTicket | Create


class Hold(StrEnum):
    """How long an operation can be undone before it is sent; the settings define the seconds."""

    NONE = "none"
    MESSAGE = "message"
    STATUS = "status"
    DELETION = "deletion"


class Dedup(Enum):
    """Which other operations count as the same while the first is active."""

    NEVER = "never"
    OF_AUTHOR = "of its author, unless it holds text"
    OF_TICKET = "of anybody: else it would go on after the other was undone"


@dataclass(frozen=True, slots=True)
class Definition:
    """A row of the table. Cards, forms and reviews offer what `check_offered` allows.

    An operation submitted by a click or command is checked once the ticket is read.
    """

    model: type[Operation]
    is_offered: Callable[[Ticket, Agent], bool] | None
    """Whether the ticket's state allows it; None for operations without a ticket."""
    admins_only: bool = False
    """Whether it is reserved for admins and owners of LiveAgent."""
    key_may: Callable[[Agent], bool] | None = None
    """Whether the bot's key of version 3 allows it; None if it needs none."""
    versions: Sequence[int] = (1,)
    """The versions of its stored form; the last one can hold everything."""
    text_fields: Sequence[str] = ()
    """User-written fields, which are erased when retention ends."""
    causes: frozenset[What] = frozenset()
    """The changes that the watch sees because of it, besides its message."""
    hold: Hold = Hold.NONE
    dedup: Dedup = Dedup.NEVER
    yields_while_held: bool = False
    """Whether later operations on the ticket are sent first while it is held."""
    reads_wake: bool = False
    """Whether it needs to know when the ticket wakes."""
    yields_to_replies: bool = False
    """Whether its author must confirm it if somebody else is replying in LiveAgent."""
    finishes: bool = False
    """Whether a review moves on to the next ticket after it."""


_OF_STATUS = frozenset({What.RESOLVED, What.STATUS_CHANGED, What.NOTED})
_OF_PLACE = frozenset({What.TRANSFERRED, What.ASSIGNED, What.NOTED})

WITH_FILES = (1, 2)
"""The versions of operations that can have files: see `version_with`."""

DEFINITIONS: Mapping[Kind, Definition] = {
    Kind.REPLY: Definition(
        Reply,
        reply.is_offered,
        text_fields=("rich_text",),
        causes=_OF_STATUS,
        yields_to_replies=True,
        hold=Hold.MESSAGE,
        finishes=True,
        versions=WITH_FILES,
    ),
    Kind.NOTE: Definition(
        Note,
        note.is_offered,
        text_fields=("text",),
        versions=WITH_FILES,
    ),
    Kind.RESOLVE: Definition(
        ChangeStatus,
        partial(status.is_offered, Kind.RESOLVE),
        causes=_OF_STATUS,
        text_fields=("note",),
        hold=Hold.STATUS,
        dedup=Dedup.OF_AUTHOR,
        finishes=True,
    ),
    Kind.REOPEN: Definition(
        ChangeStatus,
        partial(status.is_offered, Kind.REOPEN),
        causes=_OF_STATUS,
        text_fields=("note",),
        hold=Hold.STATUS,
        dedup=Dedup.OF_AUTHOR,
    ),
    Kind.MARK_ANSWERED: Definition(
        ChangeStatus,
        partial(status.is_offered, Kind.MARK_ANSWERED),
        causes=_OF_STATUS,
        text_fields=("note",),
        hold=Hold.STATUS,
        dedup=Dedup.OF_AUTHOR,
    ),
    Kind.TAGS: Definition(ChangeTags, tags.is_offered, causes=frozenset({What.TOUCHED})),
    Kind.TRANSFER: Definition(
        Transfer,
        transfer.is_offered,
        causes=_OF_PLACE,
        text_fields=("reason",),
        finishes=True,
    ),
    Kind.ASSIGN: Definition(
        AssignToMe,
        transfer.is_offered_to_take,
        causes=_OF_PLACE - {What.NOTED},
        dedup=Dedup.OF_AUTHOR,
    ),
    Kind.CREATE: Definition(
        Create,
        None,
        causes=frozenset({What.APPEARED}),
        text_fields=("subject", "rich_text"),
        hold=Hold.MESSAGE,
        versions=WITH_FILES,
    ),
    Kind.DELETE: Definition(
        Delete,
        delete.is_offered,
        admins_only=True,
        causes=frozenset({What.DELETED, What.NOTED}),
        text_fields=("reason",),
        hold=Hold.DELETION,
        dedup=Dedup.OF_TICKET,
        yields_while_held=True,
    ),
    Kind.POSTPONE: Definition(
        Postpone,
        postpone.is_offered,
        key_may=attrgetter("can_postpone"),
        text_fields=("reason", "note"),
        causes=_OF_STATUS,
        hold=Hold.STATUS,
        reads_wake=True,
        finishes=True,
    ),
    Kind.WAKE: Definition(
        ChangeStatus,
        partial(status.is_offered, Kind.WAKE),
        key_may=attrgetter("can_postpone"),
        causes=_OF_STATUS,
        text_fields=("note",),
        hold=Hold.STATUS,
        dedup=Dedup.OF_AUTHOR,
    ),
    Kind.SPAM: Definition(
        MarkSpam,
        spam.is_offered,
        admins_only=True,
        key_may=attrgetter("can_mark_spam"),
        text_fields=("note",),
        causes=_OF_STATUS,
        hold=Hold.STATUS,
        dedup=Dedup.OF_TICKET,
        finishes=True,
    ),
}

KNOWN: Sequence[tuple[str, int]] = [
    (kind, version) for kind, each in DEFINITIONS.items() for version in each.versions
]
"""The kinds and versions that this bot can read."""
WITHOUT_FILES = [(kind, each.versions[0]) for kind, each in DEFINITIONS.items()]
"""The same without those that have files: see `version_with`."""


def read_operation(kind: str, version: int, stored: Mapping[str, Any]) -> Operation:
    """Returns the operation from its stored form.

    Raises:
        KeyError: this version does not know the kind, or that version of it.
        pydantic.ValidationError: the stored form is invalid.

    """
    if (kind, version) not in KNOWN:
        raise KeyError(kind, version)
    return DEFINITIONS[Kind(kind)].model.model_validate(stored)


def redact_operation(kind: str, stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the stored form without its text; it remains valid for its kind."""
    fields = {*DEFINITIONS[Kind(kind)].text_fields, "subject", "files"}
    return {**stored, **{name: type(stored[name])() for name in fields if name in stored}}


def dedup_key(operation: Operation, slack_user: str) -> str | None:
    """Returns the key that no two active rows may share; None if duplicates are allowed."""
    definition = DEFINITIONS[operation.kind]
    match definition.dedup:
        case Dedup.NEVER:
            return None
        case Dedup.OF_TICKET:
            return f"{operation.kind} {operation.ticket_id}"
        case Dedup.OF_AUTHOR:
            has_text = any(getattr(operation, name) for name in definition.text_fields)
            return None if has_text else f"{operation.kind} {operation.ticket_id} {slack_user}"


def is_offered(kind: Kind, ticket: Ticket, agent: Agent) -> bool:
    """Whether the ticket's status, the agent's role and the bot's keys allow it."""
    try:
        check_offered(kind, ticket, agent)
    except (AdminNeeded, V3KeyNeeded, NotOffered):
        return False
    return True


def check_allowed(kind: Kind, agent: Agent) -> None:
    """Raises `AdminNeeded` or `V3KeyNeeded` if no ticket's state would allow it."""
    definition = DEFINITIONS[kind]
    if definition.admins_only and not agent.sees_every_department:
        raise AdminNeeded
    if definition.key_may is not None and not definition.key_may(agent):
        raise V3KeyNeeded


def check_offered(kind: Kind, ticket: Ticket, agent: Agent) -> None:
    """Raises as `check_allowed` does, and `NotOffered` because of the ticket's state."""
    check_allowed(kind, agent)
    state_allows = DEFINITIONS[kind].is_offered
    if state_allows is None or not state_allows(ticket, agent):
        raise NotOffered(ticket.status)
