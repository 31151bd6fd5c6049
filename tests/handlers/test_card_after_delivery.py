"""The clicked card shows what LiveAgent has after the write, whichever bot made it."""

from typing import TYPE_CHECKING, cast

import pytest

from bot.domain.ref import TicketRef
from bot.domain.ticket import Status
from handlers.notify.operations import OperationNotifier
from handlers.notify.place import Places
from tests.bench.services import open_services
from tests.handlers.listening import ANN, Homes, NotingSlack
from tests.handlers.rows import resolved

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
        await notifier.notify(
            resolved(TICKET, ANN, "https://hooks.slack.com/actions/T1/1/x"),
            delivered_here=delivered_here,
        )
        ((card, _),) = slack.shown
        assert ("Resolved" in card) is not delivered_here
        assert (len(standin.account.journal) == asked) is delivered_here
