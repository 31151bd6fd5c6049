"""A ticket given to another department or agent, or taken by the one who clicks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Agent
from bot.domain.ticket import Status, Ticket
from bot.domain.ticket_system import TicketSystem
from bot.operations.situation import DONE_IN_FULL, CurrentState, Objection, Remark, Snapshot

_AT_REST = {Status.SPAM, Status.DELETED}


class Transfer(BaseModel):
    """To a department, or to one of its agents. `reason` becomes a note, which nobody is mailed."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["transfer"] = "transfer"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    department_id: str
    agent_id: str = ""
    reason: str = ""
    seen: Snapshot | None = None

    def objection(self, now: CurrentState, actor: Agent) -> Objection | None:
        if self.seen is None:
            return now.unseen_since_it_waited(actor, "department", "assignee")
        return now.differs_from(self.seen, actor, "department", "assignee")

    def is_there(self, now: CurrentState, _actor: Agent) -> bool:
        is_in_department = now.ticket.department.id == self.department_id
        return is_in_department and self.agent_id in {"", now.ticket.assignee_id}

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark:
        if not self.is_there(now, actor):
            await system.transfer(
                self.ticket_id,
                agent_id=actor.id,
                to_agent_id=self.agent_id,
                to_department_id=self.department_id,
                note=now.unsaid(self.reason, actor),
            )
        return DONE_IN_FULL

    def message_in(self, _now: CurrentState, _actor: Agent) -> str:
        return ""


class AssignToMe(BaseModel):
    """The ticket stays in its department."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["assign"] = "assign"
    version: Literal[1] = 1
    ticket_id: str
    code: str = ""
    seen: Snapshot | None = None

    def objection(self, now: CurrentState, actor: Agent) -> Objection | None:
        if self.seen is None:
            return now.unseen_since_it_waited(actor, "department", "assignee")
        return now.differs_from(self.seen, actor, "department", "assignee")

    def is_there(self, now: CurrentState, actor: Agent) -> bool:
        return actor.is_named(now.ticket.assignee_id)

    async def apply(self, system: TicketSystem, actor: Agent, now: CurrentState) -> Remark:
        if not self.is_there(now, actor):
            await system.transfer(
                self.ticket_id,
                agent_id=actor.id,
                to_agent_id=actor.id,
                to_department_id=now.ticket.department.id,
            )
        return DONE_IN_FULL

    def message_in(self, _now: CurrentState, _actor: Agent) -> str:
        return ""


def is_offered(ticket: Ticket, _agent: Agent) -> bool:
    return ticket.status not in _AT_REST


def is_offered_to_take(ticket: Ticket, agent: Agent) -> bool:
    return is_offered(ticket, agent) and not agent.is_named(ticket.assignee_id)
