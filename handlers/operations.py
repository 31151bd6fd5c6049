"""An agent does something to a ticket: opens a form and submits it, or changes a status."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.card import owner
from blocks.conversation import loading
from blocks.forms import note as note_form
from blocks.forms import reply as reply_form
from blocks.forms.writing import Memory, OtherForm
from blocks.ids import Id
from blocks.notices import say
from bot.desk.submissions import Decision
from bot.domain.errors import LiveAgentError, NotARef, NotOffered, NotStored, TooLate
from bot.domain.ref import TicketRef, first_word, unescape
from bot.domain.ticket import TicketView
from bot.operations import OFFERED, ChangeStatus, Note, Reply, read_operation
from bot.operations.rich_text import of_plain
from handlers.context import Context

_ARGUMENTS = re.compile(r"\s*\S+\s+(?P<ref>\S+)\s*(?P<rest>.*)", re.DOTALL)
_FIELDS = {Id.REPLY: Id.MESSAGE, Id.NOTE: Id.NOTE_TEXT}


async def write(context: Context) -> None:
    """*Reply* or *Note* on a card."""
    await _open(context, Id(context.did.id), Memory(context.did.value, context.did.response_url))


async def command_write(context: Context) -> None:
    """`/ticket reply REF [text]`, `/ticket note REF [text]`."""
    ref, text = _arguments(context)
    context.typed = text
    memory = Memory(ref.value, context.did.response_url)
    await _open(context, Id(context.did.word), memory, text)


async def edit(context: Context) -> None:
    """*Edit* on a notice: the form again, with what was typed."""
    row = await context.house.submissions.outbox.find(int(context.did.value))
    if row is None or row.slack_user != context.did.user_id:
        raise TooLate
    memory = Memory(row.ticket_id, replaces=row.id)
    words = read_operation(row.kind, row.version, row.operation)
    if isinstance(words, Reply | Note):
        await _open(context, Id(row.kind), memory, words)


async def change_status(context: Context) -> None:
    """*Resolve* and *Reopen* on a card, and *Mark as answered* in its menu."""
    clicked = context.did.value.split(" ")
    kind = clicked.pop(0) if context.did.id == Id.MORE else context.did.id
    await _submit_status(context, kind, ticket_id=clicked[0], code=clicked[-1])


async def command_change_status(context: Context) -> None:
    """`/ticket resolve REF [note]`, `/ticket reopen REF`."""
    ref, text = _arguments(context)
    if ref.is_public_code:
        found = await context.house.desk.look_up(ref, await context.actor())
        ref = TicketRef(found.ticket.id)
    named = {"ticket_id": ref.value, "code": ref.value}
    await _submit_status(context, context.did.word, **named, note=text)


async def decide(context: Context) -> None:
    """*Undo*, *Send now*, *Send anyway*, *Try again*, *Discard* on a notice."""
    decided = await context.house.submissions.decide(
        int(context.did.value), Decision(context.did.id), slack_user=context.did.user_id
    )
    if decided is None:
        raise TooLate


async def submit(context: Context, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """Only what is on disk is acknowledged; else the form stays, with what was typed."""
    memory, kind = Memory.of_view(view), Id(view["callback_id"])
    t = await context.translator()
    form = reply_form if kind is Id.REPLY else note_form
    operation = form.read(view, memory, t)
    if isinstance(operation, dict):
        await ack(response_action="errors", errors=operation)
        return
    try:
        row = await context.house.submissions.submit(
            operation,
            key=str(view["id"]),
            slack_user=context.did.user_id,
            response_url=memory.response_url,
        )
    except NotStored as error:
        await ack(response_action="errors", errors={_FIELDS[kind]: say(error, t)})
        return
    if row.operation != operation.model_dump(mode="json"):
        await ack(response_action="errors", errors={_FIELDS[kind]: say(TooLate(), t)})
        return
    await ack()
    if memory.replaces:
        await context.house.submissions.replaced(memory.replaces, context.did.user_id)
    await context.house.presence.closed(memory.ticket, kind, context.did.user_id)


async def _open(context: Context, kind: Id, memory: Memory, typed: Reply | Note | str = "") -> None:
    """At once, within the trigger's life; what LiveAgent says of the ticket comes afterwards."""
    t, form = await context.translator(), _form(kind, typed)
    is_nameable = not TicketRef(memory.ticket).is_public_code
    await context.open_form(form(memory, t) if is_nameable else loading(t))
    try:
        actor = await context.actor()
        view = await context.house.desk.look_up(TicketRef(memory.ticket), actor)
    except LiveAgentError as error:
        if not is_nameable:  # a form that remembers a public code would hand it on
            raise
        await context.show_in_form(form(memory, t, trouble=say(error, t)))
        return
    if not OFFERED[kind](view.ticket):
        raise NotOffered(view.ticket.status)
    memory = replace(
        memory,
        ticket=view.ticket.id,
        code=view.ticket.code,
        last_seen=_newest(view),
        recipient=owner(view.ticket),
    )
    others = await context.house.presence.opened(view.ticket.id, kind, context.did.user_id)
    here = [OtherForm(each.slack_user, int(each.seconds // 60)) for each in others]
    await context.show_in_form(form(memory, t, view=view, others=here))


def _form(kind: Id, typed: Reply | Note | str) -> Callable[..., View]:
    """The form, filled with what was typed before."""
    match kind, typed:
        case Id.NOTE, Note(text=text) | str(text):
            return partial(note_form.form, prefilled=text)
        case _, Reply(rich_text=rich_text):
            return partial(reply_form.form, prefilled=rich_text)
        case _, str(text) if text:
            return partial(reply_form.form, prefilled=of_plain(text))
        case _:
            return reply_form.form


def _newest(view: TicketView) -> str | None:
    """The id of the newest message; None where LiveAgent did not give them."""
    if view.messages is None:
        return None
    return view.messages[-1].id if view.messages else ""


async def _submit_status(context: Context, kind: str, **fields: str) -> None:
    await context.actor()
    operation = ChangeStatus.model_validate({"kind": kind, **fields})
    await context.house.submissions.submit(
        operation,
        key=context.did.trigger_id,
        slack_user=context.did.user_id,
        response_url=context.did.response_url,
    )


def _arguments(context: Context) -> tuple[TicketRef, str]:
    """The ticket and the words after it, as they were typed."""
    found = _ARGUMENTS.fullmatch(context.did.text)
    if found is None:
        raise NotARef
    return context.house.account.read_ref(first_word(found["ref"])), unescape(found["rest"])
