"""The app's Home and the history of a ticket, listener by listener."""

import pytest

from blocks.home import AS_IN_SLACK
from bot.domain.errors import NotARef, StaleButton, TicketNotFound
from handlers.listeners import history, home
from tests.handlers.listening import ANN, click, command, event, listening


async def test_home_is_made_when_it_is_looked_at_and_not_for_another_tab() -> None:
    async with listening() as (services, _, homes):
        await home.open_home(event(services, type="app_home_opened", tab="messages"))
        assert homes.shown == []
        assert not await services.preferences.has_home_open(ANN)
        await home.open_home(event(services, type="app_home_opened", tab="home"))
        assert homes.shown == [ANN]
        assert await services.preferences.has_home_open(ANN)


@pytest.mark.parametrize(("chosen", "kept"), [("ja", "ja"), ("en", "en"), (AS_IN_SLACK, "")])
async def test_a_language_is_chosen(chosen: str, kept: str) -> None:
    async with listening() as (services, _, homes):
        await home.choose_language(click(services, "choose_language", chosen))
        assert await services.preferences.language_of(ANN) == kept
        assert homes.shown == [ANN]


async def test_a_language_that_the_bot_does_not_speak_is_not_kept() -> None:
    async with listening() as (services, _, homes):
        with pytest.raises(StaleButton):
            await home.choose_language(click(services, "choose_language", "fr"))
        assert await services.preferences.language_of(ANN) == ""
        assert homes.shown == []


async def test_the_guide_is_hidden() -> None:
    async with listening() as (services, _, homes):
        await home.hide_guide(click(services, "hide_guide"))
        assert await services.preferences.hides_guide(ANN)
        assert homes.shown == [ANN]


async def test_the_history_is_of_a_ticket_that_there_is() -> None:
    async with listening() as (services, slack, _):
        await history.show_history(command(services, "history AX4-B4T-FD8"))
        assert "AX4-B4T-FD8" in slack.shown[0][0]
        with pytest.raises(NotARef):
            await history.show_history(command(services, "history"))
        with pytest.raises(TicketNotFound):
            await history.show_history(command(services, "history ZZZ-ZZZ-ZZZ"))
