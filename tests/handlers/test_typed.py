"""What is typed and is no command, or more than its command uses."""

import pytest

import handlers
from bot.domain.errors import NotARef, TicketNotFound, UnknownCommand
from handlers.dispatch.services import Services
from tests.handlers.listening import NotingSlack, command, listening

CARD = "Show conversation"
LINK = "https://acme.ladesk.com/agent/#Conversation;id=s4y7t5s7"


async def answer(services: Services, slack: NotingSlack, typed: str) -> str:
    await handlers.run_typed(command(services, typed))
    await services.finish(30)
    return slack.shown[-1][0]


async def test_an_unknown_word_before_a_ticket_is_named_above_its_card() -> None:
    async with listening() as (services, slack, _):
        for typed in ("frob AX4-B4T-FD8", f"frob {LINK} now", "frob s4y7t5s7", "frob ax4b4tfd8"):
            shown = await answer(services, slack, typed)
            assert "I don't know the command “frob”." in shown
            assert CARD in shown


async def test_a_near_miss_before_a_ticket_is_answered_with_the_command() -> None:
    async with listening() as (services, slack, _):
        for typed, meant, shows in (
            ("resolv AX4-B4T-FD8 done", "resolve AX4-B4T-FD8 done", "open AX4-B4T-FD8"),
            (f"shwo {LINK}", f"open {LINK}", "open s4y7t5s7"),
            ("rpely ax4b4tfd8 hi", "reply ax4b4tfd8 hi", "open AX4-B4T-FD8"),
            ("rpely s4y7t5s7", "reply s4y7t5s7", "open s4y7t5s7"),
        ):
            with pytest.raises(UnknownCommand) as raised:
                await answer(services, slack, typed)
            assert (raised.value.meant, raised.value.shows) == (meant, shows)


async def test_a_sentence_that_names_a_ticket_shows_it() -> None:
    async with listening() as (services, slack, _):
        for typed in (
            "more on AX4-B4T-FD8",
            "Hello, could you look at AX4-B4T-FD8?",
            "hi can you look at AX4-B4T-FD8",
            f"status of {LINK}",
            "Ticket AX4-B4T-FD8 is late",
            "/ticket AX4-B4T-FD8",
            "チケット AX4-B4T-FD8",
            "pls look at AX4B4TFD8, he is angry",
            "急ぎです。ax4b4tfd8をお願いします",
            "AX4-B4T-FD8 Where is my order?",
        ):
            shown = await answer(services, slack, typed)
            assert CARD in shown, typed
            assert "I don't know" not in shown, typed
            assert "Not used" not in shown, typed
        shown = await answer(services, slack, "take a look at AX4-B4T-FD8")
        assert "Not used: “take a look at AX4-B4T-FD8”" in shown
        assert CARD in shown


async def test_a_command_for_one_ticket_does_nothing_to_the_first_of_several() -> None:
    async with listening() as (services, slack, _):
        for typed in ("resolve AX4-B4T-FD8 RFD-8K2-QZ1", "assign AX4-B4T-FD8, RFD-8K2-QZ1"):
            shown = await answer(services, slack, typed)
            assert "2 tickets" in shown
            assert f"Not used: “{typed}”" in shown
        assert "Not used" not in await answer(services, slack, "open AX4-B4T-FD8 RFD-8K2-QZ1")


async def test_a_word_like_a_code_is_offered_as_a_search() -> None:
    async with listening() as (services, slack, _):
        for typed in (
            "AX4B4TFD9",
            "order12345 crash",
            "ax4 b4t fd9",
            "windows11 crash",
            "john@owner.com",
        ):
            with pytest.raises(UnknownCommand) as raised:
                await answer(services, slack, typed)
            assert raised.value.meant == f"find {typed}"
        with pytest.raises(NotARef):
            await answer(services, slack, "AX4-B4")
        with pytest.raises(TicketNotFound):
            await answer(services, slack, "frob AAA-111-ZZZ")


async def test_words_that_a_command_does_not_use_are_named() -> None:
    async with listening() as (services, slack, _):
        for word in ("digest", "live", "overdue", "queue"):
            assert "Not used: “Sales &amp; co” " in await answer(
                services, slack, f"{word} Sales &amp; co"
            )
        assert "Not used: “too” " in await answer(services, slack, "open ax4b4tfd8 too")
        for typed in ("help me", "open ax4 b4t fd8", "history AX4-B4T-FD8"):
            assert "Not used" not in await answer(services, slack, typed)
