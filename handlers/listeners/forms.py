"""Opens and submits the forms of operations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.conversation import loading
from blocks.forms import create, transfer
from blocks.forms.fields import OtherForm, at_their_blocks, say_what_is_left_out
from blocks.forms.form import Form, Start
from blocks.forms.placeholders import ask_about_placeholders, ask_about_replying
from blocks.forms.state import OperationState, TicketState
from blocks.ids import Id
from blocks.notices import say
from blocks.operations import BY_ACTION, BY_COMMAND, PRESENTED, is_editable, label
from blocks.values.tickets import Target
from blocks.values.value import Number
from bot.desk.submissions import edit_key
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.answer_to import AnswerTo, ReviewForm, of_stored, to_stored
from bot.domain.errors import (
    BotError,
    DeletionUnderWay,
    StaleButton,
    TooLate,
    WordsGone,
)
from bot.domain.outbox import ACTIVE_STATES, Row, State
from bot.domain.ref import TicketRef, unescape
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import (
    DEFINITIONS,
    Create,
    Delete,
    Kind,
    Operation,
    Reply,
    check_offered,
    read_operation,
)
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.listeners.others import add_to_form
from handlers.listeners.review import advance, place_of
from handlers.listeners.transfer_target import find_transfer_target

NAMES_SECONDS = 0.5
WITH_FILES = {Kind.REPLY, Kind.NOTE}
S = TypeVar("S", bound=OperationState)


async def open_from_card(context: Context) -> None:
    """*Reply*, *Note*, *Tags*, *Transfer* or *Delete* on a card."""
    target = Target.of_value(context.interaction.value)
    await open_on_ticket(context, BY_ACTION[context.interaction.id], target)
    await context.remember_card(target.ticket_id, target.code)


async def open_by_command(context: Context) -> None:
    """`/ticket reply REF [text]`, `note REF [text]`, `transfer REF [place]`, `delete REF`."""
    ref, typed = context.ref_and_words()
    target = Target(ref.value, ref.code)
    await open_on_ticket(context, BY_COMMAND[context.interaction.word], target, typed=typed)


async def open_on_ticket(context: Context, kind: Kind, target: Target, *, typed: str = "") -> None:
    """Opens the form; `typed` is as Slack sent it. Raises `StaleButton` if there is no form."""
    form = form_of(kind)
    state = form.state(ticket=target.ticket_id, code=target.code, answer_to=place_of(context))
    if form.opens_at_once:
        context.typed = typed = unescape(typed)
    start = Start(typed=typed.strip(), subject=target.subject, customer=target.customer)
    await open_with(context, kind, state, start)


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
    """*Write in my own name*: the customer's request becomes a message to them.

    The form says who will be e-mailed before anything leaves.
    """
    await _edit(context, in_own_name=True)


async def _edit(context: Context, *, in_own_name: bool = False) -> None:
    row = await context.services.operations.find(Number.of_value(context.interaction.value).number)
    if row is None or row.slack_user != context.interaction.user_id:
        raise TooLate
    if not is_editable(row.kind):
        raise StaleButton
    if row.is_blank:
        raise WordsGone
    operation = read_operation(row.kind, row.version, row.operation)
    replaced = await context.services.submissions.last_edit(row)
    kind, place = Kind(row.kind), _place_of_edit(context, row)
    form = form_of(kind)
    if isinstance(operation, Create):
        if in_own_name:
            operation = create.in_own_name(operation)
        state = create.CreateState.editing(operation, replaced.id, answer_to=place)
        state = await with_files(context, state)
        t = await context.translator()
        await context.open_form(create.edit(state, t, Start(stored=operation)))
    else:
        state = form.state(
            ticket=row.ticket_id, code=operation.code, answer_to=place, replaces=replaced.id
        )
        customer = operation.recipient if isinstance(operation, Reply) else ""
        await open_with(context, kind, state, Start(stored=operation, customer=customer))


def _place_of_edit(context: Context, row: Row) -> AnswerTo:
    """Returns where *Edit* was clicked; for a direct message, where the operation began."""
    is_direct = not (context.interaction.is_private or context.interaction.is_in_form)
    return of_stored(row.response_url) if is_direct else place_of(context)


async def change_department(context: Context) -> None:
    """Updates the agents of a transfer; in other forms nothing depends on the department."""
    if context.interaction.form == Id.TRANSFER:
        t = await context.translator()
        await context.show_in_form(transfer.with_department(context.interaction.view, t))


async def submit(context: Context, ack: AsyncAck) -> None:
    """Acknowledges once the operation is on disk; otherwise the form stays with its input."""
    form = form_of(BY_ACTION.get(context.interaction.id))
    view, t = context.interaction.view, await context.translator()
    state: OperationState = form.state.of_view(view).submitted_at(context.services.clock.now())
    operation = form.read(view, state, t)
    if isinstance(operation, dict):
        await ack(response_action="errors", errors=at_their_blocks(operation, view))
        return
    if isinstance(operation, View):
        await ack(response_action="update", view=operation.to_dict())
        return
    if not (operation.ticket_id or isinstance(operation, Create)):
        raise StaleButton
    if not {*operation.placeholders()}.issubset(state.placeholders):
        asking = ask_about_placeholders(view, state, operation, t)
        await ack(response_action="update", view=asking)
        return
    if replying := await _replying(context, operation, state):
        asking = ask_about_replying(view, state, replying, t)
        await ack(response_action="update", view=asking)
        return
    if state.replaces:
        await _replace(context, state.replaces)
    row = await context.services.submissions.submit(
        operation,
        key=edit_key(state.replaces) if state.replaces else str(view["id"]),
        slack_user=context.interaction.user_id,
        response_url=to_stored(state.answer_to),
        reference=context.interaction.reference,
    )
    if error := _conflicting_row_error(row, operation, context.interaction):
        raise error
    await ack()
    if isinstance(operation, Reply):
        user_id, then = context.interaction.user_id, operation.then
        await context.services.preferences.keep_after_sending(user_id, then)
    if isinstance(state.answer_to, ReviewForm):
        await advance(context, state.answer_to, row)


async def _replying(
    context: Context, operation: Operation, state: OperationState
) -> Mapping[str, str]:
    """Returns who is replying in LiveAgent of whom the author was not asked, without any call.

    What is known only later is asked right before the reply leaves.
    """
    if not isinstance(operation, Reply) or operation.last_seen is None:
        return {}
    email = (await context.user()).email
    try:
        async with context.services.clock.timeout(NAMES_SECONDS):
            found = await context.services.desk.replying_now(operation.ticket_id, email)
    except TimeoutError:
        return {}
    return {each: name for each, name in found.items() if each not in state.despite}


def _conflicting_row_error(row: Row, operation: Operation, sent: Interaction) -> BotError | None:
    """Returns an error if another row is stored: under the same key, or instead."""
    if row.reference == sent.reference:
        return None  # its own row
    labels = {"code", "subject"} - {*DEFINITIONS[operation.kind].text_fields}
    stored, submitted = (
        _without(labels, each) for each in (row.operation, operation.model_dump(mode="json"))
    )
    is_it = row.slack_user == sent.user_id and stored == submitted
    if is_it and row.state not in {State.UNDONE, State.DISCARDED}:
        return None
    is_under_way = isinstance(operation, Delete) and row.state in ACTIVE_STATES
    return DeletionUnderWay() if is_under_way else TooLate()


def _without(labels: Collection[str], stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns it without the labels that a form learns only once LiveAgent has answered."""
    return {name: value for name, value in stored.items() if name not in labels}


