"""A late outcome is shown in its ticket's form, and never replaces another ticket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from blocks.values.tickets import TicketInList
from bot.domain.outbox import State
from bot.domain.people import SlackUser
from bot.i18n import Translator
from bot.operations import read_operation
from handlers.dispatch.services import Services
from handlers.notify.in_place import InPlaceNotifier
from handlers.notify.ticket_forms import TicketForms
from tests.bench.services import open_services
from tests.handlers.listening import ANN, NotingSlack
from tests.handlers.rows import resolved

if TYPE_CHECKING:
    from bot.slack.client import Slack

HERE, NEXT = "s4y7t5s7", "jp0000a1"
FORM = "V0LIST"


@asynccontextmanager
async def two_bots() -> AsyncIterator[tuple[TicketForms, InPlaceNotifier, NotingSlack]]:
    """The forms of the bot that takes the clicks, and the places of another, or of a later one."""
    async with open_services() as (services, _):
        slack = NotingSlack()
        other = TicketForms(services.ticket_forms.stored)
        yield services.ticket_forms, _in_place(services, slack, other), slack


async def test_another_bots_outcome_keeps_the_position_in_the_list() -> None:
    async with two_bots() as (forms, in_place, slack):
        await forms.show(FORM, TicketInList(HERE, (HERE, NEXT)))
        assert await _outcome(in_place)
        ((form, _),) = slack.shown
        assert "Ticket 1 of 2" in form
        assert '"Next"' in form


async def test_an_outcome_does_not_replace_the_ticket_its_reader_moved_on_to() -> None:
    async with two_bots() as (forms, in_place, slack):
        await forms.show(FORM, TicketInList(HERE, (HERE, NEXT)))
        await forms.show(FORM, TicketInList(NEXT, (HERE, NEXT)))
        await _outcome(in_place)
        assert slack.shown == []


async def test_held_operations_of_an_unseen_ticket_are_reported_elsewhere() -> None:
    async with two_bots() as (forms, in_place, _):
        await forms.show(FORM, TicketInList(NEXT, (HERE, NEXT)))
        assert not await _outcome(in_place, State.HELD)


async def test_a_form_without_a_list_shows_the_outcome() -> None:
    async with two_bots() as (_, in_place, slack):
        assert await _outcome(in_place)
        assert len(slack.shown) == 1


async def _outcome(in_place: InPlaceNotifier, state: State = State.DONE) -> bool:
    row = replace(_ROW, state=state)
    operation = read_operation(row.kind, row.version, row.operation)
    user = SlackUser(ANN, "ann@acme.example", "en-US", "UTC")
    t = Translator.for_locale("en-US")
    return await in_place.show(row, operation, user, t, delivered_here=False)


def _in_place(services: Services, slack: NotingSlack, forms: TicketForms) -> InPlaceNotifier:
    return InPlaceNotifier(
        services.desk,
        cast("Slack", slack),
        services.operations,
        services.account,
        forms,
        services.review_forms,
        services.customers,
    )


_ROW = resolved(HERE, ANN, FORM)
