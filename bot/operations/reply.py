"""A reply to the customer."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any, Literal

from bot.domain.errors import AnyRefusal, NotApplied, OutcomeUnknown, TicketNotFound
from bot.domain.markup import visible_html
from bot.domain.people import Agent
from bot.domain.placeholders import find_placeholders
from bot.domain.ref import TicketRef
from bot.domain.ticket import MessageKind, Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.current_state import CurrentState
from bot.operations.files import SlackFile
from bot.operations.operation import Kind, TicketOperation
from bot.operations.outcome import Conflict, RecipientUnconfirmed, Remark
from bot.operations.rich_text import text_without_code, to_html
from bot.operations.snapshot import Snapshot, address
from bot.operations.tags import missing, spelling

_NOT_ANSWERED = {Status.SPAM, Status.DELETED}


class Reply(TicketOperation):
    """Sends a reply; `rich_text` is kept as typed, to fill a form with it again.

    `last_seen` is the id of the newest message when the form was opened, "" if there was none, and
    None if LiveAgent did not answer then, so that nobody saw the recipient. `seen_count` is the
    number of messages then. `owner` is the address that the form showed, as `address` spells it, ""
    if the customer had none, None if no form showed one; `recipient` is the name it showed, for
    notices only. `despite` are the ids of agents who were replying in LiveAgent when its author
    chose to send it. `tags` are added after sending.
    """

    # LiveAgent stores a reply without an agent, or with an unknown one, as a note.
    stored_as = (MessageKind.MESSAGE, MessageKind.NOTE)

    kind: Literal[Kind.REPLY] = Kind.REPLY
    version: Literal[1, 2] = 1
    rich_text: dict[str, Any]
    then: Status = Status.ANSWERED
    email_customer: bool = True
    last_seen: str | None = None
    seen_count: int | None = None
    recipient: str = ""
    owner: str | None = None
    despite: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    files: tuple[SlackFile, ...] = ()

    @property
    def reads_tags(self) -> bool:
        return bool(self.tags)

    @property
    def newest_seen(self) -> str | None:
        return self.last_seen

    @property
    def html(self) -> str:
        return to_html(self.rich_text)

    @property
    def written(self) -> str:
        return visible_html(self.html)

    @property
    def leaves(self) -> Status:
        return self.then

    def placeholders(self) -> Sequence[str]:
        return find_placeholders(text_without_code(self.rich_text))

    def confirmed(self, shown: Snapshot) -> "Reply":
        seen = {"last_seen": shown.newest, "seen_count": shown.count, "owner": shown.owner}
        return self.model_copy(update=seen)

    def conflict(self, now: CurrentState, actor: Agent) -> Conflict | None:
        if self.message_in(now, actor):
            return None  # the customer already has it
        if self.last_seen is None or self._goes_to_another(now.ticket):
            return RecipientUnconfirmed()
        return now.new_messages(self.last_seen, actor, count=self.seen_count)

    def _goes_to_another(self, ticket: Ticket) -> bool:
        return self.owner is not None and self.owner != address(ticket)

    def is_applied(self, now: CurrentState, actor: Agent) -> bool:
        is_sent = bool(self.message_in(now, actor)) and now.ticket.status == self.then
        return is_sent and not missing(self.tags, now.tags)

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark | None:
        """Sends it unless it is there, then sets the status and adds missing tags."""
        is_late = bool(self.message_in(now, actor))
        if not is_late:
            await system.reply(
                self.ticket_id,
                self.html,
                agent_id=actor.id,
                email_customer=self.email_customer,
                attachments=now.attachments,
            )
        status = self._set_status(system, actor, now, is_late=is_late)
        remark = await _after_it(status, "refused")
        untagged = await _after_it(self._add_tags(system, now), "untagged")
        return remark or untagged

    async def _add_tags(self, system: TicketSystem, now: CurrentState) -> None:
        for name in missing(self.tags, now.tags):
            await system.add_tag(self.ticket_id, spelling(name, now.known_tags))

    async def _set_status(
        self, system: TicketSystem, actor: Agent, now: CurrentState, *, is_late: bool
    ) -> Remark | None:
        """Sets the status, unless that would hide a newer message or undo a newer decision."""
        ref = TicketRef(self.ticket_id)
        ticket = await system.find(ref)
        # messages last, so that a slow answer for the ticket does not make them old
        (written,) = await asyncio.gather(system.messages(ref), return_exceptions=True)
        if ticket.status == self.then:
            return None
        if isinstance(written, BaseException):
            raise written
        now = replace(now, messages=written)
        if news := now.new_messages(self.last_seen, actor, count=self.seen_count):
            return Remark(why=news.why)
        if is_late and ticket.status not in {Status.ANSWERED, now.before.status}:
            return Remark(why="changed")
        await system.set_status(self.ticket_id, self.then, agent_id=actor.id)
        return None


async def _after_it(
    step: Awaitable[Remark | None], why: Literal["refused", "untagged"]
) -> Remark | None:
    """Returns why `step` was refused, if it was. Never raises `NotApplied`: the reply was sent."""
    try:
        return await step
    except (AnyRefusal, TicketNotFound) as error:
        return Remark(why=why, reason=getattr(error, "reason", ""))
    except NotApplied as error:
        raise OutcomeUnknown(error.call, error.why) from error


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status not in _NOT_ANSWERED
