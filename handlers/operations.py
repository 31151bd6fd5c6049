"""An agent does something to a ticket: opens a form and submits it, or acts by one click."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.card import owner
from blocks.conversation import loading
from blocks.forms import create, delete, note, reply, tags, transfer
from blocks.forms.writing import Errors, Memory, OtherForm, first_field
from blocks.ids import Id
from blocks.notices import say
from blocks.target import Target
from blocks.words import operation as name_of
from bot.desk.submissions import Decision
from bot.domain.errors import (
    BotError,
    DeletionUnderWay,
    NotARef,
    NotStored,
    StaleButton,
    TooLate,
    WordsGone,
)
from bot.domain.outbox import OPEN, Row, State
from bot.domain.ref import TicketRef, first_word, unescape
from bot.domain.tagging import tag_changes
from bot.domain.ticket import TicketView
from bot.i18n import Translator
from bot.operations import (
    AssignToMe,
    ChangeStatus,
    ChangeTags,
    Create,
    Delete,
    Note,
    Operation,
    Reply,
    Seen,
    check_offered,
    read_operation,
)
from bot.operations.rich_text import of_plain
from handlers.context import Context
from handlers.places import find_place
from handlers.rounds import went_on

_ARGUMENTS = re.compile(r"\s*\S+\s+(?P<ref>\S+)\s*(?P<rest>.*)", re.DOTALL)

LONGEST_RECIPIENT = 600

READERS: Mapping[str, Callable[[Mapping[str, Any], Memory, Translator], Operation | Errors]] = {
    Id.REPLY: reply.read,
    Id.NOTE: note.read,
    Id.TAGS: tags.read,
    Id.TRANSFER: transfer.read,
    Id.CREATE: create.read,
    Id.DELETE: delete.read,
}


async def write(context: Context) -> None:
    """*Reply* or *Note* on a card."""
    target = Target.of_value(context.did.value)
    memory = _memory(context, target.ticket_id, target.code)
    await open_words(context, Id(context.did.id), memory)


async def command_write(context: Context) -> None:
    """`/ticket reply REF [text]`, `/ticket note REF [text]`."""
    ref, words = _arguments(context)
    context.typed = text = unescape(words)
    await open_words(context, Id(context.did.word), _memory(context, ref.value), text)


async def edit(context: Context) -> None:
    """*Edit* on a notice: the form again, with what was typed."""
    row = await context.house.submissions.outbox.find(_row_id(context))
    if row is None or row.slack_user != context.did.user_id:
        raise TooLate
    if row.is_blank:
        raise WordsGone
    words = read_operation(row.kind, row.version, row.operation)
    if isinstance(words, Create):
        writer = create.BY_CUSTOMER if words.is_by_customer else create.BY_AGENT
        memory = Memory(replaces=row.id)
        t = await context.translator()
        await context.open_form(create.form(memory, t, filled=words, writer=writer))
    elif isinstance(words, Reply | Note):
        await open_words(
            context, Id(row.kind), Memory(ticket=row.ticket_id, replaces=row.id), words
        )


async def open_form(context: Context) -> None:
    """*Tags*, *Transfer* or *Delete* in a card's menu."""
    target = Target.of_value(context.did.value)
    await _open_read(context, Id(context.did.id), _memory(context, target.ticket_id))


async def command_tag(context: Context) -> None:
    """`/ticket tag REF +vip -spam`; without any tag, the form."""
    ref, words = _arguments(context)
    if not words.strip():
        await _open_read(context, Id.TAGS, _memory(context, ref.value))
        return
    add, remove = tag_changes(unescape(words))
    named = await _nameable(context, ref)
    await _do_now(
        context,
        ChangeTags(ticket_id=named, code=named, add=tuple(add), remove=tuple(remove)),
    )


async def command_transfer(context: Context) -> None:
    """`/ticket transfer REF [department or @agent]`."""
    ref, wanted = _arguments(context)
    await _open_read(context, Id.TRANSFER, _memory(context, ref.value), wanted.strip())


async def command_delete(context: Context) -> None:
    """`/ticket delete REF`."""
    ref, _ = _arguments(context)
    await _open_read(context, Id.DELETE, _memory(context, ref.value))


async def change_status(context: Context) -> None:
    """*Resolve* and *Reopen* on a card, and *Mark as answered* in its menu."""
    target = Target.of_value(context.did.value)
    fields = {"ticket_id": target.ticket_id, "code": target.code, "seen": target.seen}
    await _do_now(context, ChangeStatus.model_validate({"kind": context.did.id, **fields}))


async def assign_to_me(context: Context) -> None:
    """*Assign to me* on a card."""
    target = Target.of_value(context.did.value)
    await _do_now(
        context, AssignToMe(ticket_id=target.ticket_id, code=target.code, seen=target.seen)
    )


async def command_change_status(context: Context) -> None:
    """`/ticket resolve REF [note]`, `/ticket reopen REF`."""
    ref, words = _arguments(context)
    named = await _nameable(context, ref)
    fields = {"kind": context.did.word, "ticket_id": named, "code": named}
    operation = ChangeStatus.model_validate({**fields, "note": unescape(words)})
    row = await _do_now(context, operation)
    with suppress(BotError):  # while it is held: what comes later, they have not seen
        view = await context.house.desk.look_up(TicketRef(named), await context.actor())
        shown = {"seen": Seen.of(view), "ticket_id": view.ticket.id}
        seen = operation.model_copy(update=shown)
        await context.house.submissions.saw(row, seen)


