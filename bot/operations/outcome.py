"""The result of an operation: the models of the JSON in a row of the outbox.

Rows of older versions are read as well, so names and values of fields must not change.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from bot.domain import errors
from bot.domain.files import FileTrouble
from bot.operations.snapshot import Snapshot


class ErrorCode(StrEnum):
    """Why an operation was refused or is uncertain."""

    NOT_A_MEMBER = "NotAMember"
    NOT_AN_AGENT = "NotAnAgent"
    OUT_OF_BOUNDS = "OutOfBounds"
    DEPARTMENT_OUT_OF_BOUNDS = "DepartmentOutOfBounds"
    CUSTOMER_IS_AGENT = "CustomerIsAgent"
    ADMIN_NEEDED = "AdminNeeded"
    NOT_OFFERED = "NotOffered"
    TICKET_NOT_FOUND = "TicketNotFound"
    TICKET_UNAVAILABLE = "TicketUnavailable"
    REFUSED = "Refused"
    KEY_REFUSED = "KeyRefused"
    KEY_MAY_NOT = "NotPrivileged"
    V3_KEY_NEEDED = "V3KeyNeeded"
    CUSTOMER_UNKNOWN = "CustomerUnknown"
    NO_ANSWER = "PerhapsMade"
    UNREADABLE_ANSWER = "Unreadable"
    LONG_ANSWER = "TooLong"
    UNREADABLE_OPERATION = "UnreadableOperation"
    BREAKDOWN = "Breakdown"


_CODES: Mapping[type[errors.BotError], ErrorCode] = {
    errors.NotAMember: ErrorCode.NOT_A_MEMBER,
    errors.NotAnAgent: ErrorCode.NOT_AN_AGENT,
    errors.OutOfBounds: ErrorCode.OUT_OF_BOUNDS,
    errors.DepartmentOutOfBounds: ErrorCode.DEPARTMENT_OUT_OF_BOUNDS,
    errors.CustomerIsAgent: ErrorCode.CUSTOMER_IS_AGENT,
    errors.AdminNeeded: ErrorCode.ADMIN_NEEDED,
    errors.NotOffered: ErrorCode.NOT_OFFERED,
    errors.TicketNotFound: ErrorCode.TICKET_NOT_FOUND,
    errors.TicketUnavailable: ErrorCode.TICKET_UNAVAILABLE,
    errors.Refused: ErrorCode.REFUSED,
    errors.KeyRefused: ErrorCode.KEY_REFUSED,
    errors.NotPrivileged: ErrorCode.KEY_MAY_NOT,
    errors.V3KeyNeeded: ErrorCode.V3_KEY_NEEDED,
    errors.CustomerUnknown: ErrorCode.CUSTOMER_UNKNOWN,
    errors.OutcomeUnknown: ErrorCode.NO_ANSWER,
    errors.Unreadable: ErrorCode.UNREADABLE_ANSWER,
    errors.TooLong: ErrorCode.LONG_ANSWER,
}


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True)

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)


class Remark(_Stored):
    """What else its author must know: which part was not done and why, or a `crossed` message."""

    why: Literal["refused", "news", "changed", "unnoted", "untagged", "unfinished", "crossed"]
    reason: str | None = None
    """LiveAgent's text, if it refused."""


class Done(_Stored):
    """The ticket afterwards; without a status if it could not be read again."""

    status: str | None = None
    code: str = ""
    subject: str = ""
    owner: str = ""
    department: str = ""
    assignee: str = ""
    ticket_id: str = ""
    """The id of a created ticket."""
    stored_as: str = ""
    """The kind of message that a reply or note became."""
    at: float | None = None
    """When it changed the ticket, in seconds since 1970."""
    tags: tuple[str, ...] = ()
    wakes: float | None = None
    """When the postponed ticket wakes, in seconds since 1970, if known."""
    remark: Remark | None = None
    lacks_files: bool = False
    """Whether LiveAgent left out files that it had accepted."""

    @property
    def has_trouble(self) -> bool:
        """Whether its author must still act."""
        why = self.remark.why if self.remark else ""
        return self.lacks_files or why in {"unfinished", "crossed"}

    @field_validator("remark", mode="before")
    @classmethod
    def _of_older_versions(cls, stored: object) -> object:
        """Reads older versions' form: LiveAgent's reason alone, or an empty mapping for none."""
        if isinstance(stored, str):
            return Remark(why="refused", reason=stored) if stored else None
        return stored or None


class NewestMessage(_Stored):
    author: str = ""
    name: str = ""
    """The author's name, or the customer's address; "" for the system and in older versions."""
    kind: str = ""
    body: str = ""


Aspect = Literal["status", "department", "assignee"]


