"""What an agent can do to a ticket: one module, one frozen value, one line in the table.

Each is *offered* or not for a ticket and an agent, may have an *objection* to what changed since
its author looked, knows whether it *is there* already, and is *applied*; `code` is the ticket's,
for notices alone. `apply` can be run again: it does what is missing, and gives a remark if a lesser
part was refused. `Create` has no ticket yet, and goes its own way.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bot.domain.errors import AdminNeeded, NotOffered
from bot.domain.people import Agent
from bot.domain.ticket import Ticket
from bot.operations import delete, note, reply, status, tags, transfer
from bot.operations.create import Create
from bot.operations.delete import Delete
from bot.operations.note import Note
from bot.operations.reply import Reply
from bot.operations.situation import DONE_IN_FULL, Baseline, CurrentState, Remark, Snapshot
from bot.operations.status import ChangeStatus
from bot.operations.tags import ChangeTags
from bot.operations.transfer import AssignToMe, Transfer

__all__ = [
    "DONE_IN_FULL",
    "OFFERED",
    "OPERATIONS",
    "WORDS",
    "AssignToMe",
    "Baseline",
    "ChangeStatus",
    "ChangeTags",
    "Create",
    "CurrentState",
    "Delete",
    "Note",
    "OnTicket",
    "Operation",
    "Remark",
    "Reply",
    "Snapshot",
    "Transfer",
    "check_offered",
    "read_operation",
    "redact_operation",
]

OnTicket = Reply | Note | ChangeStatus | ChangeTags | Transfer | AssignToMe | Delete
Operation = OnTicket | Create

OPERATIONS: Mapping[tuple[str, int], type[Operation]] = {
    ("reply", 1): Reply,
    ("note", 1): Note,
    ("resolve", 1): ChangeStatus,
    ("reopen", 1): ChangeStatus,
    ("mark_answered", 1): ChangeStatus,
    ("tags", 1): ChangeTags,
    ("transfer", 1): Transfer,
    ("assign", 1): AssignToMe,
    ("create", 1): Create,
    ("delete", 1): Delete,
}

OFFERED: Mapping[str, Callable[[Ticket, Agent], bool]] = {
    "reply": reply.is_offered,
    "note": note.is_offered,
    "resolve": partial(status.is_offered, "resolve"),
    "reopen": partial(status.is_offered, "reopen"),
    "mark_answered": partial(status.is_offered, "mark_answered"),
    "tags": tags.is_offered,
    "transfer": transfer.is_offered,
    "assign": transfer.is_offered_to_take,
    "delete": delete.is_offered,
}
"""One rule for each: asked by the card, at the click, and before the call."""


WORDS: Mapping[str, Sequence[str]] = {
    "reply": ("rich_text",),
    "note": ("text",),
    "resolve": ("note",),
    "reopen": ("note",),
    "mark_answered": ("note",),
    "tags": (),
    "transfer": ("reason",),
    "assign": (),
    "create": ("subject", "rich_text"),
    "delete": ("reason",),
}
"""The fields that hold what somebody wrote."""


def read_operation(kind: str, version: int, stored: Mapping[str, Any]) -> Operation:
    """What was stored, made a value again."""
    return OPERATIONS[kind, version].model_validate(stored)


def redact_operation(kind: str, stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is left when its words are blanked: still an operation of its kind."""
    blank = {name: type(stored[name])() for name in WORDS[kind] if name in stored}
    return {**stored, **blank}


def check_offered(kind: str, ticket: Ticket, agent: Agent) -> None:
    """Raises `NotOffered` by the ticket's status, `AdminNeeded` by the agent's role."""
    if kind == "delete" and not agent.sees_every_department:
        raise AdminNeeded
    if not OFFERED[kind](ticket, agent):
        raise NotOffered(ticket.status)
