"""A help desk for samples: the sandbox's account, as domain values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.people import Agent, Department, Role, Tag
from bot.domain.ref import Account
from bot.domain.ticket import Message, QueueLine, Ticket, TicketView
from bot.i18n import Translator
from bot.sandbox.liveagent import account as stand_in
from bot.sandbox.liveagent import records

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ACCOUNT = Account("https://acme.ladesk.com")
_HELD = stand_in.Account(lambda: NOW)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks, at what, and what they say, in one language. `waiting` is a ticket's id."""

    language: str
    user: str
    agent: str
    place: str
    channel: str
    zone: str
    waiting: str
    long: str
    queued: Sequence[str]
    reply: str
    template: str
    note: str
    reason: str
    later: str
    news: str
    new_tags: Sequence[str]

    @property
    def t(self) -> Translator:
        return Translator(self.language)

    @property
    def actor(self) -> Agent:
        return next(each for each in AGENTS if each.id == self.agent)

    @property
    def department(self) -> Department:
        return DEPARTMENTS[self.place]

    @property
    def view(self) -> TicketView:
        return view_of(self.waiting)

    @property
    def ticket(self) -> Ticket:
        return self.view.ticket

    @property
    def link(self) -> str:
        return ACCOUNT.panel_url(self.waiting)

    @property
    def tickets(self) -> Sequence[Ticket]:
        return [view_of(each).ticket for each in self.queued]

    @property
    def everywhere(self) -> Sequence[Ticket]:
        """What waits in all departments."""
        held = [each.id for each in _HELD.tickets.values() if each.status in {"N", "C", "W"}]
        return [view_of(each).ticket for each in held]

    @property
    def lines(self) -> Sequence[QueueLine]:
        return [QueueLine(self.department, new=3, customer_replied=1, chats=1, total=9)]

    def agent_called(self, ticket: Ticket) -> str:
        return next((each.name for each in AGENTS if each.id == ticket.assignee_id), "")


ENGLISH = Desk(
    language="en",
    user="U0ANN",
    agent="agent001",
    place="default",
    channel="C0SUPPORT",
    zone="Europe/London",
    waiting="s4y7t5s7",
    long="rf10a2c4",
    queued=("s4y7t5s7", "rf10a2c4", "sp4rep4r"),
    reply="Hello John, your lamp left our warehouse this morning and arrives on Wednesday.",
    template="Dear {{customer}}, your order XXX left our warehouse this morning.",
    note="The carrier found the first parcel. It comes back to us.",
    reason="The customer asks for a quote.",
    later="monday 9:30",
    news="<p>I have just seen that it comes on Wednesday. Thank you!</p>",
    new_tags=("VIP", "Shipping"),
)
JAPANESE = Desk(
    language="ja",
    user="U0HANA",
    agent="agent002",
    place="dep2jp00",
    channel="C0JAPAN",
    zone="Asia/Tokyo",
    waiting="jp0000a1",
    long="jp0000b2",
    queued=("jp0000a1", "jp0000b2", "jp0000d4"),
    reply="田中様、お待たせしております。商品は本日発送いたしました。水曜日にお届けの予定です。",
    template="〇〇様、商品は本日発送いたしました。お届けは●●日の予定です。",
    note="倉庫に在庫があることを確認済み。",
    reason="お見積りのご依頼のため。",
    later="月曜 9時半",
    news="<p>水曜日に届くとの連絡がありました。ありがとうございます。</p>",
    new_tags=("至急", "返品"),
)
DESKS = (ENGLISH, JAPANESE)


def view_of(ticket_id: str) -> TicketView:
    """As the bot would read it."""
    held = _HELD.tickets[ticket_id]
    tags = [Tag(each, _HELD.tags[each].name) for each in held.tags if each in _HELD.tags]
    return TicketView(_ticket(held), [_message(each) for each in _rows(held)], tags, AGENTS, NOW)


def in_status(view: TicketView, letter: str) -> TicketView:
    return replace(view, ticket=view.ticket._replace(status=letter))


def _agent(held: records.Agent) -> Agent:
    return Agent(
        held.id,
        held.email,
        held.name,
        Role(held.role),
        held.contact_id,
        is_online=held.online != "N",
        can_postpone=True,
        can_mark_spam=True,
        can_get_files=True,
    )


def _ticket(held: records.Ticket) -> Ticket:
    return Ticket(
        id=held.id,
        code=held.code,
        status=held.status,
        subject=held.subject,
        department=DEPARTMENTS[held.department],
        owner_name=held.owner.name,
        owner_email=held.owner.email,
        created=held.created,
        changed=held.changed,
        assignee_id=held.assignee or "",
    )


def _rows(held: records.Ticket) -> Sequence[tuple[str, records.Message]]:
    return [(group.kind, each) for group in held.groups for each in group.messages or ()]


def _message(row: tuple[str, records.Message]) -> Message:
    channel, held = row
    return Message(held.id, held.kind, channel, held.user_id, held.created, held.text)


AGENTS = [_agent(each) for each in _HELD.agents]
DEPARTMENTS = {each.id: Department(each.id, each.name) for each in _HELD.departments}
ADMIN = next(each for each in AGENTS if each.role is Role.ADMIN)
EVERYBODYS = list(DEPARTMENTS.values())[:3]
