"""Goes through the tickets of a list or a digest in one form, one by one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

import structlog

from blocks.forms.display import loading
from blocks.ids import Id
from blocks.lists import ORDERS, nothing_found
from blocks.notices import notice
from blocks.review import ReviewState
from blocks.values.lists import ReviewPlace, TicketSource
from bot.desk.tickets import RECENT_SECONDS
from bot.domain.answer_to import AnswerTo, ReviewForm
from bot.domain.errors import BotError, StaleButton
from bot.domain.filter import TO_DO, Filter
from bot.domain.outbox import Row
from bot.domain.ref import unescape
from bot.domain.review import Review, ReviewTicket
from bot.domain.ticket import Ticket
from bot.i18n import Translator
from bot.operations import DEFINITIONS, Kind
from handlers.dispatch.context import Context
from handlers.listeners.filter_words import misspelt, narrowed, read_words, words_meant
from handlers.listeners.others import add_to_review

log = structlog.get_logger()

MAX_TICKETS = 50


async def start_review(context: Context) -> None:
    """*Go through these*."""
    value = TicketSource.of_value(context.interaction.value)
    context.retry = (Id.GO_THROUGH, value.to_value())
    await _open(context)
    await _start(context, value.source)


async def start_next(context: Context) -> None:
    """`/ticket next`: goes through one's own and unassigned tickets, longest waiting first.

    Further words narrow them, as after `list`.
    """
    typed = unescape(context.interaction.text).split()[1:]
    await _open(context)
    own = await context.services.desk.departments_of(await context.actor())
    read = read_words(typed, own.departments)
    meant = words_meant(typed, read, own.departments)
    await _start(context, narrowed(TO_DO, read), meant)


async def _open(context: Context) -> None:
    t = await context.translator()
    await context.open_form(loading(t("Tickets"), t))


async def _start(context: Context, source: Filter | int, meant: Sequence[str] = ()) -> None:
    """Shows the first ticket; if there is none, proposes the corrected words `meant`."""
    t, tickets = await context.translator(), await tickets_of(context, source)
    if not tickets and meant:
        raise misspelt(context, "next", meant)
    if not tickets:
        nothing = context.services.desk.without_codes(nothing_found(source, t))
        await context.answer(notice(nothing, t), replace=True)
        return
    offered = [ReviewTicket(ticket.id, ticket.code) for ticket in tickets[:MAX_TICKETS]]
    left_out = len(tickets) - len(offered)
    review = await context.services.reviews.start(
        context.interaction.user_id, offered, left_out=left_out
    )
    review = replace(review, order=_order(source, t))
    await _show(context, review, context.form_id)


def _order(source: Filter | int, t: Translator) -> str:
    if isinstance(source, Filter):
        return t(ORDERS[source.order])
    return t("unassigned and oldest first")  # the order of a digest's table


async def skip(context: Context) -> None:
    """*Skip*, *Next*: shows the place that the button names, so a double click skips one ticket."""
    await _move(context, Id.SKIP, context.services.reviews.go_on)


async def go_back(context: Context) -> None:
    """*Back*: shows the place that the button names; operations done there stay done."""
    await _move(context, Id.GO_BACK, context.services.reviews.go_back)


async def _move(
    context: Context, action: Id, move: Callable[[str, str, int], Awaitable[Review | None]]
) -> None:
    context.retry = (action, context.interaction.value)
    place = ReviewPlace.of_value(context.interaction.value)
    user_id = context.interaction.user_id
    review = await move(place.review_id, user_id, place.position)
    if review is None:
        raise StaleButton
    await _show(context, review, context.interaction.view_id)


async def _show(context: Context, review: Review, view_id: str) -> None:
    """Shows the next ticket, and later its customer's other tickets."""
    show = partial(context.services.review_forms.show, review, view_id, context.interaction.user_id)
    if view := await show():
        add_to_review(context, view, partial(show, within=RECENT_SECONDS))


def answer_to_of(context: Context) -> AnswerTo:
    """Returns where an operation's answer goes. Raises `StaleButton`."""
    clicked = context.interaction
    if clicked.form == Id.GO_THROUGH:
        return ReviewForm(clicked.view_id, ReviewState.of_view(clicked.view).review_id)
    return clicked.answer_to


async def advance(context: Context, answer_to: ReviewForm, row: Row) -> None:
    """Records an operation on a ticket of a review; most operations lead to the next ticket.

    The operation is on disk, so a failure here must not make its author repeat it.
    """
    services, user_id = context.services, context.interaction.user_id
    goes_on = DEFINITIONS[Kind(row.kind)].finishes
    note = partial(
        services.reviews.record,
        answer_to.review_id,
        user_id,
        row.ticket_id,
        row.id,
        goes_on=goes_on,
    )
    try:
        if review := await services.commits.wait_for(note, key=f"{answer_to.review_id} {row.id}"):
            await _show(context, review, answer_to.view_id)
    except BotError as error:
        log.warning("review not updated", why=str(error))


async def tickets_of(context: Context, source: Filter | int) -> Sequence[Ticket]:
    """Returns the tickets of a list or (by id) of a digest that the user may see."""
    if isinstance(source, Filter):
        actor, user = await context.actor(), await context.user()
        return (await context.services.search.find(actor, source, zone=user.zone)).tickets
    return await context.services.digests.tickets(source, context.interaction.user_id)