async def _replace(context: Context, row_id: int) -> None:
    """Discards the row that the form edits. Raises `TooLate` if it has already left."""
    if not await context.services.submissions.withdraw(row_id, context.interaction.user_id):
        raise TooLate


async def open_with(
    context: Context,
    kind: Kind,
    state: TicketState,
    start: Start,
    *,
    is_open: bool = False,
    left_out: str = "",
) -> None:
    """Opens the form within the trigger's life, then adds what LiveAgent says about the ticket.

    A form must not pass on a public URL code, so it waits until the ticket is read in that case.
    If the context's form `is_open` already, it becomes this one. `left_out` is what did not fit.
    """
    form, t = form_of(kind), await context.translator()
    if kind in WITH_FILES:
        state = await with_files(context, state)
    held = context.services.submissions.hold_seconds
    start = replace(start, undo_seconds=held.get(DEFINITIONS[kind].hold, 0.0))
    start = await _with_preferences(context, kind, start)
    can_type = form.opens_at_once and not TicketRef(state.ticket).is_public_code
    first = form.open(state, t, start) if can_type else loading(label(kind, t), t)
    await (context.show_in_form(first) if is_open else context.open_form(first))
    try:
        actor = await context.actor()
        view = await context.services.desk.look_up(
            TicketRef(state.ticket),
            actor,
            within=RECENT_SECONDS,
            messages=form.needs_messages,
            tags=form.needs_tags,
            present=form.opens_at_once,
        )
        check_offered(kind, view.ticket, actor)
    except BotError as error:
        if not can_type:
            raise
        start = replace(start, trouble=say(error, t))  # keeps what is typed meanwhile
    else:
        zone, now = (await context.user()).zone, context.services.clock.now()
        state, start = state.showing(view), replace(start, view=view, now=now, zone=zone)
        if form.opens_at_once:
            start = replace(start, others=await _others(context, kind, view.ticket.id))
        elif start.typed and kind is Kind.TRANSFER:
            start = await _with_target(context, start, view, t)

    def draw(start: Start) -> View:
        return say_what_is_left_out(form.open(state, t, start), left_out, t)

    drawn = await context.show_in_form(draw(start))
    if kind is Kind.REPLY and start.view:
        add_to_form(context, start.view, drawn, lambda view: draw(replace(start, view=view)))


async def _with_preferences(context: Context, kind: Kind, start: Start) -> Start:
    """Adds what the user chose before."""
    preferences, user_id = context.services.preferences, context.interaction.user_id
    match kind:
        case Kind.REPLY:
            return replace(start, then=await preferences.after_sending(user_id))
        case Kind.POSTPONE:
            return replace(start, times=await preferences.postpone_times(user_id))
        case _:
            return start


async def with_files(context: Context, state: S) -> S:
    """Returns the state of a form that can take files, if the bot can."""
    return state.model_copy(update={"files": await context.file_limits()})


async def _others(context: Context, kind: Kind, ticket_id: str) -> Sequence[OtherForm]:
    """Returns the forms that others have open."""
    user_id = context.interaction.user_id
    others = await context.services.presence.opened(ticket_id, kind, user_id)
    return [OtherForm(each.slack_user, int(each.seconds // 60)) for each in others]


async def _with_target(context: Context, start: Start, view: TicketView, t: Translator) -> Start:
    """Adds the department or agent that was typed after the command."""
    target = await find_transfer_target(context, start.typed, view.ticket.department)
    unknown = t("LiveAgent has no department or agent with that name.")
    return replace(start, target=target, trouble="" if target else unknown)
