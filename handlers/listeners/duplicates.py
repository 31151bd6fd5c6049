"""Asks in the form of a new ticket whether it belongs to an open ticket of the customer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog
from slack_sdk.models.views import View

from blocks.forms import create, create_input, note
from blocks.forms.create_input import MAX_OTHER_SUBJECT, CreateState, OtherTicket
from blocks.forms.files import offered_in
from blocks.forms.form import Start
from blocks.forms.reply import THEN
from blocks.forms.state import CustomerState
from blocks.ids import Id
from blocks.text import age, cut, line
from blocks.values.tickets import Target
from bot.domain.address import as_address
from bot.domain.errors import BotError, SlackDoesNotAnswer
from bot.domain.ticket import Status
from bot.operations import Create, Kind, Reply
from bot.operations.rich_text import to_text
from handlers.dispatch.context import Context
from handlers.listeners import forms
from handlers.listeners.from_message import split_at

log = structlog.get_logger()

MAX_CODE_LENGTH = 50


async def change_department(context: Context) -> None:
    """A department was chosen in any form.

    In the form of a new ticket, the customer's address is complete by then.
    """
    if context.interaction.form == Id.CREATE:
        await look_for_open_ticket(context)
    else:
        await forms.show_agents_of_department(context)


async def look_for_open_ticket(context: Context) -> None:
    """Adds the question to the form, unless the form changes while LiveAgent is read."""
    await _look(context, str(context.interaction.view.get("hash") or ""))


async def _look(context: Context, drawn: str) -> None:
    """`drawn` is the hash of the form as it is shown."""
    view, t = context.interaction.view, await context.translator()
    state = CreateState.of_view(view)
    address = as_address(create_input.draft(view, state).recipient)
    is_asked = create_input.is_asking(view) and state.other and state.other.email == address
    if not address or is_asked:
        return
    await ask_in(
        context,
        address,
        drawn,
        lambda other: create.again(view, state.model_copy(update={"other": other}), t),
    )


async def ask_in(
    context: Context, address: str, drawn: str, draw: Callable[[OtherTicket], View]
) -> None:
    """Draws the form with the customer's open ticket, unless it no longer has the hash `drawn`."""
    if other := await open_ticket_of(context, address):
        with suppress(SlackDoesNotAnswer):  # there is nothing to ask
            await context.show_in_unchanged_form(draw(other), drawn)


async def open_ticket_of(context: Context, address: str) -> OtherTicket | None:
    """Returns the customer's newest open ticket that the user may see.

    None if there is none, or LiveAgent doesn't answer soon.
    """
    try:
        found = await context.services.customers.read(address, await context.actor())
    except BotError as error:
        log.info("customer's open tickets not checked", why=str(error))
        return None
    ticket = found.newest_open if found else None
    if ticket is None:
        return None
    t, seen = await context.translator(), context.services.clock.now()
    return OtherTicket(
        email=as_address(address),
        ticket=ticket.id,
        code=cut(ticket.code, MAX_CODE_LENGTH),
        subject=cut(line(ticket.subject), MAX_OTHER_SUBJECT),
        age=age(seen - ticket.created, t) if ticket.created else "",
    )


async def add_instead(context: Context) -> None:
    """*Add to it as a note*, *Reply in it*: replaces the form with that ticket's, keeping input.

    If the customer or the purpose has changed since the question was drawn, it is drawn again
    instead.
    """
    view, target = context.interaction.view, Target.of_value(context.interaction.value)
    state = CreateState.of_view(view)
    draft = create_input.draft(view, state)
    is_meant = state.other and state.other.email == as_address(draft.recipient)
    if not (is_meant and create_input.shows_effects(view)):
        form = create.again(view, state, await context.translator())
        await _look(context, await context.show_in_form(form))
        return
    context.form_id = context.interaction.view_id
    known = {
        "ticket": target.ticket_id,
        "code": target.code,
        "answer_to": state.answer_to,
        "replaces": state.replaces,
    }
    dropped = create.dropped(draft, await context.translator())
    start = Start(files=offered_in(view), dropped=dropped)
    if draft.is_by_customer:
        prefilled, rest = split_at(_as_text(draft), note.MAX_LENGTH)
        noted, start = note.NoteState(**known), replace(start, typed=prefilled)
        await forms.open_with(context, Kind.NOTE, noted, start, is_open=True, left_out=rest)
    else:
        stored = Reply(
            ticket_id=target.ticket_id,
            rich_text=draft.rich_text,
            email_customer=draft.email_customer,
            then=draft.status if draft.status in THEN else Status.ANSWERED,
        )
        replied, start = CustomerState(**known), replace(start, stored=stored)
        await forms.open_with(context, Kind.REPLY, replied, start, is_open=True)


def _as_text(draft: Create) -> str:
    """Returns subject and message as plain text, without repeating the subject."""
    text = to_text(draft.rich_text)
    is_in_it = line(text).startswith(line(draft.subject))
    return text if is_in_it else f"{draft.subject}\n\n{text}".strip()
