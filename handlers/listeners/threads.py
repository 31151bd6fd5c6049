"""Message shortcuts that add a Slack message to a ticket, and know a thread's ticket.

Nothing else brings what colleagues write in a thread to LiveAgent.
"""

import asyncio
from collections.abc import Sequence

from slack_bolt.async_app import AsyncAck

from blocks.forms import note, reply
from blocks.forms.display import loading
from blocks.forms.fields import option
from blocks.forms.files import read_files
from blocks.forms.form import MESSAGE_CHARACTERS, Start
from blocks.forms.frame import with_omissions
from blocks.forms.reading import rich_text_in
from blocks.forms.state import ChoiceState, CustomerState
from blocks.ids import Id
from blocks.ticket import headline
from bot.domain.ref import TicketRef
from bot.domain.ticket_message import TicketMessage
from bot.operations import Kind, Reply
from bot.operations.rich_text import of_plain
from handlers.dispatch.context import Context
from handlers.listeners.forms import open_with
from handlers.listeners.from_message import (
    files_apart,
    link_to,
    message_text,
    split_at,
)

MAX_OFFERED = 40


async def note_from_message(context: Context) -> None:
    """*Add to ticket as a note* on a message, with a link to it."""
    t, shortcut = await context.translator(), context.interaction
    await context.open_form(loading(t("Internal note"), t))
    actor, limits = await context.actor(), await context.file_limits()
    message, files = files_apart(shortcut.message, limits)
    (known, refs), link, words = await asyncio.gather(
        _tickets_of(context), link_to(context), message_text(context, message)
    )
    prefilled, rest = split_at(words, note.MAX_LENGTH)
    if len(known) == 1 and not refs:
        state = note.NoteState(
            ticket=known[0].ticket_id,
            code=known[0].code,
            link=link,
            answer_to=shortcut.answer_to,
        )
        start = Start(typed=prefilled, files=files)
        await open_with(context, Kind.NOTE, state, start, is_open=True, left_out=rest)
        return
    found = await context.services.desk.look_up_each(refs[:1], actor)
    chosen = option(found[0].id, headline(found[0], t)) if found else None
    state = note.NoteState(link=link, among=_among(known), files=limits)
    form = note.form_with_picker(state, t, chosen=chosen, prefilled=prefilled, files=files)
    await context.show_in_form(with_omissions(form, rest, t))


async def reply_from_message(context: Context) -> None:
    """*Send as reply* on a message: opens a form to choose the ticket."""
    t, shortcut = await context.translator(), context.interaction
    await context.open_form(loading(t("Reply"), t))
    await context.actor()
    limits = await context.file_limits()
    message, files = files_apart(shortcut.message, limits)
    (known, refs), words = await asyncio.gather(
        _tickets_of(context), message_text(context, message)
    )
    prefilled, rest = split_at(words, MESSAGE_CHARACTERS)
    context.typed = words
    tickets = [*(TicketRef(each.ticket_id) for each in known), *refs]
    if len(tickets) == 1:
        code = known[0].code if known else ""
        state = CustomerState(ticket=tickets[0].value, code=code, answer_to=shortcut.answer_to)
        start = Start(typed=prefilled, files=files)
        await open_with(context, Kind.REPLY, state, start, is_open=True, left_out=rest)
        return
    choice = ChoiceState(answer_to=shortcut.answer_to, among=_among(known), files=limits)
    form = reply.form_with_picker(choice, t, of_plain(prefilled), files)
    await context.show_in_form(with_omissions(form, rest, t))


async def choose_ticket(context: Context) -> None:
    """A ticket was chosen for a reply: the form becomes that ticket's, and names the recipient.

    The checkboxes of *Choose several* have the same id; they are read on submission.
    """
    clicked = context.interaction
    if clicked.form != Id.REPLY_FROM_MESSAGE or not clicked.value:
        return
    choice, rich_text = ChoiceState.of_view(clicked.view), rich_text_in(clicked.view, Id.MESSAGE)
    state = CustomerState(ticket=clicked.value, answer_to=choice.answer_to)
    files = read_files(clicked.view)
    start = Start(stored=Reply(ticket_id=clicked.value, rich_text=rich_text, files=files))
    context.form_id = clicked.view_id
    await open_with(context, Kind.REPLY, state, start, is_open=True)


async def submit_choice(context: Context, ack: AsyncAck) -> None:
    """*Next* before the chosen ticket's form is shown; choosing a ticket shows it."""
    t = await context.translator()
    await ack(response_action="errors", errors={Id.TICKET: t("Choose the ticket again.")})


async def _tickets_of(context: Context) -> tuple[Sequence[TicketMessage], Sequence[TicketRef]]:
    """Returns the tickets that the message or its thread shows, and others that its text names."""
    message, account = context.interaction.message, context.services.account
    ts, thread = str(message.get("ts") or ""), str(message.get("thread_ts") or "")
    known = await context.services.messages.known(context.interaction.channel, thread or ts)
    if known and thread in {"", ts}:
        return known, ()
    names = {name for each in known for name in (each.ticket_id, each.code)}
    refs = account.find_refs(context.interaction.text)
    return known, [ref for ref in refs if ref.value not in names]


def _among(known: Sequence[TicketMessage]) -> tuple[tuple[str, str], ...]:
    return tuple((each.ticket_id, each.code) for each in known[:MAX_OFFERED])
