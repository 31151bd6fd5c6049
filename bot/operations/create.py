"""A new ticket: a customer's request, or an agent's message to a customer."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.markup import visible_html
from bot.domain.people import Agent
from bot.domain.placeholders import find_placeholders
from bot.domain.ticket import Message, Status
from bot.domain.ticket_system import NewTicket, TicketSystem
from bot.operations.current_state import begins_with
from bot.operations.files import SlackFile
from bot.operations.operation import Kind
from bot.operations.rich_text import text_without_code, to_html


class LinkThread(BaseModel):
    """A Slack thread, by its channel and the timestamp of its first message."""

    model_config = ConfigDict(frozen=True)

    channel: str
    ts: str


class Create(BaseModel):
    """Creates a ticket. Creations for one customer run one after another.

    `link_thread` is where the ticket's link is posted for everybody, if requested.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal[Kind.CREATE] = Kind.CREATE
    version: Literal[1, 2] = 1
    code: str = ""
    is_by_customer: bool
    recipient: str
    recipient_name: str = ""
    department_id: str
    department_name: str = ""
    subject: str
    rich_text: dict[str, Any]
    copies: tuple[str, ...] = ()
    status: Status = Status.NEW
    email_customer: bool = False
    link_thread: LinkThread | None = None
    files: tuple[SlackFile, ...] = ()

    @property
    def ticket_id(self) -> str:
        """A substitute until the ticket has an id."""
        return f"new {self.recipient.casefold()}"

    @property
    def html(self) -> str:
        return to_html(self.rich_text)

    def placeholders(self) -> Sequence[str]:
        """Returns none for a customer's own words, which are not sent to anybody."""
        if self.is_by_customer:
            return ()
        return find_placeholders(f"{self.subject}\n{text_without_code(self.rich_text)}")

    async def apply(
        self, system: TicketSystem, actor: Agent, attachments: Sequence[str] = ()
    ) -> str:
        """Returns the id of the new ticket. A customer's own request is never mailed to them."""
        return await system.create(
            NewTicket(
                author=self.recipient if self.is_by_customer else actor.id,
                department_id=self.department_id,
                subject=self.subject,
                html=self.html,
                recipient=self.recipient,
                recipient_name=self.recipient_name,
                copies=self.copies,
                status=self.status,
                email_customer=self.email_customer and not self.is_by_customer,
                attachments=attachments,
            )
        )

    def is_in(self, messages: Sequence[Message], actor: Agent) -> bool:
        """Whether the ticket begins with this text, written by the right author."""
        words = visible_html(self.html)
        return any(
            actor.is_named(message.author_id) is not self.is_by_customer
            and begins_with(message, words)
            for message in messages
        )
