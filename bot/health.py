"""Whether the bot is alive and ready, and its figures, for whoever watches over it."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


def routes(
    registry: CollectorRegistry,
    is_ready: Callable[[], Awaitable[bool]],
    look: Callable[[], Awaitable[None]],
) -> list[web.RouteDef]:
    """LiveAgent being down changes none of these: a restart would not help.

    `look` brings the figures up to date.
    """

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_: web.Request) -> web.Response:
        if await is_ready():
            return web.Response(text="ready\n")
        return web.Response(text="not ready\n", status=503)

    async def metrics(_: web.Request) -> web.Response:
        await look()
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(registry), headers=headers)

    return [
        web.get("/healthz", alive),
        web.get("/readyz", ready),
        web.get("/metrics", metrics),
    ]