class _Conflict(_Stored):
    """Why the author must confirm, and everything in the ticket that they have not seen.

    `shown` is the ticket that they are asked about. Others wrote `count` messages in it since the
    author looked, of which `newest` is the last. `changed` are aspects that differ; their values
    are the current ones, `assignee` an agent's name.
    """

    code: str = ""
    subject: str = ""
    owner: str = ""
    shown: Snapshot | None = None
    count: int | None = None
    """None in questions of older versions, some of which did not show the newest message."""
    newest: NewestMessage | None = None
    changed: tuple[Aspect, ...] = ()
    status: str = ""
    department: str = ""
    assignee: str = ""

    @property
    def confirmable(self) -> Snapshot | None:
        """Returns what *Send anyway* confirms; None if the author may not have been shown it."""
        return None if self.count is None else self.shown


class RecipientUnconfirmed(_Conflict):
    """The author never saw the recipient, or the recipient has changed since."""

    why: Literal["unseen"] = "unseen"


class ConversationChanged(_Conflict):
    """The newest message was removed, or others were inserted before it."""

    why: Literal["changed"] = "changed"


class NewMessages(_Conflict):
    """Others wrote since the author looked."""

    why: Literal["news"] = "news"


class ConversationUnread(_Conflict):
    """The conversation could not be loaded when the form was opened."""

    why: Literal["unread"] = "unread"


class TicketChanged(_Conflict):
    """Somebody else changed the ticket since the author looked."""

    why: Literal["differs"] = "differs"


class NeverSeen(_Conflict):
    """The author never saw the ticket, and LiveAgent delayed the operation: its current state."""

    why: Literal["waited"] = "waited"


class SomebodyReplying(_Conflict):
    """Others are replying in LiveAgent now: their names, as far as known."""

    why: Literal["replying"] = "replying"
    agents: tuple[str, ...] = ()


class FilesUnsendable(_Conflict):
    """A file can't be sent, so the text waits: `reason` is LiveAgent's, if it refused.

    `shown` and `count` are what its author had confirmed before.
    """

    why: Literal["files"] = "files"
    trouble: FileTrouble
    name: str = ""
    megabytes: int = 0
    """The limit."""
    reason: str = ""


Conflict = (
    RecipientUnconfirmed
    | FilesUnsendable
    | SomebodyReplying
    | ConversationChanged
    | NewMessages
    | ConversationUnread
    | TicketChanged
    | NeverSeen
)
_CONFLICT: TypeAdapter[Conflict] = TypeAdapter(Annotated[Conflict, Field(discriminator="why")])


class Failure(_Stored):
    """A refusal, or an uncertain result after an error.

    `reason` is LiveAgent's, `status` the ticket's.
    """

    error: ErrorCode
    reason: str = ""
    call: str = ""
    status: str = ""

    @field_validator("error", mode="before")
    @classmethod
    def _of_other_versions(cls, stored: str) -> str:
        return stored if stored in ErrorCode.__members__.values() else ErrorCode.REFUSED

    @classmethod
    def of(cls, error: errors.BotError) -> "Failure":
        return cls(
            error=_CODES.get(type(error), ErrorCode.REFUSED),
            reason=error.reason if isinstance(error, errors.AnyRefusal) else "",
            call=error.call if isinstance(error, errors.LiveAgentError) else "",
            status=error.status if isinstance(error, errors.NotOffered) else "",
        )


class Uncertain(_Stored):
    """Messages or tickets that may be its result, with changed text; the author must check."""

    others: tuple[str, ...]


Outcome = Done | Conflict | Failure | Uncertain


def read_outcome(stored: Mapping[str, Any] | None) -> Outcome:
    """Returns the outcome of a row; an empty `Done` for a missing or unreadable one."""
    stored = stored or {}
    try:
        if "why" in stored:
            return _CONFLICT.validate_python(stored)
        if "error" in stored:
            return Failure.model_validate(stored)
        if "others" in stored:
            return Uncertain.model_validate(stored)
        return Done.model_validate(stored)
    except ValidationError:
        return NewMessages() if "why" in stored else Done()


def known_in(stored: Mapping[str, Any] | None) -> Done | Conflict:
    """Returns what has the ticket's code, subject and owner, each "" if unknown."""
    outcome = read_outcome(stored)
    return Done() if isinstance(outcome, Failure | Uncertain) else outcome


def created_in(stored: Mapping[str, Any] | None) -> str:
    """Returns the id of the created ticket, "" if there is none."""
    outcome = read_outcome(stored)
    return outcome.ticket_id if isinstance(outcome, Done) else ""


def known_candidates(stored: Mapping[str, Any] | None) -> Sequence[str]:
    """Returns the candidates of which the author was already notified."""
    outcome = read_outcome(stored)
    return outcome.others if isinstance(outcome, Uncertain) else ()
