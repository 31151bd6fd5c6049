"""Samples of bulk actions: choice, confirmation and results."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from blocks.bulk_notice import batch
from blocks.forms import bulk
from blocks.ids import Id
from blocks.notices import explain
from blocks.values.lists import ListPage
from bot.domain.errors import NotStored, TicketNotFound
from bot.domain.filter import TO_DO, Order
from bot.domain.outbox import Row, State
from bot.domain.review import BulkChoice, ReviewTicket
from bot.domain.ticket import Status
from bot.operations import ChangeStatus, Operation
from tests.gallery import work
from tests.gallery.desk import ACCOUNT, NOW, Desk
from tests.gallery.sample import Sample, errors_in, state_of


def choosing_several(desk: Desk) -> Iterator[Sample]:
    t, state = desk.t, bulk.BulkState(bulk_id="b")
    ids = tuple(each.id for each in desk.tickets)
    offered = bulk.offers(desk.tickets, Order.OLDEST, NOW, t)
    yield Sample("form: choose several", bulk.form(state, t, offered=offered))
    all_ = bulk.form(state, t, offered=offered, kind="transfer", selected=ids)
    yield Sample("form: choose several, all, to transfer", bulk.again(state_of(all_), t))
    none = bulk.form(state, t, offered=offered)
    errors = errors_in(none, lambda held: bulk.read(held, t))
    yield Sample("form: choose several, none ticked", none, errors=errors)
    many = [each._replace(id=f"{n}") for n, each in enumerate([*desk.everywhere] * 3)][:25]
    offered = bulk.offers(many, Order.UNCHANGED, NOW, t)
    state = bulk.BulkState(bulk_id="b", first=10, total=72, tags=tuple(desk.new_tags))
    some = bulk.form(state, t, offered=offered, kind="tags")
    yield Sample("form: choose several, of many, to tag", some)
    tickets = [ReviewTicket(each.id, each.code) for each in desk.tickets]
    for wanted in (
        BulkChoice("resolve", ids),
        BulkChoice("tags", ids, tags=tuple(desk.new_tags)),
        BulkChoice("transfer", ids, department_name=desk.department.name),
    ):
        confirmed = bulk.confirmation(state, t, wanted=wanted, tickets=desk.tickets)
        yield Sample(f"form: several, {wanted.kind}", confirmed)
        yield Sample(f"form: several, {wanted.kind}, under way", bulk.under_way(wanted, tickets, t))
    wanted = BulkChoice("resolve", ids)
    why = [t("{code} was left out: {why}", code="AX4-B4T-FD8", why=explain(TicketNotFound(), t))]
    few = bulk.confirmation(state, t, wanted=wanted, tickets=desk.tickets[:2], left_out=why)
    yield Sample("form: several, some left out", few)
    yield Sample("form: several, not stored", bulk.failed(state, [explain(NotStored(), t)], t))
    yield Sample("form: several, none left", bulk.failed(state, why, t, kind=Id.CHOOSE))
    held = [_row(desk, number, State.HELD) for number in range(len(tickets))]
    yield Sample("notice: several, held", batch(held, t, ACCOUNT), is_private=False)
    states = [State.DONE, State.ASKS, State.WAITING, State.REFUSED, State.DONE]
    ended = [_row(desk, number, state) for number, state in enumerate(states)]
    yield Sample("notice: several, later", batch(ended, t, ACCOUNT), is_private=False)
    back = ListPage(0, TO_DO).to_value()
    yield Sample("list: several, held", batch(held, t, ACCOUNT, back=back))
    yield Sample("list: several, some left", batch([*ended[:1], *held[1:]], t, ACCOUNT, back=back))
    done = [_row(desk, number, State.DONE) for number in range(len(tickets))]
    yield Sample("list: several, done", batch(done, t, ACCOUNT, back=back))


def _row(desk: Desk, number: int, state: State) -> tuple[Row, Operation]:
    ticket = desk.tickets[number % len(desk.tickets)]
    outcome: Mapping[State, Mapping[str, Any]] = {
        State.DONE: {"status": Status.RESOLVED},
        State.ASKS: {"why": "news", "count": 1, "newest": {"body": desk.news}},
        State.REFUSED: {"error": "OutOfBounds"},
    }
    row = work.a_row(state, "resolve", outcome.get(state, {}))
    row = replace(row, id=number + 1, ticket_id=ticket.id, batch="b")
    return row, ChangeStatus(kind="resolve", ticket_id=ticket.id, code=ticket.code)
