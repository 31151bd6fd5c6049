"""Liveness, readiness and metrics, for monitoring."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Generic, TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.domain.clock import MACHINE, Clock

SECONDS = 1.5  # monitoring often waits two

T = TypeVar("T")


class Probe(Generic[T]):
    """Returns the result of `ask`, or None if there is none within `seconds`.

    A driver that waits for a frozen server can't be cancelled in time, so the call continues in the
    background, and no other starts before it ends.
    """

    def __init__(
        self,
        ask: Callable[[], Coroutine[Any, Any, T]],
        seconds: float = SECONDS,
        clock: Clock = MACHINE,
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._clock = clock
        self._asking: asyncio.Task[T] | None = None

    async def __call__(self) -> T | None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        with suppress(TimeoutError):
            async with self._clock.timeout(self._seconds):
                await asyncio.wait({self._asking})
        return self._asking.result() if self._asking.done() else None


def routes(
    registry: CollectorRegistry,
    is_ready: Callable[[], Coroutine[Any, Any, bool]],
    refresh: Callable[[], Coroutine[Any, Any, None]],
) -> list[web.RouteDef]:
    """Returns the routes. LiveAgent's state affects none of them: a restart would not help.

    `refresh` updates the metrics.
    """

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_: web.Request) -> web.Response:
        if await is_ready():
            return web.Response(text="ready\n")
        return web.Response(text="not ready\n", status=503)

    async def metrics(_: web.Request) -> web.Response:
        await refresh()
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(registry), headers=headers)

    return [
        web.get("/healthz", alive),
        web.get("/readyz", ready),
        web.get("/metrics", metrics),
    ]
