"""One operation on several tickets of a list or a digest."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_sdk.models.views import View

from blocks.conversation import loading
from blocks.forms import bulk
from blocks.ids import Id
from blocks.notices import notice, say
from blocks.values import TicketsFrom
from bot.desk.submissions import Decision, commit
from bot.domain.errors import BotError, NotStored, StaleButton, TooLate
from bot.domain.people import Agent
from bot.domain.ref import TicketRef
from bot.domain.review import Several, Stop
from bot.domain.ticket import Ticket
from bot.domain.ticket_system import asked_at
from bot.operations import ChangeStatus, ChangeTags, Operation, Snapshot, Transfer
from handlers.dispatch.context import Context
from handlers.listeners.review import tickets_of

log = structlog.get_logger()

READING_SECONDS = 1.0  # what takes longer is waited for in the form
TAKEN_SECONDS = 0.5  # for Slack to take an acknowledgement: later, it would cover what is shown

_DECISIONS = {Id.UNDO_ALL: Decision.UNDO, Id.SEND_ALL: Decision.SEND_NOW}

Looked = Sequence[tuple[Stop, tuple[Ticket, Snapshot] | BotError]]
"""Each ticket as it is now, or why it can't be read."""


async def choose_several(context: Context) -> None:
    """*Choose several*: a form with those from the clicked page on, as their list has them."""
    context.again = (Id.CHOOSE, context.interaction.value)
    t = await context.translator()
    await context.open_form(loading(t("Choose several"), t))
    these = TicketsFrom.of_value(context.interaction.value)
    found = await tickets_of(context, these.source)
    tickets = found[these.first : these.first + bulk.MOST]
    if not tickets:
        await context.answer(notice(t("No tickets"), t), replace=True)
        return
    round_ = await context.services.reviews.start(
        context.interaction.user_id, [_stop(ticket) for ticket in tickets]
    )
    state = bulk.BulkState(bulk_id=round_.id)
    form = bulk.form(state, t, tickets=tickets, first=these.first, total=len(found))
    await context.show_in_form(form)


async def submit_choice(context: Context, ack: AsyncAck) -> None:
    """The same form names what will be done, once each ticket that is ticked was read."""
    view, t = context.interaction.view, await context.translator()
    state = bulk.BulkState.of_view(view)
    wanted = state.choice or bulk.read(view, t)
    if isinstance(wanted, dict):
        await ack(response_action="errors", errors=wanted)
        return
    asked_at.set(inf)  # many calls: what others click on goes before them
    state = state.model_copy(update={"choice": wanted})
    clock, reading = (
        context.services.clock,
        asyncio.create_task(_confirmation(context, state, wanted)),
    )
    try:
        async with clock.timeout(READING_SECONDS):
            form = await asyncio.shield(reading)
    except TimeoutError:
        await ack(response_action="update", view=loading(t("Choose several"), t).to_dict())
        form, _ = await asyncio.gather(reading, clock.sleep(TAKEN_SECONDS))
        await context.show_in_form(form)
    else:
        await ack(response_action="update", view=form.to_dict())


async def submit_several(context: Context, ack: AsyncAck) -> None:
    """One row of the outbox for each ticket; what is not stored is said in the form."""
    view, t = context.interaction.view, await context.translator()
    state = bulk.BulkState.of_view(view)
    try:
        wanted = bulk.remembered(state)
        storing = _store(context, state.bulk_id, wanted)
        under_way = await commit(storing, context.services.clock)
    except (NotStored, StaleButton) as error:
        failed = bulk.failed(state, [say(error, t)], t)
        await ack(response_action="update", view=failed.to_dict())
        return
    if under_way:
        form = bulk.under_way(wanted, under_way, t)
        await ack(response_action="update", view=form.to_dict())
        return
    await ack()


async def decide_several(context: Context) -> None:
    """*Undo* and *Send now* below a notice of several: all that are still held."""
    decision = _DECISIONS[Id(context.interaction.id)]
    if not await context.services.submissions.decide_each(
        context.interaction.value, decision, slack_user=context.interaction.user_id
    ):
        raise TooLate


