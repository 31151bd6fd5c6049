"""The control API for the page and the tests, in plain JSON; LiveAgent has nothing like it."""

from dataclasses import asdict
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import to_json

from bot.sandbox.liveagent.account import Account, Deed
from bot.sandbox.liveagent.errors import Refused, UnknownTicket
from bot.sandbox.liveagent.faults import Fault, Faults
from bot.sandbox.liveagent.records import Ticket

PREFIX = "/sandbox/liveagent"
RECENT_CALLS = 200

Json = dict[str, Any]
T = TypeVar("T")


class CustomersWords(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str


class AgentsDeed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: str
    does: Deed
    text: str = ""


class AgentThere(BaseModel):
    """An agent's presence in a ticket: `doing` is a letter of version 3, "" if they left."""

    model_config = ConfigDict(extra="forbid")

    agent: str
    doing: str = "J"


class Habits(BaseModel):
    """The server's switches that the page offers."""

    model_config = ConfigDict(extra="forbid")

    known_customers_only: bool
    takes_files: bool


class Control:
    def __init__(self, account: Account, faults: Faults) -> None:
        self.account = account
        self.faults = faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{PREFIX}/state", self.show_state),
            web.get(f"{PREFIX}/tickets/{{ref}}", self.show_ticket),
            web.post(f"{PREFIX}/tickets/{{ref}}/customer", self.let_customer_write),
            web.post(f"{PREFIX}/tickets/{{ref}}/agent", self.let_agent_act),
            web.post(f"{PREFIX}/tickets/{{ref}}/present", self.let_agent_be_there),
            web.post(f"{PREFIX}/tickets/{{ref}}/bounce", self.let_mail_come_back),
            web.put(f"{PREFIX}/faults", self.set_faults),
            web.put(f"{PREFIX}/habits", self.set_habits),
        ]

    async def show_state(self, _request: web.Request) -> web.Response:
        """Returns everything except the tickets' messages, with the last calls only."""
        account = self.account
        return _answer(
            {
                "now": account.clock().isoformat(),
                "tickets": [self._line(ticket) for ticket in account.tickets.values()],
                "mailbox": account.mailbox,
                "journal": account.journal[-RECENT_CALLS:],
                "departments": account.departments,
                "agents": [asdict(one) | {"name": one.name} for one in account.agents],
                "tags": list(account.tags.values()),
                "faults": [one.fault for one in self.faults.armed],
                "habits": account.switches.model_dump(include=set(Habits.model_fields)),
                "bare_tag_deletion_seen": account.bare_tag_deletion_seen,
            }
        )

    async def show_ticket(self, request: web.Request) -> web.Response:
        ticket = self._ticket(request)
        groups = [
            asdict(group)
            | {
                "messages": [
                    asdict(message) | {"by": self._name(ticket, message.user_id)}
                    for message in group.messages or ()
                ]
            }
            for group in ticket.groups
        ]
        return _answer(self._line(ticket) | {"groups": groups})

    async def let_customer_write(self, request: web.Request) -> web.Response:
        said = await _read(request, TypeAdapter(CustomersWords))
        ticket = self._ticket(request)
        self.account.customer_writes(ticket.id, said.text)
        return _answer(self._line(ticket))

    async def let_agent_act(self, request: web.Request) -> web.Response:
        done = await _read(request, TypeAdapter(AgentsDeed))
        ticket = self._ticket(request)
        try:
            self.account.agent_acts(ticket.id, done.by, done.does, done.text)
        except Refused as refused:
            raise web.HTTPBadRequest(text=refused.detail) from None
        return _answer(self._line(ticket))

    async def let_agent_be_there(self, request: web.Request) -> web.Response:
        """An agent opens the ticket in LiveAgent, replies there, or leaves it."""
        there = await _read(request, TypeAdapter(AgentThere))
        ticket = self._ticket(request)
        self.account.agent_is_in(ticket.id, there.agent, there.doing)
        return _answer(self._line(ticket))

    async def let_mail_come_back(self, request: web.Request) -> web.Response:
        ticket = self._ticket(request)
        self.account.mail_comes_back(ticket.id)
        return _answer(self._line(ticket))

    async def set_faults(self, request: web.Request) -> web.Response:
        """Replaces all faults with those in the body."""
        faults = await _read(request, TypeAdapter(list[Fault]))
        self.faults.clear()
        for fault in reversed(faults):
            self.faults.add(fault)
        return _answer({})

    async def set_habits(self, request: web.Request) -> web.Response:
        for name, value in await _read(request, TypeAdapter(Habits)):
            setattr(self.account.switches, name, value)
        return _answer({})

    def _ticket(self, request: web.Request) -> Ticket:
        try:
            return self.account.ticket(request.match_info["ref"])
        except UnknownTicket as unknown:
            raise web.HTTPNotFound(text=unknown.detail) from None

    def _line(self, ticket: Ticket) -> Json:
        line = {name: value for name, value in vars(ticket).items() if name != "groups"}
        return line | {"messages": len(ticket.messages)}

    def _name(self, ticket: Ticket, user_id: str) -> str:
        agent = self.account.agent(user_id)
        if user_id == ticket.owner.id:
            return ticket.owner.name or ticket.owner.email
        return agent.name if agent else "System"


async def _read(request: web.Request, shape: TypeAdapter[T]) -> T:
    try:
        return shape.validate_json(await request.read())
    except ValidationError as wrong:
        raise web.HTTPBadRequest(text=str(wrong)) from None


def _answer(value: object) -> web.Response:
    """Converts dataclasses, models and moments anywhere in `value`."""
    return web.Response(body=to_json(value), content_type="application/json")
