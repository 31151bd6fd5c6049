"""Somebody goes through the tickets of a list or a digest, one by one, in one form."""

from collections.abc import Sequence

from blocks import rounds
from blocks.conversation import loading
from blocks.ids import Id
from blocks.lists import of_value
from blocks.notices import notice, say
from bot.desk.finding import find_tickets, tickets_of_digest
from bot.domain.errors import NotAllowed, StaleButton, TicketNotFound
from bot.domain.outbox import Row
from bot.domain.ref import TicketRef
from bot.domain.rounds import Round, Stop
from bot.domain.ticket import Ticket
from bot.operations import read_operation
from handlers.context import Context

MOST_STOPS = 50
_MOVE_ON = {"reply", "transfer", "resolve"}


async def go_through(context: Context) -> None:
    """*Go through these*: nothing is posted anywhere."""
    context.again = (Id.GO_THROUGH, context.did.value)
    t = await context.translator()
    await context.open_form(loading(t("Tickets"), t))
    tickets = (await tickets_meant(context, context.did.value))[:MOST_STOPS]
    if not tickets:
        await context.answer(notice(t("No tickets"), t), replace=True)
        return
    stops = [Stop(ticket.id, ticket.code) for ticket in tickets]
    walked = await context.house.rounds.start(context.did.user_id, stops)
    await _show(context, walked, context.form_id)


async def skip(context: Context) -> None:
    """*Skip*, *Next*: to the place that the button names, so that a double click skips one."""
    round_id, _, position = context.did.value.partition(" ")
    walked = await context.house.rounds.find(round_id, context.did.user_id)
    if walked is None or not position.isdecimal():
        raise StaleButton
    await context.house.rounds.go_on(walked, int(position))
    await _show_again(context, round_id, context.did.view_id)


async def went_on(context: Context, round_id: str, row: Row) -> None:
    """Something was done to a ticket of a round: it is noted, and most lead to the next ticket."""
    walked = await context.house.rounds.find(round_id, context.did.user_id)
    if walked is None:
        return
    await context.house.rounds.did(walked, row.ticket_id, row.id)
    stop = walked.current
    if row.kind in _MOVE_ON and stop and stop.id == row.ticket_id:
        await context.house.rounds.go_on(walked, walked.position + 1)
    view = context.did.view
    await _show_again(context, round_id, str(view.get("root_view_id") or view["id"]))


async def tickets_meant(context: Context, named: str) -> Sequence[Ticket]:
    """Those of the list or the digest that a button names, as far as the clicker may see them."""
    source, _, value = named.partition(" ")
    desk, actor = context.house.desk, await context.actor()
    if source == "digest":
        found = await context.house.digests.find(int(value)) if value.isdecimal() else None
        if found is None:
            raise StaleButton
        return await tickets_of_digest(desk, actor, found)
    try:
        wanted = of_value(value)
    except ValueError as error:
        raise StaleButton from error
    user = await context.user()
    return (await find_tickets(desk, actor, wanted, zone=user.zone)).tickets


async def _show_again(context: Context, round_id: str, view_id: str) -> None:
    walked = await context.house.rounds.find(round_id, context.did.user_id)
    if walked:
        await _show(context, walked, view_id)


async def _show(context: Context, walked: Round, view_id: str) -> None:
    t, house = await context.translator(), context.house
    rows = await house.submissions.outbox.find_each([row_id for _, row_id in walked.done])
    done = {row.id: (row, read_operation(row.kind, row.version, row.operation)) for row in rows}
    if walked.current is None:
        form = rounds.summary(walked, done, t)
    else:
        actor = await context.actor()
        try:
            view = await house.desk.look_up(TicketRef(walked.current.id), actor)
            form = rounds.stop(walked, view, actor, done, t, house.account)
        except (NotAllowed, TicketNotFound) as error:
            form = rounds.gone(walked, say(error, t), t)
    await house.slack.update_form(view_id, form)
