"""Leads through the tickets of a list or a digest, one by one, in one form."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

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
    """*Go through these*: posts nothing anywhere."""
    await _start(context, TicketSource.of_value(context.interaction.value))


async def start_next(context: Context) -> None:
    """`/ticket next`: goes through one's own and unassigned tickets, longest waiting first."""
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
    """*Skip*, *Next*: shows the button's place, so that a double click skips only one ticket."""
    await _move(context, Id.SKIP, context.services.reviews.go_on)


async def go_back(context: Context) -> None:
    """*Back*: shows the button's place; operations done there stay done."""
    await _move(context, Id.GO_BACK, context.services.reviews.go_back)


async def _move(
    context: Context, action: Id, move: Callable[[str, str, int], Awaitable[Review | None]]
) -> None:
    context.again = (action, context.interaction.value)
    place = ReviewPlace.of_value(context.interaction.value)
    user_id = context.interaction.user_id
    review = await move(place.review_id, user_id, place.position)
    if review is None:
        raise StaleButton
    await _show(context, review, context.interaction.view_id)


def started_from(context: Context) -> tuple[AnswerTo, str]:
    """Returns where an operation's answer goes, and the review that it is part of, "" for none.

    A review's form shows the operation by itself. Raises `StaleButton`.
    """
    if context.interaction.form == Id.GO_THROUGH:
        return Home(), ReviewState.of_view(context.interaction.view).review_id
    return context.interaction.answer_to, ""


async def advance(context: Context, review_id: str, row: Row) -> None:
    """Records an operation on a ticket of a review; most operations lead to the next ticket.

    The operation is on disk: no failure here may ask its author to repeat it.
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
    """Returns the form of the click, or the one below the submitted form."""
    is_below = context.interaction.kind == "submission" and context.interaction.form_below
    return context.interaction.form_below if is_below else context.interaction.view_id


async def tickets_of(context: Context, source: Filter | int) -> Sequence[Ticket]:
    """Returns the tickets of a list or, by id, of a digest, as far as the user may see them."""
    if isinstance(source, Filter):
        actor, user = await context.actor(), await context.user()
        return (await context.services.search.find(actor, source, zone=user.zone)).tickets
    return await context.services.digests.tickets(source, context.interaction.user_id)


async def _show(context: Context, review: Review, view_id: str) -> None:
    """Shows the review unless it has changed meanwhile: another call shows the newer state."""
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
