"""A direct message to the bot counts once, if a person typed it there."""

from typing import Any

import pytest

import handlers
from handlers.dispatch.context import Context
from handlers.dispatch.interaction import Interaction
from handlers.dispatch.run import run_listener
from tests.handlers.listening import ANN, listening

TYPED = "resolve s4y7t5s7"
IN_BLOCKS = {"type": "section", "text": {"type": "mrkdwn", "text": TYPED}}


async def count_operations(**fields: Any) -> int:
    """Returns the operations that a message, delivered twice, led to."""
    message_event = {
        "type": "message",
        "channel_type": "im",
        "user": ANN,
        "channel": "D1",
        "ts": "1.1",
    }
    event = {**message_event, "text": TYPED, **fields}
    async with listening() as (services, _, _):
        for _ in range(2):
            message = Interaction.of_event({"team_id": "T1", "event": event})
            await run_listener(Context(message, services), handlers.run_message)
        return len(await services.operations.find_each(range(1, 10)))


@pytest.mark.parametrize("fields", [{}, {"thread_ts": "0.9"}, {"text": f"`{TYPED}`"}])
async def test_a_typed_direct_message_is_handled_once(fields: dict[str, Any]) -> None:
    assert await count_operations(**fields) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B1"},
        {"app_id": "A1"},
        {"edited": {"user": ANN, "ts": "2.2"}},
        {"subtype": "message_changed", "message": {"text": TYPED}},
        {"subtype": "file_share", "files": [{"title": TYPED}]},
        {"subtype": "thread_broadcast", "thread_ts": "0.9"},
        {"text": "", "attachments": [{"is_share": True, "text": TYPED}]},
        {"text": "", "blocks": [IN_BLOCKS]},
        {"text": f"&gt; {TYPED}"},
        {"text": f"Please {TYPED}"},
        {"text": f"Hello\n{TYPED}"},
        {"channel_type": "mpim"},
        {"channel_type": "channel"},
        {"user": ""},
    ],
)
async def test_other_messages_are_ignored(fields: dict[str, Any]) -> None:
    assert await count_operations(**fields) == 0
