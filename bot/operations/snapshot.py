"""A ticket as somebody saw it, for comparison with its later state."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.domain.ticket import Message, Ticket, TicketView

MAX_ADDRESS_LENGTH = 254


class Snapshot(BaseModel):
    """A ticket as its reader saw it.

    `newest` is the newest message, "" for none, None if unknown. `count` is the number of messages,
    because a message that arrives later may carry an earlier time.
    """

    model_config = ConfigDict(frozen=True)

    status: str
    department: str
    assignee: str
    newest: str | None = None
    count: int | None = None
    owner: str = ""

    @classmethod
    def of(cls, view: TicketView) -> "Snapshot":
        return cls.now(view.ticket, view.messages)

    @classmethod
    def now(cls, ticket: Ticket, messages: Sequence[Message] | None) -> "Snapshot":
        newest = None
        if messages is not None:
            newest = messages[-1].id if messages else ""
        return cls(
            status=ticket.status,
            department=ticket.department.id,
            assignee=ticket.assignee_id,
            newest=newest,
            count=None if messages is None else len(messages),
            owner=address(ticket),
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


def address(ticket: Ticket) -> str:
    """Returns the customer's address for comparison, casefolded and of limited length."""
    return ticket.owner_email[:MAX_ADDRESS_LENGTH].casefold()
