"""The clicked card shows what LiveAgent has after the write, whichever bot made it."""

import time
from typing import TYPE_CHECKING, cast

import pytest

from bot.domain.outbox import Row, State
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status
from bot.operations import Kind
from handlers.notify.operations import OperationNotifier
from handlers.notify.place import Places
from tests.bench.services import open_services
from tests.handlers.listening import ANN, Homes, NotingSlack

if TYPE_CHECKING:
    from bot.slack.client import Slack
    from handlers.notify.bulk import BulkNotifier
    from handlers.notify.home import HomePublisher
    from handlers.notify.thread_link import ThreadLinkPoster

TICKET = "s4y7t5s7"


@pytest.mark.parametrize("delivered_here", [False, True])
async def test_a_card_is_read_anew_if_another_bot_delivered(*, delivered_here: bool) -> None:
    """It read the ticket seconds before the other one resolved it."""
    async with open_services() as (services, standin):
        actor = await services.desk.actor(await services.people.find(ANN))
        await services.desk.look_up(TicketRef(TICKET), actor)
        asked = len(standin.account.journal)
        standin.account.ticket(TICKET).status = Status.RESOLVED
        slack = NotingSlack()
        notifier = OperationNotifier(
            cast("Slack", slack),
            services.people,
            services.account,
            services.preferences,
            cast("HomePublisher", Homes()),
            cast("BulkNotifier", None),
            Places(
                services.desk,
                cast("Slack", slack),
                services.operations,
                services.account,
                services.open_forms,
                services.review_forms,
            ),
            cast("ThreadLinkPoster", None),
        )
        await notifier.notify(_done(), delivered_here=delivered_here)
        ((card, _),) = slack.shown
        assert ("Resolved" in card) is not delivered_here
        assert (len(standin.account.journal) == asked) is delivered_here


def _done() -> Row:
    """A row without a hold that ended a moment ago."""
    return Row(
        id=1,
        kind=Kind.RESOLVE,
        version=1,
        operation={"kind": Kind.RESOLVE, "ticket_id": TICKET},
        ticket_id=TICKET,
        slack_user=ANN,
        response_url="https://hooks.slack.com/actions/T1/1/x",
        state=State.DONE,
        due=0,
        lease_token=1,
        is_uncertain=False,
        is_confirmed=False,
        verify_count=0,
        failures=0,
        baseline={},
        outcome={},
        notice_channel="",
        notice_ts="",
        created=time.time(),
    )
