"""Reads tickets, departments and the queue on behalf of an agent, within their permissions."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

import structlog

from bot.desk import policy
from bot.desk.redact import redact, redact_messages, redact_ticket
from bot.domain.activity import Doing
from bot.domain.errors import LiveAgentError, OutOfBounds, TicketNotFound, TicketUnavailable
from bot.domain.people import Agent, Agents, OwnDepartments, SlackUser
from bot.domain.ref import Account, TicketRef
from bot.domain.ticket import (
    CustomerTickets,
    Message,
    Queue,
    Status,
    Ticket,
    TicketView,
    Wake,
    fullest_first,
)
from bot.domain.ticket_system import Directory, TicketSystem
from bot.operations import Snapshot
from bot.operations.snapshot import written_by

log = structlog.get_logger()

LONG_TICKET = 50_000  # characters: at worst 20 ms

T = TypeVar("T")


async def _unknown(_ticket_id: str) -> str:
    return ""


async def _never() -> bool:
    return False


def _no_others(_ticket: Ticket, _actor: Agent) -> CustomerTickets | None:
    return None


@dataclass(frozen=True, slots=True)
class Desk:
    """Reads tickets within the actor's permissions. `clock` returns the current time, aware."""

    system: TicketSystem
    directory: Directory
    account: Account
    clock: Callable[[], datetime]
    status_before: Callable[[str], Awaitable[str]] = _unknown
    """Returns the status that a ticket had before it was postponed from Slack, "" if unknown."""
    others_known: Callable[[Ticket, Agent], CustomerTickets | None] = _no_others
    """Returns the other tickets of a ticket's customer, if they are already known."""
    sends_files: Callable[[], Awaitable[bool]] = _never
    """Whether the bot may send files of tickets to agents in Slack."""
    _queues: deque[Queue] = field(default_factory=lambda: deque(maxlen=1))

    async def actor(self, user: SlackUser) -> Agent:
        """Returns the agent of a Slack user. Raises `NotAllowed`."""
        agent = await policy.agent_of(user, self.directory.agent)
        return replace(agent, can_get_files=True) if await self.sends_files() else agent

    async def look_up(
        self,
        ref: TicketRef,
        actor: Agent,
        *,
        within: float = 0.0,
        messages: bool = True,
        tags: bool = True,
        present: bool = False,
    ) -> TicketView:
        """Returns the ticket with its parts, at most `within` seconds old. Raises `OutOfBounds`.

        `messages`, `tags` and who is `present` are read only on request, all concurrently.
        """
        reading = self._look_up(ref, actor, within=within, messages=messages, tags=tags)
        if not present:
            return await reading
        view, activity = await asyncio.gather(reading, self.system.recent_activity())
        return replace(view, present=activity and activity.of_others(view.ticket.id, actor))

    async def replying_now(self, ticket_id: str, email: str) -> Mapping[str, str]:
        """Returns the names of others who are replying in LiveAgent, by agent id, without a call.

        It is empty if their activity or the user's agent was not read recently.
        """
        activity, reader = self.system.cached_activity(), self.directory.known_agent(email)
        if activity is None or reader is None:
            return {}
        others = activity.of_others(ticket_id, reader).agents
        ids = [each.agent_id for each in others if each.doing is Doing.REPLYING]
        return {each: await self.name_of(each) for each in ids}

    async def _look_up(
        self, ref: TicketRef, actor: Agent, *, within: float, messages: bool, tags: bool
    ) -> TicketView:
        reading = self.system.recent_reading(ref, within) if within else None
        if reading is None:
            return await self._look_up_now(ref, actor, messages=messages, tags=tags)
        needs_tags = tags and reading.tags is None
        found, agents = await asyncio.gather(
            _none_on_failure(self.system.tags_of(ref)) if needs_tags else _ready(reading.tags),
            _none_on_failure(self.directory.agents()),
        )
        view = TicketView(reading.ticket, reading.messages, found, agents or (), reading.seen)
        is_old = not needs_tags and reading.tags_seen and reading.tags_seen < reading.seen
        view = replace(view, tags_seen=reading.tags_seen if is_old else None)
        return await self._checked_and_redacted(view, actor)

    async def _look_up_now(
        self, ref: TicketRef, actor: Agent, *, messages: bool, tags: bool
    ) -> TicketView:
        seen = self.clock()
        ticket, written, found, agents = await asyncio.gather(
            self.find_unbounded(ref),
            _none_on_failure(self.system.messages(ref)) if messages else _ready(None),
            _none_on_failure(self.system.tags_of(ref)) if tags else _ready(None),
            _none_on_failure(self.directory.agents()),
        )
        view = TicketView(ticket, written, found, agents or (), seen)
        return await self._checked_and_redacted(view, actor)

    async def _checked_and_redacted(self, view: TicketView, actor: Agent) -> TicketView:
        ticket, messages = view.ticket, view.messages
        await policy.check_may_read(actor, ticket, self.directory.members)
        if messages is not None:
            messages = await redacted(messages, ticket.public_code, self.account)
        shown = redact_ticket(ticket, self.account)
        others = self.others_known(ticket, actor)
        wake = await self._wake(ticket)
        return replace(view, ticket=shown, messages=messages, wake=wake, others=others)

    async def _wake(self, ticket: Ticket) -> Wake | None:
        """Returns when a postponed ticket wakes, if LiveAgent says."""
        is_asleep = ticket.status == Status.POSTPONED
        at = await self.system.recent_wake_time(ticket.id) if is_asleep else None
        if at is None:
            return None
        before = await self.status_before(ticket.id)
        return Wake(at, before if before in {Status.NEW, ""} else Status.OPEN)

    async def find(self, ref: TicketRef, actor: Agent) -> Ticket:
        """Returns the current ticket alone. Raises as `look_up` does."""
        return await self._bounded(await self.find_unbounded(ref), actor)

    async def find_unbounded(self, ref: TicketRef) -> Ticket:
        """Reads the ticket, unredacted, for any agent.

        LiveAgent gives the same answer for a missing ticket and for its own errors, so a second
        call distinguishes them: `TicketUnavailable` is raised only if that fails too.
        """
        name = ref.value if "-" in ref.value else ""
        try:
            return await self.system.find(ref)
        except TicketUnavailable as error:
            if await _none_on_failure(self.system.queue()) is None:
                raise TicketUnavailable(name) from error
            raise TicketNotFound(name) from error
        except TicketNotFound as error:
            raise TicketNotFound(name) from error

    async def _bounded(self, ticket: Ticket, actor: Agent) -> Ticket:
        await policy.check_may_read(actor, ticket, self.directory.members)
        return redact_ticket(ticket, self.account)

    async def take_snapshot(
        self, ref: TicketRef, actor: Agent, *, since: float
    ) -> tuple[Ticket, Snapshot]:
        """Returns the ticket and a snapshot, with which an operation detects later changes.

        The snapshot omits messages written after `since` (seconds since 1970, 0 for no limit),
        which its author has not seen. Raises as `look_up` does, and if messages can't be read.
        """
        found, written = await asyncio.gather(
            self.find_unbounded(ref), self.system.messages(ref), return_exceptions=True
        )
        ticket, messages = result_or_raise(found), result_or_raise(written)
        await policy.check_may_read(actor, ticket, self.directory.members)
        known = written_by(since, messages) if since else messages
        return redact_ticket(ticket, self.account), Snapshot.now(ticket, known)

    def without_codes(self, typed: str) -> str:
        """Returns the user's input without public URL codes, whether alone or in links."""
        for ref in self.account.find_refs(typed):
            if ref.is_public_code:
                typed = redact(typed, ref.value, self.account)
        return redact(typed, "", self.account)

    async def look_up_each(self, refs: Sequence[TicketRef], actor: Agent) -> Sequence[Ticket]:
        """Returns the existing tickets that the actor may read, without duplicates."""
        found = await asyncio.gather(*(self._find_if_allowed(ref, actor) for ref in refs))
        return list({ticket.id: ticket for ticket in found if ticket}.values())

    async def _find_if_allowed(self, ref: TicketRef, actor: Agent) -> Ticket | None:
        try:
            return await self._bounded(await self.system.find(ref), actor)
        except (TicketNotFound, OutOfBounds):
            return None

    async def name_of(self, agent_id: str) -> str:
        """Returns an agent's name; "" for nobody, a former agent, or if LiveAgent fails."""
        if not agent_id:
            return ""
        agents = await _none_on_failure(self.directory.agents())
        named = Agents.of(agents or ()).named(agent_id)
        return named.name if named else ""

    async def tag_names(self) -> Sequence[str]:
        """Returns the names of all tags; none if LiveAgent does not answer."""
        return [tag.name for tag in await _none_on_failure(self.directory.tags()) or ()]

    async def departments_of(
        self, actor: Agent, among: Collection[str] | None = None
    ) -> OwnDepartments:
        """Returns the departments in which the actor may work, of those in `among` or of all."""
        if actor.sees_every_department:
            return OwnDepartments(await self.directory.departments())
        return await self.directory.departments_of(actor, among)

    async def queue(self, actor: Agent, *, within: float = 0.0) -> Queue:
        """Returns the actor's queue, fullest department first, at most `within` seconds old.

        It reads the queue of all departments, so that the next caller can use it too.
        """
        whole = self._queues[-1] if self._queues else None
        if whole is None or not whole.is_of(self.clock(), within):
            seen = self.clock()
            whole = Queue(await self.system.queue(), seen=seen)
            self._queues.append(whole)
        lines, is_complete = whole.lines, True
        if not actor.sees_every_department:
            own = await self.departments_of(actor, {line.department.id for line in lines})
            lines = [line for line in lines if line.department.id in own.ids]
            is_complete = own.is_complete
        return replace(whole, lines=fullest_first(lines), is_complete=is_complete)


async def redacted(messages: Sequence[Message], code: str, account: Account) -> Sequence[Message]:
    """Redacts the messages; in a thread if they are long, so as not to block the event loop."""
    if sum(len(message.body) for message in messages) < LONG_TICKET:
        return redact_messages(messages, code, account)
    return await asyncio.to_thread(redact_messages, messages, code, account)


def result_or_raise(result: T | BaseException) -> T:
    """Returns the result of a gathered call, or raises its exception."""
    if isinstance(result, BaseException):
        raise result
    return result


async def agents_if_known(desk: Desk) -> Sequence[Agent]:
    """Returns all agents; none if LiveAgent fails."""
    return await _none_on_failure(desk.directory.agents()) or ()


async def _ready(part: T) -> T:
    """Returns a part that need not be read."""
    return part


async def _none_on_failure(part: Awaitable[T]) -> T | None:
    """Returns None if LiveAgent fails: a card is shown without this part, and says so."""
    try:
        return await part
    except LiveAgentError as error:
        log.warning("part of a ticket not read", call=error.call, why=str(error))
        return None
