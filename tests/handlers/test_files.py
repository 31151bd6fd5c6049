"""Files being sent to a person, while another bot is asked for them or LiveAgent fails."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from blocks.ids import Id
from blocks.values.tickets import TicketFiles
from bot.domain.errors import BotError, FileOutOfReach, SlackDoesNotAnswer
from bot.domain.files import FileTrouble, Upload
from bot.domain.ref import TicketRef
from bot.domain.ticket_file import TicketFile, gettable, placed
from handlers.dispatch.run import run_listener
from handlers.dispatch.services import Services
from handlers.listeners.files import MAX_BYTES, MAX_FILES, Uploads, get_files
from tests.bench.services import open_services
from tests.handlers.listening import ANN, NotingSlack, click

TICKET = "rf10a2c4"  # has kettle.png and box.png


class Uploading(NotingSlack):
    """Something happens beside each upload."""

    def __init__(
        self, meanwhile: Callable[[], Awaitable[object]], *, is_closed: bool = False
    ) -> None:
        super().__init__()
        self.meanwhile = meanwhile
        self.is_closed = is_closed
        self.completed: list[str] = []

    async def update_form(self, *given: object) -> str:
        if self.is_closed:
            raise SlackDoesNotAnswer("views.update", "not_found")
        return await super().update_form(*given)

    async def post(self, *given: object) -> tuple[str, str]:
        self.shown.append((json.dumps(given), False))
        return await super().post(*given)

    async def upload(self, file: Upload) -> str:
        await self.meanwhile()
        return file.name

    async def complete_uploads(self, _channel: str, titles: dict[str, str]) -> None:
        self.completed += titles.values()


async def everything(services: Services) -> TicketFiles:
    actor = await services.desk.actor(await services.people.find(ANN))
    view = await services.desk.look_up(TicketRef(TICKET), actor)
    return TicketFiles(TICKET, tuple(gettable(placed(view.messages or ()))))


async def get_them(
    services: Services, wanted: TicketFiles, meanwhile: Callable[[], Awaitable[object]]
) -> tuple[str, list[str]]:
    """Returns what the form says at last, and what has arrived."""
    slack: Any = Uploading(meanwhile)
    telling = replace(services, slack=slack, slack_files=slack)
    await get_files(click(telling, Id.GET_FILE, wanted.to_value()))
    return slack.shown[-1][0], slack.completed


async def test_files_requested_again_at_another_bot_come_only_from_there() -> None:
    async with open_services() as (services, _), AsyncExitStack() as stack:
        wanted = await everything(services)
        there = services.files.newest(f"{ANN} {wanted.to_value()}")
        click_there = [there]

        async def meanwhile() -> None:
            if click_there:
                await stack.enter_async_context(click_there.pop())

        text, arrived = await get_them(services, wanted, meanwhile)
    assert "You've asked for this again" in text
    assert arrived == []


async def test_files_that_fail_are_offered_again() -> None:
    async with open_services() as (services, standin):
        wanted = await everything(services)
        text, arrived = await get_them(services, wanted, standin.stop)
    assert arrived == ["kettle.png"]
    assert "kettle.png is in your conversation with the bot" in text
    assert "Not sent yet: box.png" in text
    assert "Get the rest" in text


async def test_missing_files_are_explained_after_the_form_is_closed_too() -> None:
    async with open_services() as (services, standin):
        wanted = await everything(services)
        slack: Any = Uploading(standin.stop, is_closed=True)
        telling = replace(services, slack=slack, slack_files=slack)
        for expected in ("Not sent yet: box.png", "LiveAgent isn't responding"):
            context = click(telling, Id.GET_FILE, wanted.to_value())
            context.interaction = replace(context.interaction, teams=frozenset({"T1"}))
            await run_listener(context, get_files)
            assert expected in slack.shown[-1][0]
        assert slack.completed == ["kettle.png"]


async def test_a_closed_form_whose_files_arrived_gets_no_message() -> None:
    async with open_services() as (services, _):
        wanted = await everything(services)

        async def nothing() -> None:
            pass

        slack: Any = Uploading(nothing, is_closed=True)
        telling = replace(services, slack=slack, slack_files=slack)
        await get_files(click(telling, Id.GET_FILE, wanted.to_value()))
        assert len(slack.completed) == len(wanted.places)
        assert len(slack.shown) == 1


def test_files_at_once_are_bounded_by_number_and_size() -> None:
    few = {f"F{n}": TicketFile("a.png", 1) for n in range(MAX_FILES - 1)}
    failed: list[BotError] = [FileOutOfReach(FileTrouble.PROGRAM)]
    assert not Uploads(few).is_full
    assert Uploads(few, failed).is_full
    assert Uploads(few | {"F": TicketFile("b.png", 1)}).is_full
    assert Uploads({"F": TicketFile("b.mov", MAX_BYTES)}).is_full
