"""Acknowledges interactions and runs their listeners in tasks.

Why not with Bolt's listeners: docs/decisions/0020-acknowledged-before-bolt-looks.md.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.door import bolt_request
from handlers.dispatch.context import Context
from handlers.dispatch.run import Acknowledgement, Listener, run_listener

Handle = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]
Bolt = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
Submit = Callable[[Context, AsyncAck], Awaitable[None]]
"""A listener that acknowledges by itself."""

OK, SERVER_ERROR = 200, 500


class Interactions:
    """Dispatches payloads to `handlers` by their type or command, and others to Bolt.

    The signature was verified before, and `run_listener` refuses other workspaces.
    """

    def __init__(self, handlers: Mapping[str, Handle], bolt: Bolt) -> None:
        self._handlers = handlers
        self._bolt = bolt

    async def dispatch(self, body: dict[str, Any]) -> BoltResponse:
        """Raises `InvalidRequest` for a payload that Bolt can't read."""
        handle = self._handlers.get(body.get("type") or body.get("command") or "")
        return await (handle(body) if handle else self._bolt(bolt_request(body)))


def acknowledge_and_run(context: Context, listener: Listener) -> BoltResponse:
    """Acknowledges before the listener begins."""
    context.services.tasks.start(run_listener(context, listener))
    return BoltResponse(status=OK)


async def run_until_acknowledged(context: Context, submit: Submit) -> BoltResponse:
    """Returns the acknowledgement from `submit`, which continues; an error if there is none."""
    ack = Acknowledgement()

    async def listener(context: Context) -> None:
        await submit(context, ack)

    running = context.services.tasks.start(run_listener(context, listener, ack))
    running.add_done_callback(lambda _: ack.give(BoltResponse(status=SERVER_ERROR)))
    return await ack.given
