"""One operation on several tickets of a list or a digest."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck

from blocks.conversation import loading
from blocks.forms import several
from blocks.forms.writing import Memory
from blocks.ids import Id
from blocks.notices import notice, say
from bot.desk.submissions import Decision
from bot.domain.errors import NotStored, StaleButton, TooLate
from bot.domain.rounds import Several, Stop
from bot.domain.ticket import Ticket
from bot.operations import ChangeStatus, ChangeTags, Operation, Seen, Transfer
from handlers.context import Context
from handlers.rounds import tickets_meant

_DECISIONS = {Id.UNDO_ALL: Decision.UNDO, Id.SEND_ALL: Decision.SEND_NOW}


async def choose_several(context: Context) -> None:
    """*Choose several*: a form with those from the clicked page on, each as it is just now."""
    context.again = (Id.CHOOSE, context.did.value)
    t = await context.translator()
    await context.open_form(loading(t("Choose several"), t))
    number, _, named = context.did.value.partition(" ")
    if not number.isdecimal():
        raise StaleButton
    first = int(number)
    tickets = (await tickets_meant(context, named))[first : first + several.MOST]
    if not tickets:
        await context.answer(notice(t("No tickets"), t), replace=True)
        return
    stops = await asyncio.gather(*(_stop(context, ticket) for ticket in tickets))
    round_ = await context.house.rounds.start(context.did.user_id, stops)
    memory = Memory(batch=round_.id)
    await context.show_in_form(several.form(memory, t, tickets=tickets))


async def submit_choice(context: Context, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """The same form names what will be done."""
    t, memory = await context.translator(), Memory.of_view(view)
    wanted = several.read(view, t)
    if isinstance(wanted, dict):
        await ack(response_action="errors", errors=wanted)
        return
    stops = await _stops(context, memory, wanted)
    memory = memory.model_copy(update={"several": wanted})
    form = several.confirmation(memory, t, wanted=wanted, stops=stops)
    await ack(response_action="update", view=form.to_dict())


async def submit_several(context: Context, ack: AsyncAck, view: Mapping[str, Any]) -> None:
    """One row of the outbox for each ticket; what is not stored is said in the form."""
    t, memory = await context.translator(), Memory.of_view(view)
    try:
        wanted = several.remembered(memory)
        stops = await _stops(context, memory, wanted)
        under_way = await context.house.submissions.submit_each(
            [_operation(wanted, stop) for stop in stops],
            batch=memory.batch,
            slack_user=context.did.user_id,
            reference=context.did.reference,
        )
    except (NotStored, StaleButton) as error:
        failed = several.failed(memory, say(error, t), t)
        await ack(response_action="update", view=failed.to_dict())
        return
    if left_out := [stop for stop in stops if stop.id in under_way]:
        form = several.left_out(wanted, left_out, t)
        await ack(response_action="update", view=form.to_dict())
        return
    await ack()


async def decide_several(context: Context) -> None:
    """*Undo* and *Send now* below a notice of several: all that are still held."""
    decision = _DECISIONS[Id(context.did.id)]
    if not await context.house.submissions.decide_each(
        context.did.value, decision, slack_user=context.did.user_id
    ):
        raise TooLate


async def _stop(context: Context, ticket: Ticket) -> Stop:
    """With how it is now, so that the operation asks if something else happens meanwhile."""
    ticket, messages = await context.house.desk.as_it_stands(ticket)  # rows don't tell everything
    seen = Seen.now(ticket, messages)
    return Stop(ticket.id, ticket.code, seen.model_dump(), ticket.subject)


async def _stops(context: Context, memory: Memory, wanted: Several) -> Sequence[Stop]:
    """Those that were ticked. Raises `StaleButton` after days."""
    round_ = await context.house.rounds.find(memory.batch, context.did.user_id)
    if round_ is None:
        raise StaleButton
    return [stop for stop in round_.stops if stop.id in wanted.tickets]


def _operation(wanted: Several, stop: Stop) -> Operation:
    seen = Seen.model_validate(stop.seen) if stop.seen else None
    match wanted.kind:
        case "resolve":
            return ChangeStatus(kind="resolve", ticket_id=stop.id, code=stop.code, seen=seen)
        case "tags":
            return ChangeTags(ticket_id=stop.id, code=stop.code, add=wanted.tags)
        case _:
            return Transfer(
                ticket_id=stop.id,
                code=stop.code,
                department_id=wanted.department_id,
                seen=seen,
            )
