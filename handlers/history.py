"""What was done to a ticket from Slack."""

from blocks.history import history
from bot.domain.errors import NotARef
from handlers.context import Context

MOST_ENTRIES = 20


async def show_history(context: Context) -> None:
    """`/ticket history REF`."""
    typed = context.did.text.split()
    if len(typed) < 2:  # noqa: PLR2004  the command's word and the ticket
        raise NotARef
    ref = context.house.account.read_ref(typed[1])
    view = await context.house.desk.look_up(ref, await context.actor())
    entries = await context.house.audit.of_ticket(view.ticket.id, limit=MOST_ENTRIES)
    await context.answer(history(view.ticket, entries, await context.translator()))
