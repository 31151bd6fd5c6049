"""What was done to a ticket from Slack."""

from blocks.history import history
from bot.domain.errors import NotARef
from handlers.dispatch.context import Context

MAX_ENTRIES = 20


async def show_history(context: Context) -> None:
    """`/ticket history REF`."""
    typed = context.interaction.text.split()
    if len(typed) < 2:  # noqa: PLR2004  the command's word and the ticket
        raise NotARef
    ref = context.services.account.read_ref(typed[1])
    view = await context.services.desk.look_up(ref, await context.actor())
    entries = await context.services.audit.of_ticket(view.ticket.id, limit=MAX_ENTRIES)
    await context.answer(history(view.ticket, entries, await context.translator()))
