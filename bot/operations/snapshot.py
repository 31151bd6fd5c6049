"""A ticket as somebody saw it, to be compared with what it is later."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.domain.ticket import Message, Ticket, TicketView

MAX_ADDRESS_LENGTH = 254


class Snapshot(BaseModel):
    """A ticket as its reader saw it.

    `newest` is the newest message, "" for none, None where it is unknown; `count` says how many
    there were, since one that comes later may bear an earlier time.
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
    """The ticket as it was before the first call."""

    model_config = ConfigDict(frozen=True)

    message_ids: tuple[str, ...]
    status: str
    tags: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, ticket: Ticket, messages: Sequence[Message], tags: Sequence[str] = ()
    ) -> "Baseline":
        ids = tuple(message.id for message in messages)
        return cls(message_ids=ids, status=ticket.status, tags=tuple(tags))


def address(ticket: Ticket) -> str:
    """The customer's, no longer than addresses are, in one spelling: to be compared."""
    return ticket.owner_email[:MAX_ADDRESS_LENGTH].casefold()
