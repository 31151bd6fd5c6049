"""The state that a form carries in Slack's `private_metadata` until it is submitted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator
from pydantic_core import from_json

from blocks.text import line
from blocks.ticket import owner
from bot.domain.answer_to import (
    AnswerTo,
    FormId,
    Home,
    ResponseUrl,
    ReviewForm,
    of_stored,
    to_stored,
)
from bot.domain.cleaning import cleaned
from bot.domain.errors import StaleButton
from bot.domain.files import FileLimits
from bot.domain.ticket import TicketView
from bot.operations import Snapshot

MAX_CUSTOMER_LENGTH = 600
MAX_SUBJECT_LENGTH = 100
MAX_NAME_LENGTH = 100


def _answer_to(given: object) -> AnswerTo:
    match given:
        case ResponseUrl() | FormId() | ReviewForm() | Home():
            return given
        case str(text):
            return of_stored(text)
        case _:
            raise ValueError(given)


AnswerToField = Annotated[AnswerTo, PlainValidator(_answer_to), PlainSerializer(to_stored)]


class FormState(BaseModel):
    """The base of all forms' states. Keys must not change: a form may stay open for long."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    def to_metadata(self) -> str:
        """Returns JSON; Slack allows 3,000 characters."""
        return self.model_dump_json(exclude_defaults=True, by_alias=True)

    @classmethod
    def of_view(cls, view: Mapping[str, Any]) -> Self:
        """Returns the form's state. Raises `StaleButton` for a form of another version."""
        try:
            read = from_json(view.get("private_metadata") or "{}")
            return cls.model_validate(cleaned(read))
        except ValueError as error:
            raise StaleButton from error


class OperationState(FormState):
    """The state of a form that submits an operation.

    `replaces` is the outbox row whose text is edited, 0 for none. `placeholders` and `despite`
    (agents who were replying) are what its author was already asked about. `files` are the limits
    for attachments, None if none are possible.
    """

    answer_to: AnswerToField = Field(default=Home(), alias="response_url")
    replaces: int = 0
    placeholders: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    files: FileLimits | None = None

    def submitted_at(self, _now: datetime) -> Self:
        """Returns the state with the time of submission."""
        return self


class ChoiceState(OperationState):
    """The state of a form in which the ticket is chosen; `among` are ids and codes to offer."""

    among: tuple[tuple[str, str], ...] = ()


class TicketState(OperationState):
    """The state of a form about one ticket, given by its id, or by its code until it is read."""

    ticket: str = ""
    code: str = ""
    subject: str = ""

    def showing(self, view: TicketView) -> Self:
        """Returns the state of the form once it shows this ticket."""
        return self.model_copy(
            update={
                "ticket": view.ticket.id,
                "code": view.ticket.code,
                "subject": line(view.ticket.subject)[:MAX_SUBJECT_LENGTH],
            }
        )


class SeenState(TicketState):
    """`seen` is the ticket's state that the form shows."""

    seen: Snapshot | None = None

    def showing(self, view: TicketView) -> Self:
        return super().showing(view).model_copy(update={"seen": Snapshot.of(view)})


class CustomerState(SeenState):
    """`recipient` is the customer as the form names them, `customer` their name alone.

    `department` is the ticket's, by id.
    """

    recipient: str = ""
    customer: str = ""
    department: str = ""

    def showing(self, view: TicketView) -> Self:
        ticket = view.ticket
        known = {
            "recipient": owner(ticket)[:MAX_CUSTOMER_LENGTH],
            "customer": line(ticket.owner_name)[:MAX_NAME_LENGTH],
            "department": ticket.department.id[:MAX_NAME_LENGTH],
        }
        return super().showing(view).model_copy(update=known)
