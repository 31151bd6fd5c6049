"""The form of an operation: its state, and how it is opened and read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from slack_sdk.models.views import View

from blocks.forms.fields import Errors, OtherForm
from blocks.forms.state import OperationState
from bot.domain.people import Agent, Department
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Operation, SlackFile

S = TypeVar("S", bound=OperationState)


@dataclass(frozen=True, slots=True)
class Start:
    """The initial content of a form.

    Without a `view` the ticket is still being read, or `trouble` says why it can't be; `subject`
    and `customer` then name it as its card did. `others` have the same form open. `typed` is the
    text after a command, `target` the one of a transfer; `stored` is the operation being edited.
    `files` are those of the message that it was opened on.
    `dropped` says which input of the form before this one does not take along.
    The submitted operation can be undone for `undo_seconds`. `then` is the status that the author
    chose for the last reply, "" for none; `times` are those until which they like to postpone. The
    form is opened at `now`, in its reader's time `zone`.
    """

    view: TicketView | None = None
    trouble: str = ""
    others: Sequence[OtherForm] = ()
    typed: str = ""
    target: tuple[Department, Agent | None] | None = None
    stored: Operation | None = None
    files: Sequence[SlackFile] = ()
    subject: str = ""
    customer: str = ""
    undo_seconds: float = 0.0
    dropped: str = ""
    then: str = ""
    now: datetime | None = None
    zone: str = "UTC"
    times: Sequence[str] = ()


EMPTY = Start()


@dataclass(frozen=True, slots=True)
class Form(Generic[S]):
    """The row of a form.

    `read` returns the operation, errors by field, or the form to show instead. A form that
    `opens_at_once` accepts input before the ticket is read; only such forms are reopened to edit
    their input. `needs_messages` and `needs_tags` say which parts of the ticket it reads.
    """

    state: type[S]
    open: Callable[[S, Translator, Start], View]
    read: Callable[[Mapping[str, Any], S, Translator], Operation | Errors | View]
    opens_at_once: bool = False
    needs_messages: bool = True
    needs_tags: bool = False


def shown(start: Start) -> TicketView:
    """Returns the ticket of a form that opens only after reading it."""
    assert start.view is not None  # noqa: S101  see `opens_at_once`
    return start.view


def offered_files(start: Start) -> Sequence[SlackFile]:
    """Returns the files that the form offers: the stored operation's, or the message's."""
    return getattr(start.stored, "files", ()) or start.files
