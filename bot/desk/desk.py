"""What an agent can ask of the desk. Whatever concerns a ticket takes the actor."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from bot.desk import policy
from bot.desk.veil import veil, veil_messages, veil_ticket
from bot.domain.errors import KeyRefused, LiveAgentError, OutOfBounds, Refused, TicketNotFound
from bot.domain.people import Agent, Department, SlackUser
from bot.domain.ref import Account, TicketRef
from bot.domain.ticket import Message, QueueLine, Ticket, TicketView
from bot.domain.ticket_system import Directory, TicketSystem

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """`clock` gives the time now, aware."""

    system: TicketSystem
    directory: Directory
    account: Account
    clock: Callable[[], datetime]

    async def actor(self, user: SlackUser) -> Agent:
        """The agent behind a Slack user. Raises `NotAllowed`."""
        return await policy.agent_behind(user, self.directory.agent)

    async def look_up(self, ref: TicketRef, actor: Agent) -> TicketView:
        """The ticket as it is now, its parts asked for at once. Raises `OutOfBounds` too."""
        ticket, messages, tags, agents = await asyncio.gather(
            self.system.find(ref),
            _unless_withheld(self.system.messages(ref)),
            _unless_withheld(self.system.tags_of(ref)),
            _unless_withheld(self.directory.agents()),
        )
        await policy.check_may_read(actor, ticket, self.directory)
        if messages is not None:
            messages = veil_messages(messages, ticket.public_code, self.account)
        shown = veil_ticket(ticket, self.account)
        return TicketView(shown, messages, tags, agents or (), self.clock())

    async def as_it_stands(self, ticket: Ticket) -> tuple[Ticket, Sequence[Message] | None]:
        """A ticket of a list, read anew, with its messages; None where LiveAgent gives none now."""
        ref = TicketRef(ticket.id)
        try:
            found, messages = await asyncio.gather(self.system.find(ref), self.system.messages(ref))
        except LiveAgentError:
            return ticket, None
        veiled = veil_messages(messages, found.public_code, self.account)
        return veil_ticket(found, self.account), veiled

    def without_codes(self, typed: str) -> str:
        """Words as they may be shown to who typed them."""
        return veil(typed, "", self.account)

    async def look_up_each(self, refs: Sequence[TicketRef], actor: Agent) -> Sequence[Ticket]:
        """Those of the tickets that there are and that the actor may read, each once."""
        found = await asyncio.gather(*(self._find_if_allowed(ref, actor) for ref in refs))
        return list({ticket.id: ticket for ticket in found if ticket}.values())

    async def _find_if_allowed(self, ref: TicketRef, actor: Agent) -> Ticket | None:
        try:
            ticket = await self.system.find(ref)
            await policy.check_may_read(actor, ticket, self.directory)
        except (TicketNotFound, OutOfBounds):
            return None
        return veil_ticket(ticket, self.account)

    async def name_of(self, agent_id: str) -> str:
        """An agent's name; "" for nobody, for one long gone, and while LiveAgent does not say."""
        if not agent_id:
            return ""
        agents = await _unless_withheld(self.directory.agents())
        return next((agent.name for agent in agents or () if agent.is_named(agent_id)), "")

    async def tag_names(self) -> Sequence[str]:
        """Of all tags that LiveAgent has; none while it does not say."""
        return [tag.name for tag in await _unless_withheld(self.directory.tags()) or ()]

    async def departments_of(self, actor: Agent) -> Sequence[Department]:
        """Those in which the actor may work."""
        departments = await self.directory.departments()
        if actor.sees_every_department:
            return departments
        theirs = await asyncio.gather(*(self._is_theirs(actor, each) for each in departments))
        return [each for each, is_theirs in zip(departments, theirs, strict=True) if is_theirs]

    async def _is_theirs(self, actor: Agent, department: Department) -> bool:
        """Not where LiveAgent refuses to say: the others are theirs all the same."""
        try:
            return await policy.belongs_to(actor, department.id, self.directory)
        except KeyRefused:
            raise
        except Refused as error:
            log.warning("a department without members", department=department.id, why=str(error))
            return False

    async def queue(self, actor: Agent) -> Sequence[QueueLine]:
        """What waits in the actor's departments, the fullest first."""
        lines = await self.system.queue()
        if not actor.sees_every_department:
            theirs = {department.id for department in await self.departments_of(actor)}
            lines = [line for line in lines if line.department.id in theirs]
        return sorted(lines, key=lambda line: (-line.new - line.customer_replied, -line.total))


async def _unless_withheld(part: Awaitable[T]) -> T | None:
    """A card can do without this part: where LiveAgent gives none, the card says so."""
    try:
        return await part
    except LiveAgentError as error:
        log.warning("shown without a part", call=error.call, why=str(error))
        return None
