"""The form of a new ticket: in whose name, for whom, and who will be e-mailed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    Option,
    RadioButtonsElement,
    RichTextBlock,
    SectionBlock,
)
from slack_sdk.models.blocks.block_elements import RichTextInputElement
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.fields import (
    Errors,
    chosen,
    department_field,
    email_field,
    field,
    line_field,
    modal,
    option,
    select,
    ticked,
    typed,
    values,
)
from blocks.forms.files import file_errors, file_fields, offered_in, read_files
from blocks.forms.form import Form, Start
from blocks.forms.state import OperationState
from blocks.ids import Id
from blocks.text import Part, button, cut, emoji, line, lines, plain, small, text_part
from blocks.values.tickets import Target
from blocks.values.value import Number
from bot.domain.answer_to import AnswerTo
from bot.domain.customer import as_address
from bot.domain.spelling import tidy_address
from bot.domain.ticket import Status
from bot.i18n import N_, Translator
from bot.operations import Create, LinkThread
from bot.operations.rich_text import is_empty, names_somebody_in_slack

BY_CUSTOMER, BY_AGENT = "customer", "agent"

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_BETWEEN = re.compile(r"[,;、，；\s]+")  # noqa: RUF001
_STATUSES = (Status.NEW, Status.OPEN, Status.ANSWERED, Status.RESOLVED)
_USUAL = {BY_CUSTOMER: Status.NEW, BY_AGENT: Status.ANSWERED}
_MAX_SUBJECT_LENGTH = 200
MAX_OTHER_SUBJECT = 100
_NO_LINK = {
    "absent": N_("The ticket's link can't be posted here: the bot isn't in this conversation."),
    "shared": N_("The ticket's link can't be posted here: another company reads this channel."),
}


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
    the customer's, to which this could be added instead.
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


def form(
    state: CreateState,
    t: Translator,
    *,
    filled: Create | None = None,
    writer: str = BY_CUSTOMER,
    thread_size: int = 0,
    message_id: str = Id.MESSAGE,
) -> View:
    """Returns the form. Slack keeps the input of fields whose block ids don't change.

    `filled` is the initial input. `thread_size` is the number of messages in a thread that can be
    added to the message; the field then gets another `message_id`.
    """
    blocks: list[Block] = [
        _writer(writer, t),
        lines([_mailed(writer, t)]),
        *_customer(filled, t),
        *_other(state.other, filled, writer, t),
        department_field(_department(filled), t, dispatches=True),
        line_field(Id.SUBJECT, t("Subject"), filled.subject if filled else "", _MAX_SUBJECT_LENGTH),
        _message(filled, t, message_id),
    ]
    if thread_size:
        add = t.plural(
            "Add the thread so far ({count} message)",
            "Add the thread so far ({count} messages)",
            thread_size,
        )
        blocks.append(ActionsBlock(elements=[button(add, Id.ADD_THREAD, Number(thread_size))]))
    blocks += file_fields(state.files, filled.files if filled else (), t)
    blocks += [*_link_back(state, filled, t), _copies(filled, t), _status(filled, writer, t)]
    if writer == BY_AGENT:
        is_ticked = filled is None or filled.is_by_customer or filled.email_customer
        blocks.append(email_field(t, is_ticked=is_ticked))
    return modal(Id.CREATE, state, blocks, t, title=t("New ticket"), submit=t("Create"))


def read(view: Mapping[str, Any], state: CreateState, t: Translator) -> Create | Errors | View:
    """Returns the form again if it did not yet show the effects of the chosen purpose."""
    if not shows_what_it_does(view):
        return warning(again(view, state, t), t)
    create = draft(view, state)
    errors: Errors = {}
    if not _ADDRESS.fullmatch(create.recipient):
        errors[Id.CUSTOMER_EMAIL] = t("That isn't an e-mail address.")
    if wrong := [each for each in create.copies if not _ADDRESS.fullmatch(each)]:
        errors[Id.COPIES] = t("That isn't an e-mail address: {address}", address=wrong[0][:100])
    if not create.subject:
        errors[Id.SUBJECT] = t("Type something first.")
    if names_somebody_in_slack(create.rich_text):
        text_part = t("Customers can't see Slack mentions. Type the name instead.")
        errors[message_block(view)] = text_part
    elif is_empty(create.rich_text):
        errors[message_block(view)] = t("Type something first.")
    errors |= dict(file_errors(view, state.files, t))
    return errors or create


def edit(state: CreateState, t: Translator, start: Start) -> View:
    """Returns the form with the stored input."""
    stored = start.stored if isinstance(start.stored, Create) else None
    writer = BY_AGENT if stored and not stored.is_by_customer else BY_CUSTOMER
    return form(state, t, filled=stored, writer=writer)


def again(
    view: Mapping[str, Any],
    state: CreateState,
    t: Translator,
    *,
    filled: Create | None = None,
    message_id: str = "",
) -> View:
    """Returns the current form; the input of unchanged fields stays."""
    return form(
        state,
        t,
        filled=(filled or draft(view, state)).model_copy(update={"files": offered_in(view)}),
        writer=writer_of(view),
        thread_size=0 if filled else thread_size(view),
        message_id=message_id or message_block(view),
    )


def warning(form: View, t: Translator) -> View:
    """Adds a warning to a form that was submitted before it showed its effects."""
    late = t("The purpose was changed. Check who is e-mailed, then press Create again.")
    form.blocks = [
        lines([[emoji("warning"), text_part(" "), text_part(late, bold=True)]]),
        *form.blocks,
    ]
    return form


def shows_what_it_does(view: Mapping[str, Any]) -> bool:
    """Whether its fields fit the purpose: they change shortly after the choice."""
    shown = {str(block.get("block_id") or "") for block in view.get("blocks") or ()}
    writer = writer_of(view)
    return f"{Id.STATUS}.{writer}" in shown and (Id.EMAIL_CUSTOMER in shown) == (writer == BY_AGENT)


def draft(view: Mapping[str, Any], state: CreateState) -> Create:
    """Returns the current input, valid or not."""
    is_by_customer = chosen(view, Id.WRITER) != BY_AGENT
    department = next(
        (value.get("selected_option") for name, value in values(view) if name == Id.DEPARTMENT),
        None,
    )
    rich_text = next(
        (value.get("rich_text_value") for name, value in values(view) if name == Id.MESSAGE), None
    )
    files = read_files(view)
    return Create(
        version=2 if files else 1,
        files=files,
        is_by_customer=is_by_customer,
        recipient=tidy_address(typed(view, Id.CUSTOMER_EMAIL)),
        recipient_name=" ".join(typed(view, Id.CUSTOMER_NAME).split()),
        department_id=(department or {}).get("value") or "",
        department_name=((department or {}).get("text") or {}).get("text") or "",
        subject=" ".join(typed(view, Id.SUBJECT).split()),
        rich_text=rich_text or {},
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
    return Status((held.get("selected_option") or {}).get("value") or _USUAL[writer])


def _is_mailed(view: Mapping[str, Any]) -> bool:
    """True also while the field is missing: it appears, ticked, once an agent writes."""
    is_shown = any(name == Id.EMAIL_CUSTOMER for name, _ in values(view))
    return bool(ticked(view, Id.EMAIL_CUSTOMER)) or not is_shown


def in_own_name(filled: Create) -> Create:
    """Converts a customer's request to an agent's message to the customer."""
    usual = {"is_by_customer": False, "email_customer": True, "status": _USUAL[BY_AGENT]}
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
    """Whether the question about another ticket stands in the form."""
    beside = (block.get("accessory") or {} for block in view.get("blocks") or ())
    return any(each.get("action_id") == Id.ADD_INSTEAD for each in beside)


def writer_of(view: Mapping[str, Any]) -> str:
    return chosen(view, Id.WRITER) or BY_CUSTOMER


def _writer(writer: str, t: Translator) -> Block:
    options = {
        BY_CUSTOMER: option(BY_CUSTOMER, t("Log a customer's request")),
        BY_AGENT: option(BY_AGENT, t("Write to a customer")),
    }
    element = RadioButtonsElement(
        action_id=Id.WRITER, options=list(options.values()), initial_option=options[writer]
    )
    return field(Id.WRITER, t("Purpose"), element, dispatches=True)


def _mailed(writer: str, t: Translator) -> list[Part]:
    if writer == BY_AGENT:
        text = t(
            "The customer and everyone under Copies get this by e-mail, unless you clear "
            "the box below."
        )
        return [emoji("envelope"), text_part(" "), text_part(text, bold=True)]
    text = t("The customer isn't e-mailed. The department sees a new request.")
    return [emoji("inbox_tray"), text_part(" "), text_part(text, bold=True)]


def _customer(filled: Create | None, t: Translator) -> list[Block]:
    address = line_field(
        Id.CUSTOMER_EMAIL,
        t("Customer's e-mail"),
        filled.recipient if filled else "",
        hint=t("Press Enter to see whether they have an open ticket."),
    )
    address.dispatch_action = True  # on Enter
    name = filled.recipient_name if filled else ""
    return [address, line_field(Id.CUSTOMER_NAME, t("Customer's name"), name, optional=True)]


def _other(
    other: OtherTicket | None, filled: Create | None, writer: str, t: Translator
) -> Iterator[Block]:
    """Yields the question whether it belongs to an open ticket, while its customer is meant."""
    if other is None or filled is None or as_address(filled.recipient) != other.email:
        return
    subject = cut(line(other.subject), MAX_OTHER_SUBJECT) or t("(no subject)")
    known = t.listed([each for each in (other.code or other.ticket, other.age) if each])
    asked = t(
        "They have an open ticket about “{subject}” ({ticket}): add to it instead?",
        subject=subject,
        ticket=known,
    )
    label = t("Reply in it") if writer == BY_AGENT else t("Add to it as a note")
    instead = button(label, Id.ADD_INSTEAD, Target(other.ticket, other.code))
    yield SectionBlock(text=plain(f"👤 {asked}", 300), accessory=instead)


def _department(filled: Create | None) -> Option | None:
    if filled and filled.department_id:
        return option(filled.department_id, filled.department_name)
    return None


def _message(filled: Create | None, t: Translator, block_id: str) -> Block:
    rich_text = filled.rich_text if filled else {}
    initial = RichTextBlock(elements=rich_text["elements"]) if rich_text.get("elements") else None
    return field(
        block_id, t("Message"), RichTextInputElement(action_id=Id.MESSAGE, initial_value=initial)
    )


def _link_back(state: CreateState, filled: Create | None, t: Translator) -> Iterator[Block]:
    if state.link_ts:
        yes = option("yes", t("Post the ticket's link in the thread"))
        is_ticked = bool(filled and filled.link_thread)
        element = CheckboxesElement(
            action_id=Id.LINK_BACK, options=[yes], initial_options=[yes] if is_ticked else None
        )
        hint = t("Everyone in the channel will see its code and your name, nothing else.")
        yield field(Id.LINK_BACK, t("In Slack"), element, optional=True, hint=hint)
    elif state.no_link:
        yield small(t(_NO_LINK[state.no_link]))


def _copies(filled: Create | None, t: Translator) -> Block:
    text = ", ".join(filled.copies) if filled else ""
    hint = t("E-mail addresses, separated by commas.")
    return line_field(Id.COPIES, t("Copies"), text, 1000, optional=True, hint=hint)


def _status(filled: Create | None, writer: str, t: Translator) -> Block:
    """Returns a field per purpose, because the purpose determines the usual status."""
    initial = filled.status if filled else _USUAL[writer]
    texts = {str(each): words.status(each, t)[1] for each in _STATUSES}
    element = select(Id.STATUS, texts, initial)
    return field(f"{Id.STATUS}.{writer}", t("Status"), element)


FORM = Form(CreateState, edit, read, opens_at_once=True)
