"""A ticket as somebody saw it, to be compared with its later state."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.domain.ticket import Message, Ticket, TicketView

MAX_ADDRESS_LENGTH = 254
CHANGE_SECONDS = 5.0  # a message may be slightly younger than the change of its ticket


class Snapshot(BaseModel):
    """A ticket as its reader saw it. `newest` is the newest message, "" for none, None if unknown.

    `count` is the number of messages, because a message that arrives later may have an earlier
    time. If no messages were read, `changed` stands for them: the ticket's last change, in seconds
    since 1970.
    """

    model_config = ConfigDict(frozen=True)

    status: str
    department: str
    assignee: str
    newest: str | None = None
    count: int | None = None
    owner: str = ""
    changed: int | None = None

    @classmethod
    def of(cls, view: TicketView) -> "Snapshot":
        return cls.now(view.ticket, view.messages)

    @classmethod
    def now(cls, ticket: Ticket, messages: Sequence[Message] | None) -> "Snapshot":
        newest = changed = None
        if messages is not None:
            newest = newest_of(messages)
        elif ticket.changed:
            changed = int(ticket.changed.timestamp())
        return cls(
            status=ticket.status,
            department=ticket.department.id,
            assignee=ticket.assignee_id,
            newest=newest,
            count=None if messages is None else len(messages),
            owner=address(ticket),
            changed=changed,
        )


class Baseline(BaseModel):
    """The ticket before the first call."""

    model_config = ConfigDict(frozen=True)

    message_ids: tuple[str, ...]
    status: str
    changed: str = ""
    """Unused; an older version on the same database can't read a row without it."""
    tags: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, ticket: Ticket, messages: Sequence[Message], tags: Sequence[str] = ()
    ) -> "Baseline":
        ids = tuple(message.id for message in messages)
        return cls(message_ids=ids, status=ticket.status, tags=tuple(tags))


def newest_of(messages: Sequence[Message]) -> str:
    """Returns the newest message's id, "" for none."""
    return messages[-1].id if messages else ""


def written_by(changed: float, messages: Sequence[Message]) -> Sequence[Message]:
    """Returns the messages that the ticket had when it changed, in seconds since 1970."""
    latest = changed + CHANGE_SECONDS
    return [each for each in messages if not each.created or each.created.timestamp() <= latest]


def address(ticket: Ticket) -> str:
    """Returns the customer's address for comparison, casefolded and of limited length."""
    return ticket.owner_email[:MAX_ADDRESS_LENGTH].casefold()
