"""What an agent can do to a ticket: one module, one frozen value, one line in the table.

Each is *offered* or not for a ticket, knows whether it *is there* already, and is *applied*;
`code` is the ticket's, for notices alone.
`apply` can be run again: it does what is missing, and gives a remark if a lesser part was refused.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.domain.ticket import Ticket
from bot.operations import note, reply, status
from bot.operations.note import Note
from bot.operations.reply import Reply
from bot.operations.situation import Baseline, Situation
from bot.operations.status import ChangeStatus

__all__ = [
    "OFFERED",
    "OPERATIONS",
    "Baseline",
    "ChangeStatus",
    "Note",
    "Operation",
    "Reply",
    "Situation",
    "read_operation",
]

Operation = Reply | Note | ChangeStatus

OPERATIONS: Mapping[tuple[str, int], type[Operation]] = {
    ("reply", 1): Reply,
    ("note", 1): Note,
    ("resolve", 1): ChangeStatus,
    ("reopen", 1): ChangeStatus,
    ("mark_answered", 1): ChangeStatus,
}

OFFERED: Mapping[str, Callable[[Ticket], bool]] = {
    "reply": reply.is_offered,
    "note": note.is_offered,
    "resolve": partial(status.is_offered, "resolve"),
    "reopen": partial(status.is_offered, "reopen"),
    "mark_answered": partial(status.is_offered, "mark_answered"),
}
"""One rule for each: asked by the card, at the click, and before the call."""


def read_operation(kind: str, version: int, stored: Mapping[str, Any]) -> Operation:
    """What was stored, made a value again."""
    return OPERATIONS[kind, version].model_validate(stored)
