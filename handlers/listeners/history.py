"""Shows a ticket's changes made in Slack."""

from blocks.history import history
from bot.domain.errors import NotARef
from handlers.dispatch.context import Context

MAX_ENTRIES = 20


async def show_history(context: Context) -> None:
    """`/ticket history REF`."""
    typed = context.interaction.text.split()
    if len(typed) < 2:  # noqa: PLR2004  the subcommand and the ticket
        raise NotARef
    ref = context.services.account.read_ref(typed[1])
    ticket, entries = await context.services.history.of_ticket(
        ref, await context.actor(), limit=MAX_ENTRIES
    )
    await context.answer(history(ticket, entries, await context.translator()))
