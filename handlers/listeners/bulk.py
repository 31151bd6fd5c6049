"""Bulk actions on the tickets of a list or a digest."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.forms import bulk
from blocks.forms.display import loading
from blocks.ids import Id
from blocks.lists import PAGE_ROWS
from blocks.notices import explain, notice
from blocks.values.lists import ListPage, TicketsFrom
from bot.desk.submissions import Decision
from bot.domain.answer_to import AnswerTo, FormId, Home, ResponseUrl, of_stored
from bot.domain.errors import BotError, CommitOutcomeUnknown, NotStored, StaleButton, TooLate
from bot.domain.filter import Filter, Order
from bot.domain.ref import TicketRef
from bot.domain.review import BulkChoice, ReviewTicket
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import waiting_since
from bot.operations import ChangeStatus, ChangeTags, Kind, Operation, Snapshot, Transfer
from handlers.dispatch.context import Context
from handlers.listeners.review import tickets_of

log = structlog.get_logger()

READING_SECONDS = 1.0  # longer reads are awaited by the form

_DECISIONS = {Id.UNDO_ALL: Decision.UNDO, Id.SEND_ALL: Decision.SEND_NOW}


async def open_bulk(context: Context) -> None:
    """*Choose several*: opens a form with the tickets from the clicked page on."""
    context.retry = (Id.CHOOSE, context.interaction.value)
    t = await context.translator()
    await context.open_form(loading(t("Choose several"), t))
    these = TicketsFrom.of_value(context.interaction.value)
    found = await tickets_of(context, these.source)
    tickets = found[these.first : these.first + bulk.MAX_TICKETS]
    if not tickets:
        await context.answer(notice(t("No tickets"), t), replace=True)
        return
    review = await context.services.reviews.start(
        context.interaction.user_id, [_offered(ticket) for ticket in tickets]
    )
    order = these.source.order if isinstance(these.source, Filter) else Order.OLDEST
    offered = bulk.offers(tickets, order, context.services.clock.now(), t)
    state = bulk.BulkState(
        bulk_id=review.id,
        answer_to=_answer_to_of(context, these),
        first=these.first,
        total=len(found),
    )
    await context.show_in_form(bulk.form(state, t, offered=offered))


def _answer_to_of(context: Context, these: TicketsFrom) -> AnswerTo:
    """Returns where the answer goes, including the value of the button back to the list."""
    answer_to = context.interaction.answer_to
    if isinstance(these.source, Filter) and isinstance(answer_to, ResponseUrl | FormId):
        page = ListPage(these.first // PAGE_ROWS, these.source).to_value()
        return replace(answer_to, back=page) if len(page) <= bulk.MAX_BACK_LENGTH else answer_to
    return answer_to


async def change_operation(context: Context) -> None:
    """*What to do*: shows the fields of the chosen operation, if the form is a bulk action's."""
    if context.interaction.form == Id.CHOOSE:
        view, t = context.interaction.view, await context.translator()
        await context.show_in_form(bulk.again(view, t))


async def select_all(context: Context) -> None:
    """*Select all* and *Clear selection*."""
    view, t = context.interaction.view, await context.translator()
    await context.show_in_form(bulk.again(view, t, which=context.interaction.value))


async def submit_choice(context: Context, ack: AsyncAck) -> None:
    """*Next*: shows the confirmation once each chosen ticket is read."""
    view, t = context.interaction.view, await context.translator()
    state = bulk.BulkState.of_view(view)
    choice = state.choice or bulk.read(view, t)
    if isinstance(choice, dict):
        await ack(response_action="errors", errors=choice)
        return
    if isinstance(choice, View):
        await ack(response_action="update", view=choice.to_dict())
        return
    waiting_since.set(inf)  # many calls, so other people's clicks go first
    clock = context.services.clock
    confirming = asyncio.create_task(_confirmation(context, state, choice))
    try:
        async with clock.timeout(READING_SECONDS):
            form = await asyncio.shield(confirming)
    except TimeoutError:
        await ack(response_action="update", view=loading(t("Choose several"), t).to_dict())
        await context.show_in_form(await context.after_acknowledgement(confirming))
    else:
        await ack(response_action="update", view=form.to_dict())


async def submit_bulk(context: Context, ack: AsyncAck) -> None:
    """Stores an outbox row for each ticket; the form names those that are not stored."""
    t, state = await context.translator(), bulk.BulkState.of_view(context.interaction.view)
    try:
        already = await _store(context, state, choice := bulk.remembered(state))
    except (NotStored, CommitOutcomeUnknown, StaleButton) as error:
        failed = bulk.failed(state, [explain(error, t)], t)
        await ack(response_action="update", view=failed.to_dict())
        return
    if already:
        form = bulk.under_way(choice, already, t)
        await ack(response_action="update", view=form.to_dict())
        return
    await ack()


async def decide_bulk(context: Context) -> None:
    """*Undo* and *Send now* below a bulk notice: applies to all rows that are still held."""
    decision, clicked = _DECISIONS[Id(context.interaction.id)], context.interaction
    if not await context.services.submissions.decide_each(
        clicked.value,
        decision,
        slack_user=clicked.user_id,
        answer_to=await answer_to_of_batch(context, clicked.value),
    ):
        raise TooLate


