"""What people do, and what happens then. Registered with Bolt in as few listeners as can be.

Each listener costs every request that comes before it, so there is one for the command, one for
shortcuts and one for buttons; the tables below say what each word and id means.
"""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from blocks.ids import Id
from bot.domain.ref import first_word
from handlers import queue, tickets
from handlers.context import Context, House, Interaction
from handlers.errors import Listener, attend

COMMANDS: Mapping[str, Listener] = {"": queue.show_queue, "help": tickets.show_help}
SHORTCUTS: Mapping[str, Listener] = {Id.OPEN_TICKET: tickets.open_from_message}
ACTIONS: Mapping[str, Listener] = {
    Id.OPEN_TICKET: tickets.open_ticket,
    Id.REFRESH_CARD: tickets.refresh_card,
    Id.SHOW_CONVERSATION: tickets.show_conversation,
    Id.TURN_PAGE: tickets.turn_page,
    Id.OPEN_IN_LIVEAGENT: tickets.leave_for_liveagent,
    Id.SHOW_QUEUE: queue.show_queue,
    Id.SHOW_HELP: tickets.show_help,
}


def register(app: AsyncApp, house: House) -> None:
    """Acknowledges at once, then goes on: a look at a ticket promises nothing."""
    anything = re.compile("")

    @app.command("/ticket")
    async def on_command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        typed = Interaction.of_command(body)
        word = first_word(typed.text).lower()
        await attend(Context(typed, house), COMMANDS.get(word, tickets.show_ticket))

    @app.shortcut(anything)
    async def on_shortcut(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        used = Interaction.of_shortcut(body)
        await attend(Context(used, house), SHORTCUTS.get(used.id, tickets.show_stale_button))

    @app.action(anything)
    async def on_action(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        clicked = Interaction.of_action(body)
        await attend(Context(clicked, house), ACTIONS.get(clicked.id, tickets.show_stale_button))
