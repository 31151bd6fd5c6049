"""An agent opens the form of an operation, and submits it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.card import owner
from blocks.conversation import loading
from blocks.forms import create, delete, note, reply, tags, transfer
from blocks.forms.writing import Errors, Memory, OtherForm
from blocks.ids import Id
from blocks.notices import say
from blocks.values import Number, Target
from blocks.words import operation as name_of
from bot.desk.submissions import edit_key
from bot.domain.errors import (
    BotError,
    CustomerUnknown,
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
    Create,
    Delete,
    Note,
    Operation,
    Reply,
    Snapshot,
    check_offered,
    read_operation,
)
from bot.operations.rich_text import of_plain
from handlers.dispatch.context import Context
from handlers.listeners.review import advance
from handlers.listeners.transfer_target import find_transfer_target

MAX_RECIPIENT_LENGTH = 600

Read = Callable[[Mapping[str, Any], Memory, Translator], Operation | Errors | View]

READERS: Mapping[str, Read] = {
    Id.REPLY: reply.read,
    Id.NOTE: note.read,
    Id.TAGS: tags.read,
    Id.TRANSFER: transfer.read,
    Id.CREATE: create.read,
    Id.DELETE: delete.read,
}


async def write(context: Context) -> None:
    """*Reply* or *Note* on a card."""
    target = Target.of_value(context.interaction.value)
    memory = context.memory(ticket=target.ticket_id, code=target.code)
    await open_words(context, Id(context.interaction.id), memory)


async def command_write(context: Context) -> None:
    """`/ticket reply REF [text]`, `/ticket note REF [text]`."""
    ref, words = context.ref_and_words()
    context.typed = text = unescape(words)
    await open_words(context, Id(context.interaction.word), context.memory(ticket=ref.value), text)


async def edit(context: Context) -> None:
    """*Edit* on a notice: the form again, with what was typed."""
    row = await context.services.operations.find(Number.of_value(context.interaction.value).number)
    if row is None or row.slack_user != context.interaction.user_id:
        raise TooLate
    if row.is_blank:
        raise WordsGone
    words = read_operation(row.kind, row.version, row.operation)
    replaced = await context.services.submissions.last_edit(row)
    if isinstance(words, Create):
        if (row.outcome or {}).get("error") == CustomerUnknown.__name__:
            words = create.in_own_name(words)
        writer = create.BY_CUSTOMER if words.is_by_customer else create.BY_AGENT
        memory = Memory(replaces=replaced.id)
        t = await context.translator()
        await context.open_form(create.form(memory, t, filled=words, writer=writer))
    elif isinstance(words, Reply | Note):
        await open_words(
            context, Id(row.kind), Memory(ticket=row.ticket_id, replaces=replaced.id), words
        )


async def open_form(context: Context) -> None:
    """*Tags*, *Transfer* or *Delete* in a card's menu."""
    target = Target.of_value(context.interaction.value)
    await open_read(context, Id(context.interaction.id), context.memory(ticket=target.ticket_id))


async def command_transfer(context: Context) -> None:
    """`/ticket transfer REF [department or @agent]`."""
    ref, wanted = context.ref_and_words()
    await open_read(context, Id.TRANSFER, context.memory(ticket=ref.value), wanted.strip())


async def command_delete(context: Context) -> None:
    """`/ticket delete REF`."""
    ref, _ = context.ref_and_words()
    await open_read(context, Id.DELETE, context.memory(ticket=ref.value))


async def change_department(context: Context) -> None:
    """Another department was chosen in the form of a transfer; elsewhere nothing depends on it."""
    if context.interaction.view.get("callback_id") == Id.TRANSFER:
        t = await context.translator()
        await context.show_in_form(transfer.with_department(context.interaction.view, t))


