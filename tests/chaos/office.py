"""The events of the simulated day, by customers, agents and users of the app."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import select

from bot.domain.ticket_message import ShownAs, TicketMessage
from bot.operations import (
    AssignToMe,
    ChangeStatus,
    Delete,
    Kind,
    Note,
    OnTicket,
    Reply,
    Snapshot,
    Transfer,
)
from bot.operations.rich_text import of_plain
from bot.sandbox import Sandbox
from bot.sandbox.liveagent.account import Deed
from bot.sandbox.liveagent.calls import new_ticket
from bot.sandbox.liveagent.records import Ticket
from bot.storage.database import Database
from bot.storage.entries import Entry
from bot.storage.tables import ticket_messages
from bot.storage.ticket_messages import TicketMessages
from tests.clock import ManualClock
from tests.outbox import WholeOutbox

AGENTS = ("ann@acme.example", "adam@acme.example", "sam@acme.example")
DEPARTMENTS = ("default", "default", "dep1s5a4")
ACTIVE = frozenset("NCARW")
CARDS = (ShownAs.PRIVATE, ShownAs.DIRECT)
STORM = 60

Deeds = dict[Callable[[], Awaitable[None] | None], int]
Operations = dict[Kind, Callable[[], OnTicket]]


@dataclass
class Office:
    sandbox: Sandbox
    database: Database
    clock: ManualClock
    chance: Random
    channel: str
    """Where people delete messages."""
    events: int = 0
    last: float = 0.0
    written: list[tuple[str, str, str]] = field(default_factory=list)
    """Ticket, message and what it is, of all that people wrote in existing tickets."""
    own: list[tuple[str, str]] = field(default_factory=list)
    """Ticket and text of each message written with the app."""
    submitted: list[Entry] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    """Tickets whose messages somebody deleted in Slack."""

    async def act(self) -> None:
        """Something happens."""
        deeds: Deeds = {
            self.customer_writes: 30,
            self.customer_asks: 10,
            self.agent_replies: 15,
            self.agent_notes: 8,
            self.agent_resolves: 10,
            self.agent_takes: 8,
            self.agent_transfers: 5,
            self.agent_deletes: 1,
            self.agent_merges: 1,
            self.app_is_used: 12,
            self.card_is_opened: 3,
            self.message_is_deleted: 1,
        }
        deed = self.chance.choices(list(deeds), list(deeds.values()))[0]
        if doing := deed():
            await doing
        self._happened()
        if self.submitted:
            entry = self.submitted.pop()
            await WholeOutbox(self.database, lease_seconds=20).put(entry, hold_seconds=0)

    def storm(self) -> None:
        """Many customers write at once."""
        for number in range(STORM):
            self.customer_asks() if number % 2 else self.customer_writes()
            self._happened()

    def customer_writes(self) -> None:
        ticket = self._any()
        self.sandbox.liveagent.account.customer_writes(ticket.id, "Is anybody there?")
        self._note(ticket, "customer_wrote")

    def customer_asks(self) -> None:
        account = self.sandbox.liveagent.account
        owner = account.customer(f"customer{len(account.tickets)}@mail.example", "Cus Tomer")
        place = self.chance.choice(DEPARTMENTS)
        ticket = new_ticket(account, owner, place, "A question", "N")
        account.tickets[ticket.id] = ticket
        account.add(ticket, "M", owner.id, ("M", "<p>How much is it?</p>"))

    def agent_replies(self) -> None:
        self._agent("replies", "agent_replied")

    def agent_notes(self) -> None:
        self._agent("notes", "noted")

    def agent_resolves(self) -> None:
        self._agent("resolves", "")

    def agent_takes(self) -> None:
        self._agent("takes", "")

    def agent_transfers(self) -> None:
        ticket = self._any()
        ticket.department = "dep1s5a4" if ticket.department == "default" else "default"
        ticket.assignee = None
        text = f"Transferred to {ticket.department}"
        self.sandbox.liveagent.account.add(ticket, "T", "admin001", ("R", text))

    def agent_deletes(self) -> None:
        ticket = self._any()
        ticket.status, ticket.changed = "X", self.clock.now()

    def agent_merges(self) -> None:
        ticket, other = self._any(), self._any()
        if ticket is not other:
            self.sandbox.liveagent.account.merge(ticket.id, other.id)

    def app_is_used(self) -> None:
        """Somebody acts on a card of the app."""
        ticket, number = self._any(), len(self.own)
        operation = self._operation(ticket, f"own words, number {number:04}.")
        self.own.append((ticket.id, f"own words, number {number:04}."))
        submitted = Entry(
            idempotency_key=f"own {number}",
            kind=operation.kind,
            version=1,
            operation=operation.model_dump(mode="json"),
            ticket_id=ticket.id,
            slack_user="U0ADAM",
        )
        self.submitted.append(submitted)

    def _operation(self, ticket: Ticket, text: str) -> OnTicket:
        kinds: dict[Kind, int] = {
            Kind.NOTE: 3,
            Kind.REPLY: 3,
            Kind.ASSIGN: 3,
            Kind.RESOLVE: 3,
            Kind.TRANSFER: 2,
            Kind.DELETE: 1,
        }
        chosen = self.chance.choices(list(kinds), list(kinds.values()))[0]
        seen = Snapshot(
            status=ticket.status,
            department=ticket.department,
            assignee=ticket.assignee or "",
            newest=ticket.messages[-1].id if ticket.messages else "",
            count=len(ticket.messages),
        )
        department = self.chance.choice(DEPARTMENTS)
        common: dict[str, Any] = {"ticket_id": ticket.id}
        operations: Operations = {
            Kind.NOTE: lambda: Note(text=text, **common),
            Kind.REPLY: lambda: Reply(rich_text=of_plain(text), last_seen=seen.newest, **common),
            Kind.ASSIGN: lambda: AssignToMe(seen=seen, **common),
            Kind.RESOLVE: lambda: ChangeStatus(kind=Kind.RESOLVE, note=text, seen=seen, **common),
            Kind.TRANSFER: lambda: Transfer(
                department_id=department, reason=text, seen=seen, **common
            ),
            Kind.DELETE: lambda: Delete(reason=text, seen=seen, **common),
        }
        return operations[chosen]()

    async def card_is_opened(self) -> None:
        """An agent looks at a ticket, in the bot's conversation or where only they see it."""
        ticket, slack = self._any(), self.sandbox.slack.workspace
        user, shown_as = self.chance.choice(("U0ANN", "U0SAM")), self.chance.choice(CARDS)
        is_private = shown_as is ShownAs.PRIVATE
        channel = self.channel if is_private else slack.direct(user).id
        card = slack.post(channel, {"text": "a card"}, to=user if is_private else "")
        path = slack.response_urls.issue("actions", user, channel, card.ts) if is_private else ""
        messages = TicketMessages(self.database, self.clock)
        url = slack.url + path if path else ""
        shown = TicketMessage(
            channel, card.ts, ticket.id, shown_as, slack_user=user, response_url=url
        )
        await messages.remember(shown)
        await messages.changed([ticket.id])  # what it shows is drawn later

    async def message_is_deleted(self) -> None:
        """One that the bot has surely posted: it can't know what became of any other."""
        slack = self.sandbox.slack.workspace
        async with self.database.begin() as connection:
            known = {*(await connection.execute(select(ticket_messages.c.ts))).scalars()}
        shown = [
            (each, each.metadata["event_payload"]["ticket"])
            for each in slack.channel(self.channel).messages
            if each.metadata and not each.thread_ts and each.ts in known
        ]
        if shown:
            message, ticket = self.chance.choice(shown)
            self.removed.add(ticket)
            slack.remove(message)

    def _agent(self, does: Deed, what: str) -> None:
        ticket = self._any()
        agent = self.chance.choice(AGENTS)
        self.sandbox.liveagent.account.agent_acts(ticket.id, agent, does, "Words of an agent.")
        if what:
            self._note(ticket, what)

    def _note(self, ticket: Ticket, what: str) -> None:
        self.written.append((ticket.id, ticket.messages[-1].id, what))

    def _any(self) -> Ticket:
        """Some tickets are much busier than others."""
        tickets = [
            each
            for each in self.sandbox.liveagent.account.tickets.values()
            if each.status in ACTIVE and each.department in DEPARTMENTS
        ]
        return tickets[int(len(tickets) * self.chance.random() ** 2)]

    def _happened(self) -> None:
        self.events += 1
        self.last = self.clock.monotonic()