async def _confirmation(context: Context, state: bulk.BulkState, wanted: Several) -> View:
    """Or, where no ticket is left or something fails, a form that reads them again."""
    t = await context.translator()
    try:
        stops = await _stops(context, state.bulk_id, wanted)
        looked = await _look_at_each(context, stops)
        await context.services.reviews.saw(state.bulk_id, _seen(looked))
    except BotError as error:
        log.warning("tickets are not read", why=str(error))
        return bulk.failed(state, [say(error, t)], t, kind=Id.CHOOSE)
    tickets = [found[0] for _, found in looked if not isinstance(found, BotError)]
    left_out = [
        t("{code} was left out: {why}", code=stop.code or stop.id, why=say(error, t))
        for stop, error in looked
        if isinstance(error, BotError)
    ]
    if not tickets:
        return bulk.failed(state, left_out, t, kind=Id.CHOOSE)
    wanted = replace(wanted, tickets=tuple(ticket.id for ticket in tickets))
    state = state.model_copy(update={"choice": wanted})
    return bulk.confirmation(state, t, wanted=wanted, tickets=tickets, left_out=left_out)


async def _look_at_each(context: Context, stops: Sequence[Stop]) -> Looked:
    actor = await context.actor()
    found = await asyncio.gather(*(_look_at(context, actor, stop) for stop in stops))
    return list(zip(stops, found, strict=True))


async def _look_at(
    context: Context, actor: Agent, stop: Stop
) -> tuple[Ticket, Snapshot] | BotError:
    try:
        return await context.services.desk.see(TicketRef(stop.id), actor, since=stop.changed)
    except BotError as error:
        log.warning("a ticket is left out", why=str(error))
        return error


def _seen(looked: Looked) -> Mapping[str, Mapping[str, Any]]:
    """Without addresses: they are kept no longer than they are needed."""
    return {
        stop.id: found[1].model_copy(update={"owner": ""}).model_dump()
        for stop, found in looked
        if not isinstance(found, BotError)
    }


def _stop(ticket: Ticket) -> Stop:
    changed = ticket.changed.timestamp() if ticket.changed else 0.0
    return Stop(ticket.id, ticket.code, changed=changed)


async def _stops(context: Context, batch: str, wanted: Several) -> Sequence[Stop]:
    """Those that were ticked. Raises `StaleButton` after a day, and where there is none."""
    round_ = await context.services.reviews.find(batch, context.interaction.user_id)
    stops = [stop for stop in round_.stops if stop.id in wanted.tickets] if round_ else []
    if not stops:
        raise StaleButton
    return stops


async def _store(context: Context, batch: str, wanted: Several) -> Sequence[Stop]:
    """Gives those for which the same is under way already."""
    stops = await _stops(context, batch, wanted)
    under_way = await context.services.submissions.submit_each(
        [_operation(wanted, stop) for stop in stops],
        batch=batch,
        slack_user=context.interaction.user_id,
        reference=context.interaction.reference,
    )
    return [stop for stop in stops if stop.id in under_way]


def _operation(wanted: Several, stop: Stop) -> Operation:
    """Raises `StaleButton` for what another version of the bot offers, or has not looked at."""
    if stop.seen is None:
        raise StaleButton
    seen = Snapshot.model_validate(stop.seen)
    match wanted:
        case Several(kind="resolve"):
            return ChangeStatus(kind="resolve", ticket_id=stop.id, code=stop.code, seen=seen)
        case Several(kind="tags", tags=tags) if tags:
            return ChangeTags(ticket_id=stop.id, code=stop.code, add=tags)
        case Several(kind="transfer", department_id=department_id) if department_id:
            return Transfer(
                ticket_id=stop.id, code=stop.code, department_id=department_id, seen=seen
            )
        case _:
            raise StaleButton
