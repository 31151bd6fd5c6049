"""Every operation can be started from a card, even from one that is years old."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

import handlers
from blocks.operations import BY_COMMAND, PRESENTED, CardSlot
from bot.domain.answer_to import ResponseUrl, to_stored
from bot.domain.errors import BotError, StaleButton
from bot.domain.outbox import Row
from bot.operations import DEFINITIONS, Kind
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.run import Listener
from handlers.dispatch.services import Services
from handlers.listeners import forms
from tests.handlers.recorder import Recorder

if TYPE_CHECKING:
    from bot.slack.client import Slack

URL = "https://hooks.slack.com/actions/T1/2/x"
TICKET, CODE = "s4y7t5s7", "AX4-B4T-FD8"
ON_CARD = [kind for kind, row in PRESENTED.items() if row.slot is not CardSlot.NOWHERE]


async def last_row(services: Services) -> Row | None:
    found = [await services.operations.find(number) for number in range(1, 10)]
    return next((row for row in reversed(found) if row), None)


async def begin(context: Context, listener: Listener) -> None:
    """An operation that the ticket does not allow says so: it was understood."""
    try:
        await listener(context)
    except BotError as error:
        assert not isinstance(error, StaleButton), context.interaction.id


@pytest.mark.parametrize("value", [TICKET, f"{TICKET} {CODE}", f"{TICKET} {CODE} N default - m1"])
@pytest.mark.parametrize("kind", ON_CARD)
async def test_a_button_on_a_card(services: Services, kind: Kind, value: str) -> None:
    row, slack = PRESENTED[kind], Recorder()
    clicked = Interaction("U1", "trigger", "action", row.action, value, response_url=URL)
    context = Context(clicked, replace(services, slack=cast("Slack", slack)))
    await begin(context, handlers.ACTIONS[row.action])
    stored = await last_row(services)
    if row.form:
        assert slack.calls[0] == ("open",)
        assert stored is None
    else:
        assert stored is not None
        assert (stored.kind, stored.ticket_id) == (kind, TICKET)
        assert stored.answer_to == to_stored(ResponseUrl(URL, replaces=False))


@pytest.mark.parametrize(("word", "kind"), BY_COMMAND.items())
async def test_a_command(services: Services, word: str, kind: Kind) -> None:
    slack = Recorder()
    typed = Interaction("U1", "trigger", "command", word, text=f"{word} {CODE}")
    context = Context(typed, replace(services, slack=cast("Slack", slack)))
    await begin(context, handlers.COMMANDS[word])
    stored = await last_row(services)
    if PRESENTED[kind].form:
        assert slack.calls[0] == ("open",)
    elif DEFINITIONS[kind].key_may:
        assert stored is None  # no key may do it here
    else:
        assert stored is not None
        assert stored.kind == kind


@pytest.mark.parametrize("word", BY_COMMAND)
async def test_no_word_that_is_typed_after_a_command_is_lost(services: Services, word: str) -> None:
    """It stands in the form, goes along, or is shown again."""
    slack, words = Recorder(), "please take care"
    typed = Interaction("U1", "trigger", "command", word, text=f"{word} {CODE} {words}")
    context = Context(typed, replace(services, slack=cast("Slack", slack)))
    again, form = "", ""
    try:
        await handlers.COMMANDS[word](context)
    except BotError:
        again = context.typed  # the notice shows it
    else:
        form = str(slack.shown[-1].to_dict()) if slack.shown else ""
    stored = await last_row(services)
    assert words in f"{form} {stored and stored.operation} {again}"


@pytest.mark.parametrize("word", ["note", "reply"])
async def test_text_beyond_the_limit_is_named(services: Services, word: str) -> None:
    slack, text = Recorder(), f"{word} {CODE} {'a' * 9000} THE END"
    typed = Interaction("U1", "trigger", "command", word, text=text)
    await handlers.COMMANDS[word](Context(typed, replace(services, slack=cast("Slack", slack))))
    assert "characters are left out, from “a" in str(slack.shown[-1].to_dict())


@pytest.mark.parametrize("kind", ON_CARD)
async def test_invalid_card_values_raise_stale_button(services: Services, kind: Kind) -> None:
    clicked = Interaction("U1", "trigger", "action", PRESENTED[kind].action, "a b c d e f g")
    with pytest.raises(StaleButton):
        await handlers.ACTIONS[PRESENTED[kind].action](Context(clicked, services))


def test_a_form_that_nobody_knows_is_stale() -> None:
    with pytest.raises(StaleButton):
        forms.form_of(None)
    with pytest.raises(StaleButton):
        forms.form_of(Kind.RESOLVE)
