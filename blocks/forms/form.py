"""The form of an operation: its state, and how it is opened and read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from slack_sdk.models.views import View

from blocks.forms.reading import Errors
from blocks.forms.state import OperationState
from bot.domain.people import Agent, Department, OpenForm
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Operation, SlackFile

S = TypeVar("S", bound=OperationState)

MESSAGE_CHARACTERS = 8000
"""The most that a message's field is filled with."""


@dataclass(frozen=True, slots=True)
class Start:
    """The initial content of a form."""

    view: TicketView | None = None
    """None while the ticket is being read, or if `trouble` says why it can't be."""
    trouble: str = ""
    subject: str = ""
    customer: str = ""
    """Like `subject`, names the ticket as its card did, while there is no `view`."""
    others: Sequence[OpenForm] = ()
    """Other users who have the same form open."""
    typed: str = ""
    """The text after a command."""
    target: tuple[Department, Agent | None] | None = None
    """The department or agent that a transfer's command names."""
    stored: Operation | None = None
    """The operation that is edited."""
    files: Sequence[SlackFile] = ()
    """The files of the message that the form was opened on."""
    dropped: str = ""
    """Says which input of the previous form this one does not take."""
    undo_seconds: float = 0.0
    then: str = ""
    """The status that the author chose with the last reply, "" for none."""
    now: datetime | None = None
    zone: str = "UTC"
    """The reader's time zone, in which `now` is shown."""
    times: Sequence[str] = ()
    """The author's own times to postpone tickets until."""


EMPTY = Start()


@dataclass(frozen=True, slots=True)
class Form(Generic[S]):
    """The form of an operation. `read` returns the operation, errors, or the form to show instead.

    A form that `opens_at_once` accepts input before the ticket is read; only such forms can be
    reopened to edit their input. `needs_messages` and `needs_tags` say which parts of the ticket it
    shows. Text after its command fills a field of `max_typed` characters; 0 if the form reads it as
    Slack sent it.
    """

    state: type[S]
    open: Callable[[S, Translator, Start], View]
    read: Callable[[Mapping[str, Any], S, Translator], Operation | Errors | View]
    opens_at_once: bool = False
    max_typed: int = 0
    needs_messages: bool = True
    needs_tags: bool = False


def shown(start: Start) -> TicketView:
    """Returns the ticket of a form that opens only after reading it."""
    assert start.view is not None  # noqa: S101  see `opens_at_once`
    return start.view


def offered_files(start: Start) -> Sequence[SlackFile]:
    """Returns the files that the form offers: the stored operation's, or the message's."""
    return getattr(start.stored, "files", ()) or start.files
