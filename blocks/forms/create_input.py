"""The state and the input of the form of a new ticket."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from blocks.forms.files import read_files
from blocks.forms.reading import chosen, chosen_option, rich_text_in, ticked, typed, values
from blocks.forms.state import OperationState
from blocks.ids import Id
from blocks.values.value import Number
from bot.domain.answer_to import AnswerTo
from bot.domain.spelling import tidy_address
from bot.domain.ticket import Status
from bot.operations import Create, LinkThread
from bot.operations.files import version_with

BY_CUSTOMER, BY_AGENT = "customer", "agent"
MAX_OTHER_SUBJECT = 100
USUAL_STATUS = {BY_CUSTOMER: Status.NEW, BY_AGENT: Status.ANSWERED}

_BETWEEN = re.compile(r"[,;、，；\s]+")  # noqa: RUF001


class OtherTicket(BaseModel):
    """An open ticket of the customer with the address `email`; `age` in words, "" if unknown."""

    model_config = ConfigDict(frozen=True)

    email: str
    ticket: str
    code: str = ""
    subject: str = ""
    age: str = ""


class CreateState(OperationState):
    """The state of a form that was opened on a message in `channel`.

    `thread_ts` is the thread that can be added to the message; `link_ts` is the one in which the
    ticket's link can be posted, unless `no_link` says why it can't. `other` is an open ticket of
    the customer, to which the input could be added instead.
    """

    channel: str = ""
    thread_ts: str = ""
    link_ts: str = ""
    no_link: Literal["", "absent", "shared"] = ""
    other: OtherTicket | None = None

    @classmethod
    def editing(cls, stored: Create, row_id: int, *, answer_to: AnswerTo) -> "CreateState":
        thread = stored.link_thread
        channel, link_ts = (thread.channel, thread.ts) if thread else ("", "")
        return cls(answer_to=answer_to, replaces=row_id, channel=channel, link_ts=link_ts)


def draft(view: Mapping[str, Any], state: CreateState) -> Create:
    """Returns the current input, valid or not."""
    is_by_customer = chosen(view, Id.WRITER) != BY_AGENT
    department_id, department_name = chosen_option(view, Id.DEPARTMENT) or ("", "")
    files = read_files(view)
    return Create(
        version=version_with(files),
        files=files,
        is_by_customer=is_by_customer,
        recipient=tidy_address(typed(view, Id.CUSTOMER_EMAIL)),
        recipient_name=" ".join(typed(view, Id.CUSTOMER_NAME).split()),
        department_id=department_id,
        department_name=department_name,
        subject=" ".join(typed(view, Id.SUBJECT).split()),
        rich_text=rich_text_in(view, Id.MESSAGE),
        copies=tuple(filter(None, map(tidy_address, _BETWEEN.split(typed(view, Id.COPIES))))),
        status=_status_of(view, writer_of(view)),
        email_customer=not is_by_customer and _is_mailed(view),
        link_thread=_link_thread(view, state),
    )


def _link_thread(view: Mapping[str, Any], state: CreateState) -> LinkThread | None:
    is_asked = bool(state.link_ts and ticked(view, Id.LINK_BACK))
    return LinkThread(channel=state.channel, ts=state.link_ts) if is_asked else None


def _status_of(view: Mapping[str, Any], writer: str) -> Status:
    """Returns the usual status if the purpose's own field is not shown yet."""
    fields = (view.get("state") or {}).get("values") or {}
    held: Mapping[str, Any] = next(iter(fields.get(f"{Id.STATUS}.{writer}", {}).values()), {})
    return Status((held.get("selected_option") or {}).get("value") or USUAL_STATUS[writer])


def _is_mailed(view: Mapping[str, Any]) -> bool:
    """True also while the field is missing: it appears, ticked, once an agent writes."""
    is_shown = any(name == Id.EMAIL_CUSTOMER for name, _ in values(view))
    return bool(ticked(view, Id.EMAIL_CUSTOMER)) or not is_shown


def in_own_name(filled: Create) -> Create:
    """Converts a customer's request to an agent's message to the customer."""
    usual = {"is_by_customer": False, "email_customer": True, "status": USUAL_STATUS[BY_AGENT]}
    return filled.model_copy(update=usual)


def message_block(view: Mapping[str, Any]) -> str:
    """Returns the current block id of the message field."""
    ids = (str(block.get("block_id", "")) for block in view.get("blocks") or ())
    return next((each for each in ids if each.partition(".")[0] == Id.MESSAGE), Id.MESSAGE)


def thread_size(view: Mapping[str, Any]) -> int:
    """Returns the size of the thread that the form offers to add; 0 for none."""
    buttons = (each for block in view["blocks"] for each in block.get("elements") or ())
    value = next((each["value"] for each in buttons if each.get("action_id") == Id.ADD_THREAD), "0")
    return Number.of_value(value).number


def is_asking(view: Mapping[str, Any]) -> bool:
    """Whether the form contains the question about another ticket."""
    beside = (block.get("accessory") or {} for block in view.get("blocks") or ())
    return any(each.get("action_id") == Id.ADD_INSTEAD for each in beside)


def writer_of(view: Mapping[str, Any]) -> str:
    return chosen(view, Id.WRITER) or BY_CUSTOMER


def shows_effects(view: Mapping[str, Any]) -> bool:
    """Whether its fields match the purpose: they change shortly after the choice."""
    shown = {str(block.get("block_id") or "") for block in view.get("blocks") or ()}
    writer = writer_of(view)
    return f"{Id.STATUS}.{writer}" in shown and (Id.EMAIL_CUSTOMER in shown) == (writer == BY_AGENT)
