"""Acknowledges what people do and continues in a task.

Why not with Bolt's listeners: docs/decisions/0020-acknowledged-before-bolt-looks.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.desk.commits import acknowledge_by
from bot.slack.door import bolt_request
from handlers.dispatch.context import Context
from handlers.dispatch.run import Listener, run_listener

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
    ack = _Acknowledgement()

    async def listener(context: Context) -> None:
        await submit(context, ack)

    running = context.services.tasks.start(run_listener(context, listener, ack))
    running.add_done_callback(ack.give_up)
    return await ack.given


class _Acknowledgement(AsyncAck):
    """Bolt's acknowledgement, which can be awaited."""

    def __init__(self) -> None:
        self.response: BoltResponse | None = None
        self.given: asyncio.Future[BoltResponse] = asyncio.get_running_loop().create_future()

    async def __call__(self, *arguments: Any, **named: Any) -> BoltResponse:  # noqa: ANN401  Bolt's
        response = await super().__call__(*arguments, **named)
        acknowledge_by.set(inf)
        if not self.given.done():
            self.given.set_result(response)
        return response

    def give_up(self, _ended: asyncio.Task[None]) -> None:
        if not self.given.done():
            self.given.set_result(BoltResponse(status=SERVER_ERROR))
