"""Somebody goes through the tickets of a list or a digest, one by one, in one form."""

import asyncio
from collections.abc import Sequence

import structlog
from slack_sdk.models.views import View

from blocks.conversation import loading
from blocks.ids import Id
from blocks.notices import notice, say
from blocks.review import ReviewState, summary_form, ticket_form, unavailable_form
from blocks.values import ReviewPlace, TicketSource
from bot.desk.submissions import commit
from bot.domain.answer_to import AnswerTo, Home
from bot.domain.errors import (
    BotError,
    NotAllowed,
    StaleButton,
    TicketNotFound,
    TicketUnavailable,
)
from bot.domain.filter import TO_DO, Filter
from bot.domain.outbox import Row
from bot.domain.ref import TicketRef
from bot.domain.review import Review, ReviewTicket
from bot.domain.ticket import Ticket
from bot.operations import DEFINITIONS, Kind
from handlers.dispatch.context import Context

log = structlog.get_logger()

MAX_TICKETS = 50


async def start_review(context: Context) -> None:
    """*Go through these*: nothing is posted anywhere."""
    await _start(context, TicketSource.of_value(context.interaction.value))


async def start_next(context: Context) -> None:
    """`/ticket next`: through what is mine or nobody's, from what waits longest."""
    await _start(context, TicketSource(TO_DO))


async def _start(context: Context, value: TicketSource) -> None:
    context.again, source = (Id.GO_THROUGH, value.to_value()), value.source
    t = await context.translator()
    await context.open_form(loading(t("Tickets"), t))
    tickets = await tickets_of(context, source)
    if not tickets:
        await context.answer(notice(t("No tickets"), t), replace=True)
        return
    offered = [ReviewTicket(ticket.id, ticket.code) for ticket in tickets[:MAX_TICKETS]]
    left_out = len(tickets) - len(offered)
    review = await context.services.reviews.start(
        context.interaction.user_id, offered, left_out=left_out
    )
    await _show(context, review, context.form_id)


async def skip(context: Context) -> None:
    """*Skip*, *Next*: to the place that the button names, so that a double click skips one."""
    context.again = (Id.SKIP, context.interaction.value)
    place = ReviewPlace.of_value(context.interaction.value)
    user_id = context.interaction.user_id
    review = await context.services.reviews.go_on(place.review_id, user_id, place.position)
    if review is None:
        raise StaleButton
    await _show(context, review, context.interaction.view_id)


async def go_back(context: Context) -> None:
    """*Back*: to the place that the button names; what was done there stays done."""
    context.again = (Id.GO_BACK, context.interaction.value)
    place = ReviewPlace.of_value(context.interaction.value)
    user_id = context.interaction.user_id
    review = await context.services.reviews.go_back(place.review_id, user_id, place.position)
    if review is None:
        raise StaleButton
    await _show(context, review, context.interaction.view_id)


def started_from(context: Context) -> tuple[AnswerTo, str]:
    """Where the answer of an operation goes, and the review that it is part of, "" for none.

    The form of a review shows by itself what was done. Raises `StaleButton`.
    """
    if context.interaction.form == Id.GO_THROUGH:
        return Home(), ReviewState.of_view(context.interaction.view).review_id
    return context.interaction.answer_to, ""


async def advance(context: Context, review_id: str, row: Row) -> None:
    """Records what was done to a ticket of a review; most operations lead to the next ticket.

    It is on disk: whatever fails here must not ask its author to do it again.
    """
    user_id, goes_on = context.interaction.user_id, DEFINITIONS[Kind(row.kind)].finishes
    noted = context.services.reviews.record(
        review_id, user_id, row.ticket_id, row.id, goes_on=goes_on
    )
    try:
        if review := await commit(noted, context.services.clock):
            await _show(context, review, _view_id_of_review(context))
    except BotError as error:
        log.warning("a review does not follow", why=str(error))


def _view_id_of_review(context: Context) -> str:
    """The one that was clicked in, or that lies below the form that was submitted."""
    is_below = context.interaction.kind == "submission" and context.interaction.form_below
    return context.interaction.form_below if is_below else context.interaction.view_id


async def tickets_of(context: Context, source: Filter | int) -> Sequence[Ticket]:
    """Those of a list or, by its id, of a digest, as far as the clicker may see them."""
    if isinstance(source, Filter):
        actor, user = await context.actor(), await context.user()
        return (await context.services.search.find(actor, source, zone=user.zone)).tickets
    return await context.services.digests.tickets(source, context.interaction.user_id)


async def _show(context: Context, review: Review, view_id: str) -> None:
    """Unless the review has gone on meanwhile: what is newer is shown by whoever made it so."""
    form = await _form(context, review)
    turn = context.services.turns.setdefault(review.id, asyncio.Lock())
    async with turn:
        if await context.services.reviews.find(review.id, context.interaction.user_id) == review:
            await context.services.slack.update_form(view_id, form)


async def _form(context: Context, review: Review) -> View:
    t, services = await context.translator(), context.services
    done = await services.operations.find_each([row_id for _, row_id in review.done])
    if review.next_ticket is None:
        return summary_form(review, done, t)
    try:
        actor = await context.actor()
        view = await services.desk.look_up(TicketRef(review.next_ticket.id), actor)
        return ticket_form(review, view, actor, done, t, services.account)
    except BotError as error:
        log.warning("a ticket of a review is not shown", why=str(error))
        is_final = isinstance(error, NotAllowed | TicketNotFound)
        can_try_again = not is_final or isinstance(error, TicketUnavailable)
        return unavailable_form(review, say(error, t), t, can_try_again=can_try_again)
