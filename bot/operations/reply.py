"""Words to the customer."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.errors import NotMade, PerhapsMade, Refused, TicketNotFound
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.ticket import MessageKind, Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.rich_text import to_html
from bot.operations.situation import Objection, Situation, address, visible_html

_NOT_ANSWERED = {Status.SPAM, Status.DELETED}
# Without an agent, or with one it does not know, LiveAgent stores a reply as a note.
_BECOMES = (MessageKind.MESSAGE, MessageKind.NOTE)


class Reply(BaseModel):
    """`rich_text` is kept as it was typed, so that a form can be filled with it again.

    `last_seen` is the id of the newest message when the form was opened, "" where there was none,
    and None where LiveAgent did not answer then: nobody saw whom it goes to. `seen_count` says how
    many messages there were. `owner` is the address that the form showed, as `address` spells it;
    `recipient` is whom it named, for notices alone.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["reply"] = "reply"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    rich_text: dict[str, Any]
    then: Status = Status.ANSWERED
    email_customer: bool = True
    last_seen: str | None = None
    seen_count: int | None = None
    recipient: str = ""
    owner: str = ""

    @property
    def html(self) -> str:
        return to_html(self.rich_text)

    def objection(self, now: Situation, actor: Agent) -> Objection | None:
        if self.message_in(now, actor):
            return None  # the customer has it
        if self.last_seen is None or self._goes_to_another(now.ticket):
            return {"why": "unseen"}
        return now.words_since(self.last_seen, actor, count=self.seen_count)

    def _goes_to_another(self, ticket: Ticket) -> bool:
        return bool(self.owner) and self.owner != address(ticket)

    def is_there(self, now: Situation, actor: Agent) -> bool:
        return bool(self.message_in(now, actor)) and now.ticket.status == self.then

    async def apply(self, system: TicketSystem, actor: Agent, now: Situation) -> str:
        """Says it unless it is said, then sets the status unless LiveAgent did."""
        if not self.message_in(now, actor):
            await system.reply(
                self.ticket_id, self.html, agent_id=actor.id, email_customer=self.email_customer
            )
        try:
            ticket = await system.find(TicketRef(self.ticket_id))
            if ticket.status != self.then:
                await system.set_status(self.ticket_id, self.then, agent_id=actor.id)
        except (Refused, TicketNotFound) as error:
            return getattr(error, "reason", "") or "?"
        except NotMade as error:  # the words are there, so that "not made" would be wrong
            raise PerhapsMade(error.call, error.why) from error
        return ""

    def message_in(self, now: Situation, actor: Agent) -> str:
        """The id of the message that it has become; else ""."""
        return now.find(visible_html(self.html), actor, _BECOMES)


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status not in _NOT_ANSWERED
