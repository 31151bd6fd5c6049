"""Opens the forms of operations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from slack_sdk.models.views import View

from blocks.forms import create, create_input, transfer
from blocks.forms.create_input import CreateState
from blocks.forms.display import loading
from blocks.forms.form import Form, Start
from blocks.forms.frame import with_omissions
from blocks.forms.state import OperationState, TicketState
from blocks.ids import Id
from blocks.notices import explain
from blocks.operations import BY_ACTION, BY_COMMAND, PRESENTED, is_editable, label
from blocks.text import cut, line
from blocks.values.tickets import Target
from blocks.values.value import Number
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.answer_to import AnswerTo, of_stored
from bot.domain.errors import BotError, StaleButton, TextErased, TooLate
from bot.domain.outbox import Row
from bot.domain.people import OpenForm
from bot.domain.ref import TicketRef, unescape
from bot.domain.ticket import TicketView
from bot.operations import DEFINITIONS, Create, Kind, Reply, check_offered, read_operation
from handlers.dispatch.context import Context
from handlers.listeners.from_message import split_at
from handlers.listeners.others import add_to_form
from handlers.listeners.review import answer_to_of
from handlers.listeners.transfer_target import find_transfer_target, nearest_department

MAX_NAME = 200
WITH_FILES = {Kind.REPLY, Kind.NOTE}
S = TypeVar("S", bound=OperationState)


async def open_from_card(context: Context) -> None:
    """*Reply*, *Note*, *Tags*, *Transfer*, *Postpone* or *Delete* on a card."""
    target = Target.of_value(context.interaction.value)
    await open_on_ticket(context, BY_ACTION[context.interaction.id], target)
    await context.remember_card(target.ticket_id, target.code)


async def open_by_command(context: Context) -> None:
    """`/ticket reply REF [text]`; also `note`, `transfer`, `postpone` and `delete`."""
    ref, typed = context.ref_and_text()
    target = Target(ref.value, ref.code)
    await open_on_ticket(context, BY_COMMAND[context.interaction.word], target, typed=typed)


async def open_on_ticket(context: Context, kind: Kind, target: Target, *, typed: str = "") -> None:
    """Opens the form; `typed` is as Slack sent it. Raises `StaleButton` if there is no form."""
    form = form_of(kind)
    state = form.state(ticket=target.ticket_id, code=target.code, answer_to=answer_to_of(context))
    context.typed, rest = unescape(typed), ""
    if form.max_typed:
        typed, rest = split_at(context.typed.strip(), form.max_typed)
    start = Start(typed=typed.strip(), subject=target.subject, customer=target.customer)
    await open_with(context, kind, state, start, left_out=rest)


def form_of(kind: Kind | None) -> Form[Any]:
    """Returns the operation's form. Raises `StaleButton` if there is none."""
    form = PRESENTED[kind].form if kind else None
    if form is None:
        raise StaleButton
    return form


async def edit(context: Context) -> None:
    """*Edit* on a notice: opens the form with the stored input."""
    await _edit(context)


async def edit_in_own_name(context: Context) -> None:
    """*Write in my own name*: turns the customer's request into a message to them.

    The form says who will be e-mailed.
    """
    await _edit(context, in_own_name=True)


async def _edit(context: Context, *, in_own_name: bool = False) -> None:
    row = await context.services.operations.find(Number.of_value(context.interaction.value).number)
    if row is None or row.slack_user != context.interaction.user_id:
        raise TooLate
    if not is_editable(row.kind):
        raise StaleButton
    if row.is_blank:
        raise TextErased
    operation = read_operation(row.kind, row.version, row.operation)
    replaced = await context.services.submissions.last_edit(row)
    kind, answer_to = Kind(row.kind), _answer_to_of_edit(context, row)
    form = form_of(kind)
    if isinstance(operation, Create):
        if in_own_name:
            operation = create_input.in_own_name(operation)
        state = CreateState.editing(operation, replaced.id, answer_to=answer_to)
        state = await with_files(context, state)
        t = await context.translator()
        await context.open_form(create.edit(state, t, Start(stored=operation)))
    else:
        state = form.state(
            ticket=row.ticket_id, code=operation.code, answer_to=answer_to, replaces=replaced.id
        )
        customer = operation.recipient if isinstance(operation, Reply) else ""
        await open_with(context, kind, state, Start(stored=operation, customer=customer))


