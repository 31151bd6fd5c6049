"""The form of an operation: what it carries, how it is opened, and how it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from slack_sdk.models.views import View

from blocks.forms.fields import Errors, OtherForm
from blocks.forms.state import OperationState
from bot.domain.people import Agent, Department
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import Operation

S = TypeVar("S", bound=OperationState)


@dataclass(frozen=True, slots=True)
class Start:
    """What a form shows at first.

    Without a `view` the ticket is being read, or `trouble` says why it can't be. `others` have
    the same form open; `typed` was typed after a command, as was the `target` of a transfer;
    `stored` is the operation that is edited.
    """

    view: TicketView | None = None
    trouble: str = ""
    others: Sequence[OtherForm] = ()
    typed: str = ""
    target: tuple[Department, Agent | None] | None = None
    stored: Operation | None = None


EMPTY = Start()


@dataclass(frozen=True, slots=True)
class Form(Generic[S]):
    """`read` gives the operation, or what is wrong by field, or the form to show instead.

    One that `opens_at_once` can be typed in before the ticket has been read; only such a form is
    opened again to edit what was typed. What it does not need of the ticket is not asked for.
    """

    state: type[S]
    open: Callable[[S, Translator, Start], View]
    read: Callable[[Mapping[str, Any], S, Translator], Operation | Errors | View]
    opens_at_once: bool = False
    needs_messages: bool = True
    needs_tags: bool = False


def shown(start: Start) -> TicketView:
    """The ticket, in a form that is opened only once it has been read."""
    assert start.view is not None  # noqa: S101  see `opens_at_once`
    return start.view
