"""A button that carries a command."""

import handlers
from tests.handlers.listening import click, command, listening


async def test_it_does_as_if_the_command_was_typed() -> None:
    for text in ("answers", "digest", "live", "overdue", "help"):
        async with listening() as (services, slack, _):
            await handlers.COMMANDS[text](command(services, text))
            await handlers.run_command(click(services, "command", text))
        (typed, _), (clicked, is_replaced) = slack.shown
        assert clicked == typed
        assert is_replaced
