"""Decides when a channel's message about overdue tickets is posted or changed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from blocks.overdue import MAX_ROWS, continued, dated, none_overdue, overdue_message
from blocks.shared import content_of
from blocks.text import Post
from bot.desk.overdue import as_its_owner_may_see
from bot.desk.redact import redact_ticket
from bot.domain.calendar import Span
from bot.domain.errors import LiveAgentError, NotInChannel, SlackDoesNotAnswer, TicketNotFound
from bot.domain.lease import LeaseLost
from bot.domain.overdue import (
    OVERDUE,
    AlertState,
    OverdueAlert,
    OverdueTicket,
    came_outside_hours,
    overdue_tickets,
)
from bot.domain.people import SlackUser
from bot.domain.ref import TicketRef
from bot.domain.ticket import Ticket
from bot.i18n import Translator
from bot.jobs.overdue_posts import OverduePosts, OverdueTools
from bot.slack.channels import check_is_ours
from bot.slack.refusals import THREAD_GONE
from bot.storage.overdue import OverdueWork

log = structlog.get_logger()

DATED_ANEW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WaitingTickets:
    """All waiting tickets, and when they were read; they are read `every` so many seconds.

    `is_cut`: LiveAgent has more.
    """

    tickets: Sequence[Ticket]
    seen: datetime
    every: float
    is_cut: bool = False


@dataclass(slots=True)
class OverdueMessage:
    """Updates a channel's message.

    Tickets are compared in a thread, because there may be thousands.
    """

    tools: OverdueTools
    work: OverdueWork
    waiting: WaitingTickets
    alert: OverdueAlert = field(init=False)
    state: AlertState = field(init=False)
    overdue: Sequence[OverdueTicket] = ()
    t: Translator = field(init=False)

    def __post_init__(self) -> None:
        self.alert, self.state = self.work.alert, self.work.state
        self.t = Translator(self.alert.language)

    async def update(self) -> AlertState:
        """Returns the channel's new state.

        Raises `NotAllowed` if the owner or the channel may not see the tickets, and `LeaseLost`.
        """
        await self._settle()
        tickets, seen = self.waiting.tickets, self.waiting.seen
        self.state = await asyncio.to_thread(self.state.seeing, self.alert, tickets, seen)
        await self._look()
        if self.overdue or self.state.ts:
            await self._bound(self.tools.people.find)  # as far as known, without a call
        if not self.overdue and not self.state.ts:
            self.state = replace(self.state, is_deleted=False)
        elif self._is_due(await self._draw()):
            await self._bound(self.tools.people.find_now)
            if not await check_is_ours(self.tools.slack, self.alert.channel):
                raise NotInChannel
            post = await self._draw()
            if self._is_due(post):
                await self._show(post)
                await self._escalate()
        return self.state

    @property
    def _posts(self) -> OverduePosts:
        return OverduePosts(self.tools, self.alert)

    @property
    def _shift(self) -> Span | None:
        """The current working hours; outside them nothing is posted."""
        return self.alert.calendar.shift(self.waiting.seen)

    @property
    def _is_another_day(self) -> bool:
        return self._shift is not None and self.state.posted_on != self._shift.day.isoformat()

    @property
    def _to_escalate(self) -> Sequence[OverdueTicket]:
        """The tickets for which somebody must be mentioned now."""
        if not (self._shift and self.state.may_escalate(self.waiting.seen)):
            return []
        return [each for each in self.overdue if each.is_to_escalate]

    @property
    def _is_news(self) -> bool:
        is_new = self._shift is not None and not all(each.notified for each in self.overdue)
        return is_new or bool(self._to_escalate)

    async def _look(self) -> None:
        tickets, seen = self.waiting.tickets, self.waiting.seen
        self.overdue = await asyncio.to_thread(
            overdue_tickets, self.alert, self.state, tickets, seen
        )

    def _is_due(self, post: Post) -> bool:
        """Whether the message must be posted, or changed to this."""
        state, is_working, is_news = self.state, self._shift is not None, self._is_news
        if not state.ts:
            return is_news or (is_working and not state.is_deleted)
        age = abs(self.waiting.seen.timestamp() - state.drawn_at)  # clocks may be set back
        is_old = is_working and age >= DATED_ANEW.total_seconds()
        return is_news or is_old or self._is_another_day or content_of(post) != state.content

    async def _bound(self, find_user: Callable[[str], Awaitable[SlackUser]]) -> None:
        bounded = await as_its_owner_may_see(self.tools.desk, find_user, self.alert)
        if bounded != self.alert:
            self.alert = bounded
            await self._look()

    async def _draw(self) -> Post:
        """Returns the message without the reading time."""
        if not self.overdue:
            return none_overdue(self.t)
        account = self.tools.desk.account
        shown = [
            each._replace(ticket=redact_ticket(each.ticket, account))
            for each in self.overdue[:MAX_ROWS]
        ]
        overdue = [*shown, *self.overdue[MAX_ROWS:]]
        waiting = self.waiting
        outside = await asyncio.to_thread(
            came_outside_hours, self.alert, self.state, self.overdue, waiting.tickets, waiting.seen
        )
        return overdue_message(
            self.alert, overdue, await self._assignees(), outside, self.t, account
        )

    async def _assignees(self) -> Mapping[str, str]:
        """Returns the assignees' names by ticket, "" for nobody."""
        names = dict[str, str]()
        lists_tell = any(each.assignee_id for each in self.waiting.tickets)
        for each in self.overdue[:MAX_ROWS]:
            holder = each.ticket.assignee_id if lists_tell else await self._holder(each.ticket)
            name = await self.tools.desk.name_of(holder or "")
            if holder is not None:
                names[each.ticket.id] = name or (self.t("an unknown agent") if holder else "")
        return names

    async def _holder(self, ticket: Ticket) -> str | None:
        """Returns the assignee's id if lists omit it; None if LiveAgent does not say.

        A ticket is read when it is shown, and again once it has changed.
        """
        wait = self.state.waits[ticket.id]
        if wait.held_at != wait.changed:
            try:
                found = await self.tools.desk.system.find(TicketRef(ticket.id))
            except (LiveAgentError, TicketNotFound) as error:
                log.warning("overdue ticket's assignee unknown", why=str(error))
                return None
            self.state = self.state.with_holder(ticket.id, found.assignee_id)
        return self.state.waits[ticket.id].holder

    async def _show(self, post: Post) -> None:
        """Changes the message in place, or posts the first one of a day or of a new set."""
        await self._store()
        shown = dated(post, self.waiting.seen, self.t, is_cut=self.waiting.is_cut)
        if self.state.ts and not (self.overdue and self._is_another_day):
            if await self._posts.update(self.state.ts, shown):
                await self._note_shown(post, self.state.ts if self.overdue else "")
                return
            self.state = replace(self.state, ts="", is_deleted=True)
        if self._shift and self.overdue and (self._is_news or not self.state.is_deleted):
            before, day = self.state.ts, self._shift.day.isoformat()
            await self._begin(day)
            ts = await self._posts.send(shown, self.state.pending_post)
            if before:
                await self._posts.update(before, continued(self.t))
            self.state = replace(self.state, posted_on=day, is_deleted=False, pending_post="")
            await self._note_shown(post, ts)
            log.info("overdue alert posted", tickets=len(self.overdue))

    async def _note_shown(self, post: Post, ts: str) -> None:
        """Stores what the channel was notified of, and the message's tickets for shortcuts."""
        drawn = self.waiting.seen.timestamp()
        self.state = replace(self.state, ts=ts, content=content_of(post), drawn_at=drawn)
        if self._shift:
            self.state = await asyncio.to_thread(self.state.with_notified, self.overdue, OVERDUE)
        await self._posts.note_tickets(ts, self.overdue)

    async def _escalate(self) -> None:
        """Mentions somebody in the thread for tickets that still wait, once for each ticket."""
        tickets = self._to_escalate
        if not (self.state.ts and tickets):
            return
        await self._begin("named", [each.ticket.id for each in tickets])
        try:
            ts = await self._posts.send_escalation(tickets, self.state)
        except SlackDoesNotAnswer as error:
            if error.why not in THREAD_GONE:
                raise
            self.state = replace(self.state, ts="", is_deleted=True, pending_post="", escalating=())
            return
        self.state = self.state.with_escalation(self.waiting.seen)
        await self._posts.note_tickets(ts, tickets)
        log.info("overdue mention sent", tickets=len(tickets))

    async def _begin(self, what: str, escalating: Sequence[str] = ()) -> None:
        """Stores a post before making it, so that it can be found after a crash."""
        pending = f"{self.alert.channel} {self.work.lease_token} {what}"
        self.state = replace(self.state, pending_post=pending, escalating=tuple(escalating))
        await self._store()

    async def _store(self) -> None:
        """Raises `LeaseLost` if another bot has taken over, or the alert was changed or removed."""
        if not await self.tools.alerts.store(self.work, self.state):
            raise LeaseLost

    async def _settle(self) -> None:
        """Finds out whether a post of unknown outcome has arrived."""
        state, posts = self.state, self._posts
        if state.escalating:
            is_there = await posts.find_escalation(state)
            done = state.with_escalation(self.waiting.seen)
            self.state = done if is_there else replace(state, pending_post="", escalating=())
        elif state.pending_post:
            ts, settled = await posts.find(state), state
            if ts:
                if state.ts:
                    await posts.update(state.ts, continued(self.t))
                day = state.pending_post.rpartition(" ")[2]
                settled = replace(state, ts=ts, posted_on=day, content="", is_deleted=False)
            self.state = replace(settled, pending_post="")
