"""The form of a new ticket: in whose name, for whom, and who will be e-mailed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    Option,
    SectionBlock,
)
from slack_sdk.models.views import View

from blocks import words
from blocks.forms.create_input import (
    BY_AGENT,
    BY_CUSTOMER,
    MAX_OTHER_SUBJECT,
    USUAL_STATUS,
    CreateState,
    OtherTicket,
    draft,
    message_block,
    shows_effects,
    thread_size,
    writer_of,
)
from blocks.forms.fields import (
    checkbox,
    department_field,
    email_field,
    field,
    line_field,
    message_field,
    option,
    radio_buttons,
    select,
)
from blocks.forms.files import file_errors, file_fields, offered_in
from blocks.forms.form import Form, Start
from blocks.forms.frame import modal
from blocks.forms.reading import Errors, rich_text_error
from blocks.forms.reply import THEN
from blocks.ids import Id
from blocks.text import Part, button, cut, emoji, line, lines, plain, small, text_part
from blocks.values.tickets import Target
from blocks.values.value import Number
from bot.domain.address import as_address
from bot.domain.ticket import Status
from bot.i18n import N_, Translator
from bot.operations import Create

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_STATUSES = (Status.NEW, Status.OPEN, Status.ANSWERED, Status.RESOLVED)
_MAX_SUBJECT_LENGTH = 200
_NO_LINK = {
    "absent": N_("The ticket's link can't be posted here: the bot isn't in this conversation."),
    "shared": N_("The ticket's link can't be posted here: another company reads this channel."),
}


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
        _address(filled, t),
        *_other(state.other, filled, writer, t),
        _name(filled, t),
        department_field(_department(filled), t, dispatches=True),
        line_field(Id.SUBJECT, t("Subject"), filled.subject if filled else "", _MAX_SUBJECT_LENGTH),
        message_field(filled.rich_text if filled else None, t, message_id),
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
    if not shows_effects(view):
        return warning(again(view, state, t), t)
    create = draft(view, state)
    errors: Errors = {}
    if not _ADDRESS.fullmatch(create.recipient):
        errors[Id.CUSTOMER_EMAIL] = t("That isn't an e-mail address.")
    if wrong := [each for each in create.copies if not _ADDRESS.fullmatch(each)]:
        errors[Id.COPIES] = t("That isn't an e-mail address: {address}", address=wrong[0][:100])
    if not create.subject:
        errors[Id.SUBJECT] = t("Type something first.")
    if why := rich_text_error(create.rich_text, t):
        errors[message_block(view)] = why
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


def dropped(filled: Create, t: Translator) -> str:
    """Says which input a note or a reply in another ticket can't take; "" for none."""
    subject, kept = filled.subject, {*THEN}
    if filled.is_by_customer:  # a note begins with the subject
        subject, kept = "", {USUAL_STATUS[BY_CUSTOMER]}
    status = words.status(filled.status, t)[1]
    held = {
        t("Copies"): cut(line(", ".join(filled.copies)), 200),
        t("Subject"): cut(line(subject), 100),
        t("Status"): "" if filled.status in kept else status,
    }
    lost = [f"{label} ({text})" for label, text in held.items() if text]
    if filled.link_thread:
        lost.append(t("the link in the thread"))
    what = t.enumeration(lost)
    return t("Not carried over from the new ticket: {what}.", what=what) if lost else ""


def warning(form: View, t: Translator) -> View:
    """Adds a warning to a form that was submitted before it showed its effects."""
    late = t("The purpose was changed. Check who is e-mailed, then press Create again.")
    form.blocks = [
        lines([[emoji("warning"), text_part(" "), text_part(late, bold=True)]]),
        *form.blocks,
    ]
    return form


def _writer(writer: str, t: Translator) -> Block:
    texts = {BY_CUSTOMER: t("Log a customer's request"), BY_AGENT: t("Write to a customer")}
    return radio_buttons(Id.WRITER, t("Purpose"), texts, writer, dispatches=True)


def _mailed(writer: str, t: Translator) -> list[Part]:
    if writer == BY_AGENT:
        text = t(
            "The customer and everyone under Copies get this by e-mail, unless you clear "
            "the box below."
        )
        return [emoji("envelope"), text_part(" "), text_part(text, bold=True)]
    text = t("The customer isn't e-mailed. The department sees a new request.")
    return [emoji("inbox_tray"), text_part(" "), text_part(text, bold=True)]


def _address(filled: Create | None, t: Translator) -> Block:
    address = line_field(
        Id.CUSTOMER_EMAIL,
        t("Customer's e-mail"),
        filled.recipient if filled else "",
        hint=t("Press Enter to see whether they have an open ticket."),
    )
    address.dispatch_action = True  # on Enter
    return address


def _name(filled: Create | None, t: Translator) -> Block:
    name = filled.recipient_name if filled else ""
    return line_field(Id.CUSTOMER_NAME, t("Customer's name"), name, optional=True)


def _other(
    other: OtherTicket | None, filled: Create | None, writer: str, t: Translator
) -> Iterator[Block]:
    """Yields the question whether it belongs to an open ticket of the same customer."""
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


def _link_back(state: CreateState, filled: Create | None, t: Translator) -> Iterator[Block]:
    if state.link_ts:
        text = t("Post the ticket's link in the thread")
        box = checkbox(Id.LINK_BACK, text, is_ticked=bool(filled and filled.link_thread))
        hint = t("Everyone in the channel will see its code and your name, nothing else.")
        yield field(Id.LINK_BACK, t("In Slack"), box, optional=True, hint=hint)
    elif state.no_link:
        yield small(t(_NO_LINK[state.no_link]))


def _copies(filled: Create | None, t: Translator) -> Block:
    text = ", ".join(filled.copies) if filled else ""
    hint = t("E-mail addresses, separated by commas.")
    return line_field(Id.COPIES, t("Copies"), text, 1000, optional=True, hint=hint)


def _status(filled: Create | None, writer: str, t: Translator) -> Block:
    """Returns a field per purpose, because the purpose determines the usual status."""
    initial = filled.status if filled else USUAL_STATUS[writer]
    texts = {str(each): words.status(each, t)[1] for each in _STATUSES}
    element = select(Id.STATUS, texts, initial)
    return field(f"{Id.STATUS}.{writer}", t("Status"), element)


FORM = Form(CreateState, edit, read, opens_at_once=True)
