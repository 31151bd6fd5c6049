"""Adds the customer's other tickets to a card or form, once they are read."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from slack_sdk.models.views import View

from blocks.forms.display import as_form
from blocks.in_place import card_with
from blocks.notices import remarked
from blocks.others import others_message
from blocks.text import Post
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.errors import BotError
from bot.domain.ref import TicketRef
from bot.domain.ticket import CustomerTickets, TicketView
from handlers.dispatch.context import Context
from handlers.notify.message import NONE, Notice

log = structlog.get_logger()

Put = Callable[[Post], Awaitable[object]]


def add_to_card(context: Context, view: TicketView, put: Put | None) -> None:
    """Reads them in the background unless known, and `put`s the card again.

    If the card can't be updated, because it answers a command, they are posted as a message.
    """

    async def add(others: CustomerTickets) -> None:
        if put is None:
            await _post_apart(context, replace(view, others=others))
        elif others.tickets:
            await _put_again(context, view, put)

    _start(context, view, add)


def add_to_form(
    context: Context, view: TicketView, drawn: str, draw: Callable[[TicketView], View]
) -> None:
    """Works as `add_to_card` for a form with the hash `drawn`, unless that changes meanwhile."""

    async def add(others: CustomerTickets) -> None:
        if others.tickets and drawn:
            await context.show_in_unchanged_form(draw(replace(view, others=others)), drawn)

    _start(context, view, add)


def add_to_review(
    context: Context, view: TicketView, show_again: Callable[[], Awaitable[object]]
) -> None:
    """Works as `add_to_card` for the form of a review."""

    async def add(others: CustomerTickets) -> None:
        if others.tickets:
            await show_again()

    _start(context, view, add)


def card_updater(context: Context, notice: Notice, *, replaces: bool) -> Put | None:
    """Returns a function that updates the card where `context` has shown it; None if it can't."""
    clicked, slack = context.interaction, context.services.slack
    if context.form_id:
        drawn = context.drawn
        return lambda post: _put_in_form(context, post, drawn)
    if notice != NONE:
        return lambda post: slack.update(*notice, post.to_dict())
    if replaces and clicked.is_private:
        return lambda post: slack.respond(clicked.response_url, post.to_dict(), replace=True)
    return None


async def _put_in_form(context: Context, post: Post, drawn: str) -> None:
    """Updates the form unless it has changed since it had the hash `drawn`."""
    await context.show_in_unchanged_form(as_form(post, await context.translator()), drawn)


def _start(
    context: Context, view: TicketView, add: Callable[[CustomerTickets], Awaitable[None]]
) -> None:
    if view.others is None:
        context.services.tasks.start(_read(context, view, add))


async def _read(
    context: Context, view: TicketView, add: Callable[[CustomerTickets], Awaitable[None]]
) -> None:
    try:
        actor = await context.actor()
        found = await context.services.customers.read(view.ticket.owner_email, actor)
        if found:
            await add(found.excluding(view.ticket))
    except BotError as error:
        log.info("customer's other tickets not shown", why=str(error))


async def _put_again(context: Context, view: TicketView, put: Put) -> None:
    """Draws the card as last read, unless it shows its reader's operations: active or just ended.

    The line about other tickets then comes with a later card.
    """
    services, user_id, ticket_id = context.services, context.interaction.user_id, view.ticket.id
    actor, t = await context.actor(), await context.translator()
    async with services.locks.of(user_id, ticket_id):
        if await services.operations.has_undecided(ticket_id, user_id):
            return
        last = await services.desk.look_up(TicketRef(ticket_id), actor, within=RECENT_SECONDS)
        if await services.operations.just_ended(last.ticket, user_id):
            return
        again = replace(last, present=view.present)
        await put(remarked(card_with(again, actor, t, services.account, ()), context.remark))


async def _post_apart(context: Context, view: TicketView) -> None:
    url = context.interaction.response_url
    post = others_message(view, await context.translator())
    if post and url:
        await context.services.slack.respond(url, post.to_dict())
