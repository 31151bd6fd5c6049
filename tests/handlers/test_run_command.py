"""A button that carries a command."""

import handlers
from tests.handlers.listening import click, command, listening


async def test_a_command_button_answers_like_the_typed_command() -> None:
    for text in ("answers", "digest", "live", "overdue", "help"):
        async with listening() as (services, slack, _):
            await handlers.COMMANDS[text](command(services, text))
            await handlers.run_command(click(services, "command", text))
        (typed, _), (clicked, is_replaced) = slack.shown
        assert clicked == typed
        assert is_replaced
