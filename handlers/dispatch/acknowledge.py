"""Acknowledges what people do and continues in a task.

Why not with Bolt's listeners: docs/decisions/0020-acknowledged-before-bolt-looks.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.desk.commits import acknowledge_by
from handlers.dispatch.context import Context
from handlers.dispatch.run import Listener, run_listener

Take = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]
Submit = Callable[[Context, AsyncAck], Awaitable[None]]
"""A listener that acknowledges by itself."""

OK, SERVER_ERROR = 200, 500


class Interactions(AsyncMiddleware):
    """Handles requests whose type or command is in `takers`; others go on to Bolt's listeners.

    It runs before Bolt's authorization: the signature was verified before, and `run_listener`
    refuses other workspaces.
    """

    def __init__(self, takers: Mapping[str, Take]) -> None:
        self._takers = takers

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt's name for it
    ) -> BoltResponse:
        take = self._takers.get(req.body.get("type") or req.body.get("command") or "")
        if take is None:
            await next()
            return resp
        return await take(req.body)


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
