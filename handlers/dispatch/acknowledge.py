"""Acknowledges what people do and continues in a task.

Why not with Bolt's listeners: docs/decisions/0020-acknowledged-before-bolt-looks.md.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.door import bolt_request
from handlers.dispatch.context import Context
from handlers.dispatch.run import Acknowledgement, Listener, run_listener

Take = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]
Bolt = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
Submit = Callable[[Context, AsyncAck], Awaitable[None]]
"""A listener that acknowledges by itself."""

OK, SERVER_ERROR = 200, 500


class Interactions:
    """Handles payloads whose type or command is in `takers`; others go on to Bolt.

    The signature was verified before, and `run_listener` refuses other workspaces.
    """

    def __init__(self, takers: Mapping[str, Take], bolt: Bolt) -> None:
        self._takers = takers
        self._bolt = bolt

    async def dispatch(self, body: dict[str, Any]) -> BoltResponse:
        """Raises `NotOurs` for a payload that Bolt can't read."""
        take = self._takers.get(body.get("type") or body.get("command") or "")
        return await (take(body) if take else self._bolt(bolt_request(body)))


def acknowledge_and_run(context: Context, listener: Listener) -> BoltResponse:
    """Acknowledges before the listener begins."""
    context.services.tasks.start(run_listener(context, listener))
    return BoltResponse(status=OK)


async def run_until_acknowledged(context: Context, submit: Submit) -> BoltResponse:
    """Returns what `submit` acknowledges, while it continues, or an error if it never does."""
    ack = Acknowledgement()

    async def listener(context: Context) -> None:
        await submit(context, ack)

    running = context.services.tasks.start(run_listener(context, listener, ack))
    running.add_done_callback(lambda _: ack.give(BoltResponse(status=SERVER_ERROR)))
    return await ack.given
