"""The clicked card shows what LiveAgent has after the write, whichever bot made it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import pytest

from bot.domain.answer_to import ResponseUrl, to_stored
from bot.domain.errors import SlackDoesNotAnswer
from bot.domain.outbox import State
from bot.domain.ref import TicketRef
from bot.domain.ticket import Status
from bot.operations import Create, LinkThread
from handlers.dispatch.services import Services
from handlers.notify.in_place import InPlaceNotifier
from handlers.notify.operations import OperationNotifier
from tests.bench.services import open_services
from tests.handlers.listening import ANN, Homes, NotingSlack
from tests.handlers.rows import resolved

if TYPE_CHECKING:
    from bot.slack.client import Slack
    from handlers.notify.bulk import BulkNotifier
    from handlers.notify.home import HomePublisher
    from handlers.notify.thread_link import ThreadLinkPoster

TICKET, OF_MARIA = "s4y7t5s7", "rf10a2c4"


def _notifier(services: Services, slack: NotingSlack, links: object = None) -> OperationNotifier:
    return OperationNotifier(
        cast("Slack", slack),
        services.people,
        services.account,
        services.preferences,
        cast("HomePublisher", Homes()),
        cast("BulkNotifier", None),
        InPlaceNotifier(
            services.desk,
            cast("Slack", slack),
            services.operations,
            services.account,
            services.ticket_forms,
            services.review_forms,
            services.customers,
        ),
        cast("ThreadLinkPoster", links),
    )


@pytest.mark.parametrize("delivered_here", [False, True])
async def test_a_card_is_read_again_if_another_bot_delivered(*, delivered_here: bool) -> None:
    """It read the ticket seconds before the other one resolved it."""
    async with open_services() as (services, standin):
        actor = await services.desk.actor(await services.people.find(ANN))
        await services.desk.look_up(TicketRef(TICKET), actor)
        asked = len(standin.account.journal)
        standin.account.ticket(TICKET).status = Status.RESOLVED
        slack = NotingSlack()
        await _notifier(services, slack).notify(
            resolved(TICKET, ANN, "https://hooks.slack.com/actions/T1/1/x"),
            delivered_here=delivered_here,
        )
        ((card, _),) = slack.shown
        assert ("Resolved" in card) is not delivered_here
        assert (len(standin.account.journal) == asked) is delivered_here


async def test_the_card_mentions_the_customers_other_tickets() -> None:
    """Nobody has looked at the ticket before, as with a note from a message."""
    async with open_services(has_spare_calls=True) as (services, _):
        slack = NotingSlack()
        done = resolved(OF_MARIA, ANN, "https://hooks.slack.com/actions/T1/1/x")
        await _notifier(services, slack).notify(done, delivered_here=True)
        ((card, _),) = slack.shown
        assert "2 other tickets" in card


@pytest.mark.parametrize("state", [State.SENDING, State.LOOKING])
@pytest.mark.parametrize("uses", [0, 1])
async def test_a_slow_write_of_a_command_is_shown_once(state: State, uses: int) -> None:
    """Not if it was held, which was shown; what follows is its result."""
    url = ResponseUrl("https://hooks.slack.com/commands/T1/1/x", "C1", replaces=False)
    row = replace(resolved(TICKET, ANN, to_stored(url)), state=state, answer_uses=uses)
    async with open_services() as (services, _):
        slack = NotingSlack()
        await _notifier(services, slack).notify(row, delivered_here=True)
    shown = [text for text, _ in slack.shown]
    assert bool(shown) is (state is State.SENDING and not uses)
    assert all("Sending to" in text and "The result follows below." in text for text in shown)


@dataclass
class WithoutMessages(NotingSlack):
    """The app's messages tab is closed, so nobody gets a direct message."""

    async def post(self, *_: object) -> tuple[str, str]:
        raise SlackDoesNotAnswer("chat.postMessage", "messages_tab_disabled")


async def test_a_notice_without_a_direct_message_is_shown_in_place_once() -> None:
    """However often the direct message is tried; a change of state is shown again."""
    async with open_services() as (services, _):
        slack = WithoutMessages()
        notifier = _notifier(services, slack)
        done = resolved(TICKET, ANN, "https://hooks.slack.com/actions/T1/1/x")
        refused = replace(done, state=State.REFUSED)
        for row in (refused, refused, replace(refused, lease_token=2)):
            with pytest.raises(SlackDoesNotAnswer):
                await notifier.notify(row, delivered_here=True)
        assert len(slack.shown) == 2


@dataclass
class WithMessages(NotingSlack):
    """Records direct messages too."""

    async def post(self, *given: object) -> tuple[str, str]:
        self.shown.append((str(given[-1]), False))
        return "D1", "1.0"


async def test_a_message_that_crossed_is_also_reported_directly() -> None:
    async with open_services() as (services, _):
        slack = WithMessages()
        done = resolved(TICKET, ANN, "https://hooks.slack.com/actions/T1/1/x")
        crossed = replace(done, outcome={"status": "R", "remark": {"why": "crossed"}})
        await _notifier(services, slack).notify(crossed, delivered_here=True)
        assert ["Someone wrote" in text for text, _ in slack.shown] == [True, True]


@dataclass
class BrokenLinks:
    """Slack fails whenever the link is to be posted in the thread."""

    async def post(self, *_: object) -> str:
        raise SlackDoesNotAnswer("chat.postMessage", "fatal_error")

    async def give_up(self, *_: object) -> str:
        return "Is there a link?"


CREATED = Create(
    is_by_customer=True,
    recipient="jo@x.example",
    department_id="default",
    subject="Help",
    rich_text={},
    link_thread=LinkThread(channel="C1", ts="1.1"),
)


async def test_its_author_learns_of_a_ticket_even_if_linking_fails() -> None:
    """The link is tried again only where the author has seen the ticket."""
    async with open_services() as (services, _):
        slack = WithMessages()
        notifier = _notifier(services, slack, BrokenLinks())
        ended = resolved(CREATED.ticket_id, ANN, "https://hooks.slack.com/actions/T1/1/x")
        created = replace(ended, kind=CREATED.kind, operation=CREATED.model_dump(mode="json"))
        with pytest.raises(SlackDoesNotAnswer):
            await notifier.notify(created, delivered_here=True)
        assert len(slack.shown) == 1
        from_home = replace(created, id=2, answer_to="")
        assert await notifier.notify(from_home, delivered_here=True) == ("D1", "1.0")
        assert "Is there a link?" in slack.shown[-1][0]