async def answer_to_of_batch(context: Context, batch: str) -> ResponseUrl | None:
    """Returns where the click was, with the way back to the list; None leaves it unchanged."""
    clicked = context.interaction.answer_to
    if not (context.interaction.is_private and isinstance(clicked, ResponseUrl)):
        return None
    rows = await context.services.operations.of_batch(batch)
    began = of_stored(rows[0].answer_to) if rows else Home()
    back = began.back if isinstance(began, ResponseUrl | FormId) else ""
    return replace(clicked, back=back)


async def _confirmation(context: Context, chosen: bulk.BulkState, choice: BulkChoice) -> View:
    """Returns the confirmation, or a form to retry if reading fails or no ticket is left."""
    t, bulk_id = await context.translator(), chosen.bulk_id
    state = bulk.BulkState(bulk_id=bulk_id, answer_to=chosen.answer_to, choice=choice)
    try:
        read, unread = await _read_each(context, await _chosen(context, bulk_id, choice))
        await context.services.reviews.store_snapshots(bulk_id, _without_addresses(read))
    except BotError as error:
        log.warning("tickets not read", why=str(error))
        return bulk.failed(state, [explain(error, t)], t, kind=Id.CHOOSE)
    left_out = [
        t("{code} was left out: {why}", code=ticket.code or ticket.id, why=explain(error, t))
        for ticket, error in unread
    ]
    if not read:
        return bulk.failed(state, left_out, t, kind=Id.CHOOSE)
    tickets = [ticket for ticket, _ in read]
    choice = replace(choice, tickets=tuple(ticket.id for ticket in tickets))
    state = state.model_copy(update={"choice": choice})
    return bulk.confirmation(state, t, wanted=choice, tickets=tickets, left_out=left_out)


async def _read_each(
    context: Context, tickets: Sequence[ReviewTicket]
) -> tuple[Sequence[tuple[Ticket, Snapshot]], Sequence[tuple[ReviewTicket, BotError]]]:
    """Returns the current tickets, and the errors of those that can't be read."""
    actor, desk = await context.actor(), context.services.desk

    async def read(ticket: ReviewTicket) -> tuple[Ticket, Snapshot] | BotError:
        try:
            return await desk.take_snapshot(TicketRef(ticket.id), actor, since=ticket.changed)
        except BotError as error:
            log.warning("ticket left out", why=str(error))
            return error

    found = await asyncio.gather(*map(read, tickets))
    both = list(zip(tickets, found, strict=True))
    return (
        [each for each in found if not isinstance(each, BotError)],
        [(ticket, each) for ticket, each in both if isinstance(each, BotError)],
    )


def _without_addresses(
    read: Sequence[tuple[Ticket, Snapshot]],
) -> Mapping[str, Mapping[str, Any]]:
    """Returns snapshots by ticket id, without addresses: a review keeps them for a day."""
    return {ticket.id: seen.model_copy(update={"owner": ""}).model_dump() for ticket, seen in read}


def _offered(ticket: Ticket) -> ReviewTicket:
    changed = ticket.changed.timestamp() if ticket.changed else 0.0
    return ReviewTicket(ticket.id, ticket.code, changed=changed)


async def _chosen(context: Context, bulk_id: str, choice: BulkChoice) -> Sequence[ReviewTicket]:
    """Returns the chosen tickets. Raises `StaleButton` if there are none, or after a day."""
    review = await context.services.reviews.find(bulk_id, context.interaction.user_id)
    offered = review.tickets if review else ()
    chosen = [ticket for ticket in offered if ticket.id in choice.tickets]
    if not chosen:
        raise StaleButton
    return chosen


async def _store(
    context: Context, state: bulk.BulkState, choice: BulkChoice
) -> Sequence[ReviewTicket]:
    """Returns the tickets on which the same operation is already active."""
    reading = partial(_chosen, context, state.bulk_id, choice)
    chosen = await context.services.commits.wait_for(reading, key=state.bulk_id)
    already = await context.services.submissions.submit_each(
        [_operation(choice, ticket) for ticket in chosen],
        batch=state.bulk_id,
        slack_user=context.interaction.user_id,
        answer_to=state.answer_to,
        reference=context.interaction.reference,
    )
    return [ticket for ticket in chosen if ticket.id in already]


def _operation(choice: BulkChoice, ticket: ReviewTicket) -> Operation:
    """Raises `StaleButton` for tickets that were not read and for unknown operations."""
    if ticket.seen is None:
        raise StaleButton
    seen = Snapshot.model_validate(ticket.seen)
    match choice:
        case BulkChoice(kind="resolve"):
            return ChangeStatus(kind=Kind.RESOLVE, ticket_id=ticket.id, code=ticket.code, seen=seen)
        case BulkChoice(kind="tags", tags=tags) if tags:
            return ChangeTags(ticket_id=ticket.id, code=ticket.code, add=tags)
        case BulkChoice(kind="transfer", department_id=department_id) if department_id:
            return Transfer(
                ticket_id=ticket.id, code=ticket.code, department_id=department_id, seen=seen
            )
        case _:
            raise StaleButton