async def decide(context: Context) -> None:
    """*Undo*, *Send now*, *Send anyway*, *Try again*, *Discard* on a notice."""
    decided = await context.house.submissions.decide(
        _row_id(context), Decision(context.did.id), slack_user=context.did.user_id
    )
    if decided is None:
        raise TooLate


async def change_department(context: Context) -> None:
    """Another department was chosen in the form of a transfer; elsewhere nothing depends on it."""
    if context.did.view.get("callback_id") == Id.TRANSFER:
        t = await context.translator()
        await context.show_in_form(transfer.with_department(context.did.view, t))


async def submit(context: Context, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """Only what is on disk is acknowledged; else the form stays, with what was typed."""
    t, read = await context.translator(), READERS.get(view["callback_id"])
    try:
        memory = Memory.of_view(view)
    except ValueError:
        read = None
    if read is None:
        await ack(response_action="errors", errors={first_field(view): say(StaleButton(), t)})
        return
    operation = read(view, memory, t)
    if isinstance(operation, dict):
        await ack(response_action="errors", errors=operation)
        return
    try:
        if memory.replaces:
            await _replace(context, memory.replaces)
        row = await context.house.submissions.submit(
            operation,
            key=f"edit of {memory.replaces}" if memory.replaces else str(view["id"]),
            slack_user=context.did.user_id,
            response_url=memory.response_url,
            reference=context.did.reference,
        )
    except (NotStored, TooLate) as error:
        await ack(response_action="errors", errors={first_field(view): say(error, t)})
        return
    if trouble := _stands_in_the_way(row, operation, context.did.user_id):
        await ack(response_action="errors", errors={first_field(view): say(trouble, t)})
        return
    await ack()
    if memory.round:
        await went_on(context, memory.round, row)


def _stands_in_the_way(row: Row, operation: Operation, slack_user: str) -> BotError | None:
    """Whether another row than what was submitted just now stands in the outbox, and which."""
    is_it = row.slack_user == slack_user and row.operation == operation.model_dump(mode="json")
    if is_it and row.state not in {State.UNDONE, State.DISCARDED}:
        return None
    is_under_way = isinstance(operation, Delete) and row.state in OPEN
    return DeletionUnderWay() if is_under_way else TooLate()


async def _replace(context: Context, row_id: int) -> None:
    """The row that the form edits leaves no more. Raises `TooLate` where it has."""
    if not await context.house.submissions.replaced(row_id, context.did.user_id):
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
    others = await context.house.presence.opened(view.ticket.id, kind, context.did.user_id)
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


async def _open_read(context: Context, kind: Id, memory: Memory, wanted: str = "") -> None:
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
            place = await find_place(context, wanted, view.ticket.department)
            trouble = t("Nothing in LiveAgent is called that.") if wanted and not place else ""
            department, agent = place or (None, None)
            form = transfer.form(
                memory, t, view=view, department=department, agent=agent, trouble=trouble
            )
    await context.show_in_form(form)


async def _read(context: Context, kind: Id, memory: Memory) -> tuple[TicketView, Memory]:
    """The ticket, if it may be done to it; and a memory of what the form shows of it."""
    actor = await context.actor()
    view = await context.house.desk.look_up(TicketRef(memory.ticket), actor)
    check_offered(kind, view.ticket, actor)
    shown = {
        "ticket": view.ticket.id,
        "code": view.ticket.code,
        "seen": Seen.of(view),
        "recipient": owner(view.ticket)[:LONGEST_RECIPIENT],
    }
    return view, memory.model_copy(update=shown)


async def _do_now(context: Context, operation: Operation) -> Row:
    await context.actor()
    row = await context.house.submissions.submit(
        operation,
        key=context.did.trigger_id,
        slack_user=context.did.user_id,
        response_url=context.did.origin,
        reference=context.did.reference,
    )
    if context.did.round:
        await went_on(context, context.did.round, row)
    return row


async def _nameable(context: Context, ref: TicketRef) -> str:
    """What may be stored and shown of a ref: of a public URL code, the ticket's id instead."""
    if not ref.is_public_code:
        return ref.value
    return (await context.house.desk.look_up(ref, await context.actor())).ticket.id


def _memory(context: Context, ticket: str, code: str = "") -> Memory:
    """Of the click or command that opens a form."""
    return context.memory(ticket=ticket, code=code)


def _row_id(context: Context) -> int:
    """The row of the outbox that a notice's button is about."""
    if not context.did.value.isdecimal():
        raise StaleButton
    return int(context.did.value)


def _arguments(context: Context) -> tuple[TicketRef, str]:
    """The ticket, and the words after it as Slack sent them, with its marks."""
    found = _ARGUMENTS.fullmatch(context.did.text)
    if found is None:
        raise NotARef
    return context.house.account.read_ref(first_word(found["ref"])), found["rest"]
