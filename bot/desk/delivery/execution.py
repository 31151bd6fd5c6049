"""The execution of a row, and the decision before its call."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.desk.desk import Desk
from bot.desk.redact import redact_ticket
from bot.domain.outbox import Row
from bot.domain.people import Agent
from bot.domain.ticket import Message, Ticket
from bot.domain.ticket_file import files_in
from bot.operations import Remark, SlackFile
from bot.operations.outcome import Conflict, Done, known_candidates

MAX_SUBJECT_LENGTH = 150

RemoteIds = Callable[[str], Awaitable[frozenset[str]]]
"""The messages that rows of a ticket have become."""


@dataclass(frozen=True, slots=True)
class VerifyAgain:
    """A call may have been made, and its effect may still appear."""


@dataclass(frozen=True, slots=True)
class LeaveToAuthor:
    """A call may have become one of these messages or tickets with changed text."""

    others: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ask:
    """Something changed since its author looked."""

    conflict: Conflict


@dataclass(frozen=True, slots=True)
class Apply:
    """Nothing prevents the call."""


NextStep = VerifyAgain | LeaveToAuthor | Ask | Apply


@dataclass(frozen=True, slots=True)
class Verified:
    """What LiveAgent has after the call; `remote_id` is what the row became there."""

    ticket_id: str
    done: Done
    remote_id: str = ""
    are_files_kept: bool | None = None
    """Whether the ticket has the operation's files; None if that is not known."""


class Execution(Protocol):
    @property
    def row(self) -> Row: ...

    @property
    def actor(self) -> Agent: ...

    @property
    def desk(self) -> Desk: ...

    @property
    def baseline(self) -> Mapping[str, object]:
        """The state before the first call, as JSON."""

    async def conflict(self) -> Conflict | None:
        """Returns why the author must confirm first. Raises final refusals."""

    def is_applied(self) -> bool: ...

    def has_begun(self) -> bool:
        """Whether its text is there, even if the rest is not."""

    def candidates(self) -> Sequence[str]:
        """Returns what it may have become with changed text; nothing if it has no text."""

    async def apply(self, attachments: Sequence[str]) -> Remark | None:
        """Does what is missing; returns a remark if a part was refused.

        `attachments` are the ids of its files.
        """

    async def verify(self) -> Verified:
        """Returns what LiveAgent has now, not what it was asked for."""


async def decide(execution: Execution, *, can_verify_again: bool) -> NextStep:
    """Returns the next step, given what LiveAgent has. Raises final refusals."""
    row, is_applied = execution.row, execution.is_applied()
    is_missing = row.is_uncertain and not (is_applied or execution.has_begun())
    if is_missing and can_verify_again:
        return VerifyAgain()
    conflict = None if is_applied and row.baseline else await execution.conflict()
    if is_missing and (others := _new_candidates(execution)):
        return LeaveToAuthor(others)
    return Ask(conflict) if conflict else Apply()


def _new_candidates(execution: Execution) -> Sequence[str]:
    """Returns known and new candidates, or nothing if none is new: the author has decided then."""
    known = known_candidates(execution.row.outcome)
    others = execution.candidates()
    return [*known, *others] if set(others) - set(known) else ()


def are_kept(
    files: Sequence[SlackFile], before: Collection[str], messages: Sequence[Message]
) -> bool | None:
    """Whether the ticket has the files, in messages that were not there `before`.

    LiveAgent documents no format: what names them all counts, too.
    """
    if not files:
        return None
    new = [each for each in messages if each.id not in before]
    if sum(len(files_in(each)) for each in new) >= len(files):
        return True
    return all(any(file.name in each.body for each in new) for file in files)


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
