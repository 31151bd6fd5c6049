"""Adds the customer's other tickets to a card that is shown already, once they are read."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from blocks.conversation import shown
from blocks.in_place import card_with
from blocks.others import others_apart
from blocks.text import Post
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.errors import BotError
from bot.domain.ref import TicketRef
from bot.domain.ticket import TicketView
from handlers.dispatch.context import Context
from handlers.notify.message import NONE, Notice

log = structlog.get_logger()

Put = Callable[[Post], Awaitable[object]]


def add_later(context: Context, view: TicketView, put: Put | None) -> None:
    """Reads them unless they are known, and `put`s the card again; nobody waits for it.

    Where no card can be put again, because a command has shown it, they follow as a message.
    """
    if view.others is None:
        context.services.tasks.start(_add(context, view, put))


def place_of_card(context: Context, place: Notice, *, replaces: bool) -> Put | None:
    """Returns what puts the card again where `context` has answered, if that is possible."""
    clicked, slack = context.interaction, context.services.slack
    if context.form_id:
        return lambda post: _put_in_form(context, post)
    if place != NONE:
        return lambda post: slack.update(*place, post.to_dict())
    if replaces and clicked.is_private:
        return lambda post: slack.respond(clicked.response_url, post.to_dict(), replace=True)
    return None


async def _put_in_form(context: Context, post: Post) -> None:
    await context.show_in_form(shown(post, await context.translator()))


async def _add(context: Context, view: TicketView, put: Put | None) -> None:
    services = context.services
    try:
        actor = await context.actor()
        if await services.customers.read(view.ticket.owner_email, actor):
            await (_put_again(context, view, put) if put else _tell_apart(context, view))
    except BotError as error:
        log.info("a card without other tickets", why=str(error))


async def _put_again(context: Context, view: TicketView, put: Put) -> None:
    """Draws the card as it was read, unless an operation of its reader shows its state there."""
    services, user_id, ticket_id = context.services, context.interaction.user_id, view.ticket.id
    actor, t = await context.actor(), await context.translator()
    async with services.turns.of(user_id, ticket_id):
        if await services.operations.active_on(ticket_id, user_id):
            return
        again = await services.desk.look_up(TicketRef(ticket_id), actor, within=RECENT_SECONDS)
        if again.others and again.others.tickets:
            await put(card_with(again, actor, t, services.account, ()))


async def _tell_apart(context: Context, view: TicketView) -> None:
    services, clicked = context.services, context.interaction
    others = services.customers.others_known(view.ticket, await context.actor())
    post = others_apart(replace(view, others=others), await context.translator())
    if post and clicked.response_url:
        await services.slack.respond(clicked.response_url, post.to_dict())
