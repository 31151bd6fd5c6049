"""The records of the account. All datetimes are aware; `answers` formats them."""

from dataclasses import dataclass, field
from datetime import datetime

SYSTEM_USER = "system00"


@dataclass(frozen=True)
class Department:
    id: str
    name: str
    description: str = ""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Agent:
    """`role` is A (agent), D (admin) or O (owner)."""

    id: str
    contact_id: str
    email: str
    first_name: str
    last_name: str
    role: str
    departments: tuple[str, ...]
    online: str = "M"

    @property
    def name(self) -> str:
        """The full name, family name first if it is in Japanese script."""
        names = (self.first_name, self.last_name)
        return " ".join(names if self.last_name.isascii() else names[::-1])


@dataclass(frozen=True)
class Tag:
    id: str
    name: str
    color: str = "FFFFFF"
    background: str = "5B7083"


@dataclass(frozen=True)
class PredefinedAnswer:
    """`format` is T (text) or H (HTML)."""

    id: str
    name: str
    body: str
    format: str = "H"
    subject: str = ""
    department: str = ""
    user: str = ""


@dataclass(frozen=True)
class Customer:
    id: str
    name: str
    email: str


@dataclass(frozen=True)
class File:
    id: str
    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    id: str
    user_id: str
    kind: str
    created: datetime
    text: str


@dataclass(frozen=True)
class Group:
    """`messages` is None where LiveAgent leaves the key out."""

    id: str
    user_id: str
    kind: str
    created: datetime
    messages: tuple[Message, ...] | None
    status: str = "V"


@dataclass(kw_only=True)
class Ticket:
    """A ticket. `emailed` is off for chats and social channels, whose replies are not e-mailed."""

    id: str
    code: str
    public_code: str
    subject: str
    owner: Customer
    department: str
    status: str
    created: datetime
    changed: datetime
    assignee: str | None = None
    tags: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    note: str | None = None
    postponed_until: datetime | None = None
    wakes_as: str = "C"
    """The status in which it wakes."""
    emailed: bool = True
    merged_into: str = ""
    """The id of the ticket that has its messages."""

    @property
    def messages(self) -> list[Message]:
        return [message for group in self.groups for message in group.messages or ()]


@dataclass(frozen=True)
class Rating:
    """`kind` is R (reward) or P (punishment)."""

    kind: str
    created: datetime
    ticket_id: str
    agent_email: str
    requester_email: str
    comment: str = ""


@dataclass(frozen=True)
class Email:
    """An e-mail that the owner of a ticket and everybody in copy received."""

    ticket_id: str
    to: str
    copies: tuple[str, ...]
    subject: str
    html: str
    sent: datetime


@dataclass(frozen=True)
class Call:
    """One request as it reached the API, without its key."""

    number: int
    at: datetime
    name: str
    verb: str
    path: str
    parameters: dict[str, str]
    outcome: str