async def submit(context: Context, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """Only what is on disk is acknowledged; else the form stays, with what was typed."""
    read = READERS.get(context.interaction.id)
    if read is None:
        raise StaleButton
    memory, t = Memory.of_view(view), await context.translator()
    operation = read(view, memory, t)
    if isinstance(operation, dict):
        await ack(response_action="errors", errors=operation)
        return
    if isinstance(operation, View):
        await ack(response_action="update", view=operation.to_dict())
        return
    if not (operation.ticket_id or isinstance(operation, Create)):
        raise StaleButton
    if memory.replaces:
        await _replace(context, memory.replaces)
    row = await context.services.submissions.submit(
        operation,
        key=edit_key(memory.replaces) if memory.replaces else str(view["id"]),
        slack_user=context.interaction.user_id,
        response_url=memory.response_url,
        reference=context.interaction.reference,
    )
    if trouble := _stands_in_the_way(row, operation, context.interaction.user_id):
        raise trouble
    await ack()
    if memory.round:
        await advance(context, memory.round, row)


def _stands_in_the_way(row: Row, operation: Operation, slack_user: str) -> BotError | None:
    """Whether another row than what was submitted just now stands in the outbox, and which."""
    is_it = row.slack_user == slack_user and row.operation == operation.model_dump(mode="json")
    if is_it and row.state not in {State.UNDONE, State.DISCARDED}:
        return None
    is_under_way = isinstance(operation, Delete) and row.state in ACTIVE_STATES
    return DeletionUnderWay() if is_under_way else TooLate()


async def _replace(context: Context, row_id: int) -> None:
    """The row that the form edits leaves no more. Raises `TooLate` where it has."""
    if not await context.services.submissions.replaced(row_id, context.interaction.user_id):
        raise TooLate


async def open_words(
    context: Context, kind: Id, memory: Memory, typed: Reply | Note | str = ""
) -> None:
    """At once, within the trigger's life; what LiveAgent says of the ticket comes afterwards."""
    t, form = await context.translator(), _form_of_words(kind, typed)
    is_nameable = not TicketRef(memory.ticket).is_public_code
    waiting = form(memory, t) if is_nameable else loading(name_of(kind, t), t)
    await context.open_form(waiting)
    try:
        view, memory = await _read(context, kind, memory)
    except BotError as error:  # what is typed meanwhile stays
        if not is_nameable:  # a form that remembers a public code would hand it on
            raise
        await context.show_in_form(form(memory, t, trouble=say(error, t)))
        return
    others = await context.services.presence.opened(
        view.ticket.id, kind, context.interaction.user_id
    )
    here = [OtherForm(each.slack_user, int(each.seconds // 60)) for each in others]
    await context.show_in_form(form(memory, t, view=view, others=here))


def _form_of_words(kind: Id, typed: Reply | Note | str) -> Callable[..., View]:
    """The form, filled with what was typed before."""
    match kind, typed:
        case Id.NOTE, Note(text=text) | str(text):
            return partial(note.form, prefilled=text)
        case _, Reply():
            return partial(reply.form, filled=typed)
        case _, str(text) if text:
            return partial(reply.form, filled=Reply(ticket_id="", rich_text=of_plain(text)))
        case _:
            return reply.form


async def open_read(context: Context, kind: Id, memory: Memory, wanted: str = "") -> None:
    """A form that is nothing without the ticket; `wanted` is the place that a command names."""
    t = await context.translator()
    await context.open_form(loading(name_of(kind, t), t))
    view, memory = await _read(context, kind, memory)
    match kind:
        case Id.TAGS:
            form = tags.form(memory, t, view=view)
        case Id.DELETE:
            form = delete.form(memory, t, view=view)
        case _:
            place = await find_transfer_target(context, wanted, view.ticket.department)
            trouble = (
                t("LiveAgent has no department or agent with that name.")
                if wanted and not place
                else ""
            )
            department, agent = place or (None, None)
            form = transfer.form(
                memory, t, view=view, department=department, agent=agent, trouble=trouble
            )
    await context.show_in_form(form)


async def _read(context: Context, kind: Id, memory: Memory) -> tuple[TicketView, Memory]:
    """The ticket, if it may be done to it; and a memory of what the form shows of it."""
    actor = await context.actor()
    view = await context.services.desk.look_up(TicketRef(memory.ticket), actor)
    check_offered(kind, view.ticket, actor)
    shown = {
        "ticket": view.ticket.id,
        "code": view.ticket.code,
        "seen": Snapshot.of(view),
        "recipient": owner(view.ticket)[:MAX_RECIPIENT_LENGTH],
    }
    return view, memory.model_copy(update=shown)
