"""The form of a transfer: a department, one of its agents, a reason."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, Option
from slack_sdk.models.blocks.block_elements import ExternalDataSelectElement
from slack_sdk.models.views import View

from blocks.forms.about import about, titled
from blocks.forms.fields import department_field, field, option, reason_field
from blocks.forms.form import Form, Start, shown
from blocks.forms.frame import modal, with_blocks
from blocks.forms.reading import Errors, chosen, typed
from blocks.forms.state import SeenState
from blocks.ids import Id
from blocks.text import lines, plain, small, text_part
from blocks.ticket import as_of, now_in
from bot.domain.people import Agent
from bot.i18n import Translator
from bot.operations import Transfer


def form(state: SeenState, t: Translator, start: Start) -> View:
    """Proposes the ticket's own department unless `start` names another."""
    view = shown(start)
    department, agent = start.target or (view.ticket.department, None)
    unknown = t("an unknown agent") if view.ticket.assignee_id else ""
    agent_now = view.assignee.name if view.assignee else unknown
    now = now_in(view.ticket.department.name, agent_now, t)
    blocks: list[Block] = [
        *about(start, state.code, t),
        small(now[:1000]),
        as_of(view.seen, t),
    ]
    if start.trouble:
        blocks.append(lines([[text_part(f"⚠️ {start.trouble}", limit=1000)]]))
    blocks += [
        department_field(
            option(department.id, department.name) if department.id else None, t, dispatches=True
        ),
        _agent(department.id, option(agent.id, agent_label(agent, t)) if agent else None, t),
        reason_field(t),
    ]
    return modal(
        Id.TRANSFER, state, blocks, t, title=titled(t("Transfer"), state.code), submit=t("Transfer")
    )


def with_department(view: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """Returns the form for another chosen department, with its agents."""
    department_id = chosen(view, Id.DEPARTMENT)
    agents = _agent(department_id, None, t).to_dict()
    blocks = [agents if _is_agents(block) else block for block in view["blocks"]]
    return with_blocks(view, blocks)


def read(view: Mapping[str, Any], state: SeenState, t: Translator) -> Transfer | Errors:
    department_id, seen = chosen(view, Id.DEPARTMENT), state.seen
    agent_id = _agent_of(view, department_id)
    if seen and department_id == seen.department and agent_id in {"", seen.assignee}:
        return {Id.DEPARTMENT: t("The ticket is already there.")}
    return Transfer(
        ticket_id=state.ticket,
        code=state.code,
        subject=state.subject,
        department_id=department_id,
        agent_id=agent_id,
        reason=typed(view, Id.REASON).strip(),
        seen=seen,
    )


def agent_label(agent: Agent, t: Translator) -> str:
    """Adds whether the agent is online to the name."""
    if agent.is_online is None:
        return agent.name
    state = t("online") if agent.is_online else t("away")
    return f"{agent.name[:50]} · {state}"


def department_of(block_id: str) -> str:
    """Returns the department whose agents the field with this block id offers."""
    return block_id.partition(".")[2]


def _agent_of(view: Mapping[str, Any], department_id: str) -> str:
    """Ignores an agent of another department, chosen before the form was updated."""
    agents = next(block for block in view["blocks"] if _is_agents(block))
    is_theirs = department_of(agents["block_id"]) == department_id
    return chosen(view, Id.AGENT) if is_theirs else ""


def _agent(department_id: str, chosen: Option | None, t: Translator) -> InputBlock:
    """Returns a field per department, because otherwise Slack would keep the chosen agent."""
    element = ExternalDataSelectElement(
        action_id=Id.AGENT,
        min_query_length=0,
        initial_option=chosen,
        placeholder=plain(t("Anyone in the department"), 150),
    )
    return field(f"{Id.AGENT}.{department_id}"[:255], t("Agent"), element, optional=True)


def _is_agents(block: Mapping[str, Any]) -> bool:
    return str(block.get("block_id", "")).startswith(f"{Id.AGENT}.")


FORM = Form(SeenState, form, read)
