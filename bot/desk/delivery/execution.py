"""The execution of a row, and the decision whether to call LiveAgent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from bot.desk.delivery.author import Author
from bot.desk.desk import Desk
from bot.desk.redact import redact_ticket
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ticket import Ticket
from bot.operations import Remark
from bot.operations.outcome import Conflict, Done, Uncertain, known_candidates

MAX_SUBJECT_LENGTH = 150


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this bot has claimed, and its author.

    `desk` confirms the claim right before each write. `remote_ids` returns the messages that rows
    of a ticket have become.
    """

    row: Row
    author: Author
    desk: Desk
    remote_ids: Callable[[str], Awaitable[frozenset[str]]]


class Step(Enum):
    """What the bot does next without asking anybody."""

    APPLY = auto()
    """Nothing prevents the call."""
    VERIFY_AGAIN = auto()
    """A call may have been made, and its effect may still appear."""


NextStep = Step | Conflict | Uncertain
"""A step of the bot, or what the author must decide first."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The ticket after the call; `remote_id` is the message or ticket that the row became."""

    ticket_id: str
    done: Done
    remote_id: str = ""
    are_files_kept: bool | None = None
    """Whether the ticket has the operation's files; None if unknown."""


class Execution(Protocol):
    """One try to perform a row's operation, after LiveAgent was read.

    There are three: on a ticket, for a new ticket, and for a ticket that is gone.
    """

    @property
    def row(self) -> Row:
        """The claimed row, with the ticket's id even if it was named by its code."""

    @property
    def actor(self) -> Agent: ...

    @property
    def baseline(self) -> Mapping[str, object]:
        """The ticket's state before the first call, as JSON."""

    async def conflict(self) -> Conflict | None:
        """Returns why the author must confirm first, if so. Raises final refusals."""

    def is_applied(self) -> bool:
        """Whether LiveAgent has all of it."""

    def has_begun(self) -> bool:
        """Whether LiveAgent has a part of it."""

    def candidates(self) -> Sequence[str]:
        """Returns ids that may be its text, changed by LiveAgent; none if it has no text."""

    async def apply(self, attachments: Sequence[str]) -> Remark | None:
        """Makes the missing calls; returns a remark if a part was refused.

        `attachments` are the ids of its uploaded files.
        """

    async def verify(self) -> Verified:
        """Reads LiveAgent again: the result shown is what it has, not what was requested."""


async def decide(execution: Execution, *, can_verify_again: bool) -> NextStep:
    """Returns the next step, given the ticket's state. Raises final refusals."""
    row, is_applied = execution.row, execution.is_applied()
    is_missing = row.is_uncertain and not (is_applied or execution.has_begun())
    if is_missing and can_verify_again:
        return Step.VERIFY_AGAIN
    conflict = None if is_applied and row.baseline else await execution.conflict()
    if is_missing and (others := _new_candidates(execution)):
        return Uncertain(others=tuple(others))
    return conflict or Step.APPLY


def _new_candidates(execution: Execution) -> Sequence[str]:
    """Returns all candidates, or none if the author has already decided on each."""
    known = known_candidates(execution.row.outcome)
    others = execution.candidates()
    return [*known, *others] if set(others) - set(known) else ()


async def done_with(ticket: Ticket, desk: Desk) -> Done:
    """Returns the ticket's facts that notices show."""
    return Done(
        status=ticket.status,
        code=ticket.code,
        subject=subject_of(ticket, desk),
        owner=ticket.owner_email,
        department=ticket.department.name,
        assignee=await desk.name_of(ticket.assignee_id),
    )


def subject_of(ticket: Ticket, desk: Desk) -> str:
    """Returns the redacted subject."""
    return redact_ticket(ticket, desk.account).subject[:MAX_SUBJECT_LENGTH]