def _answer_to_of_edit(context: Context, row: Row) -> AnswerTo:
    """Returns where *Edit* was clicked; for a direct message, where the operation began."""
    is_direct = not (context.interaction.is_private or context.interaction.is_in_form)
    return of_stored(row.answer_to) if is_direct else answer_to_of(context)


async def show_agents_of_department(context: Context) -> None:
    """Updates the agents of a transfer; in other forms nothing depends on the department."""
    if context.interaction.form == Id.TRANSFER:
        t = await context.translator()
        await context.show_in_form(transfer.with_department(context.interaction.view, t))


async def open_with(
    context: Context,
    kind: Kind,
    state: TicketState,
    start: Start,
    *,
    is_open: bool = False,
    left_out: str = "",
) -> None:
    """Opens the form before the trigger expires, then adds what LiveAgent says about the ticket.

    A form must not carry a public URL code; for such a ref it opens empty until the ticket is read.
    `is_open`: the context's form becomes this one. `left_out` is text that did not fit.
    """
    form, t = form_of(kind), await context.translator()
    if kind in WITH_FILES:
        state = await with_files(context, state)
    start = await _with_preferences(context, kind, start)
    can_type = form.opens_at_once and not TicketRef(state.ticket).is_public_code
    first = form.open(state, t, start) if can_type else loading(label(kind, t), t)
    await (context.show_in_form(first) if is_open else context.open_form(first))
    try:
        start = await _with_ticket(context, kind, state.ticket, start)
    except BotError as error:
        if not can_type:
            raise
        start = replace(start, trouble=explain(error, t))  # keeps what is typed meanwhile
    if start.view:
        state = state.showing(start.view)

    def draw(start: Start) -> View:
        return with_omissions(form.open(state, t, start), left_out, t, dropped=start.dropped)

    drawn = await context.show_in_form(draw(start))
    if kind is Kind.REPLY and start.view:
        add_to_form(context, start.view, drawn, lambda view: draw(replace(start, view=view)))


async def _with_preferences(context: Context, kind: Kind, start: Start) -> Start:
    """Adds the hold, and the user's earlier choices."""
    services, user_id = context.services, context.interaction.user_id
    held = services.submissions.hold_seconds.get(DEFINITIONS[kind].hold, 0.0)
    start = replace(start, undo_seconds=held)
    match kind:
        case Kind.REPLY:
            return replace(start, then=await services.preferences.after_sending(user_id))
        case Kind.POSTPONE:
            return replace(start, times=await services.preferences.postpone_times(user_id))
        case _:
            return start


async def _with_ticket(context: Context, kind: Kind, ref: str, start: Start) -> Start:
    """Adds the current ticket. Raises `NotOffered`, and the errors of `look_up`."""
    form, actor = form_of(kind), await context.actor()
    view = await context.services.desk.look_up(
        TicketRef(ref),
        actor,
        within=RECENT_SECONDS,
        messages=form.needs_messages,
        tags=form.needs_tags,
        present=form.opens_at_once,
    )
    check_offered(kind, view.ticket, actor)
    zone, now = (await context.user()).zone, context.services.clock.now()
    start = replace(start, view=view, now=now, zone=zone)
    if form.opens_at_once:
        return replace(start, others=await _others(context, kind, view.ticket.id))
    if start.typed and kind is Kind.TRANSFER:
        return await _with_target(context, start, view)
    return start


async def with_files(context: Context, state: S) -> S:
    """Returns the state with the limits for files, if the bot can take files."""
    return state.model_copy(update={"files": await context.file_limits()})


async def _others(context: Context, kind: Kind, ticket_id: str) -> Sequence[OpenForm]:
    """Returns who else has the same form open."""
    user_id = context.interaction.user_id
    return await context.services.presence.opened(ticket_id, kind, user_id)


async def _with_target(context: Context, start: Start, view: TicketView) -> Start:
    """Adds the department or agent that was typed after the command."""
    if target := await find_transfer_target(context, start.typed, view.ticket.department):
        return replace(start, target=target)
    t = await context.translator()
    name = cut(line(context.services.desk.without_codes(context.typed)), MAX_NAME)
    unknown = t("LiveAgent has no department or agent named “{name}”.", name=name)
    if meant := await nearest_department(context, start.typed):
        selected = t("{department} is selected instead.", department=line(meant.name))
        return replace(start, target=(meant, None), trouble=t.sentences([unknown, selected]))
    return replace(start, trouble=unknown)
