"""Slack's events over HTTP, signed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

PATH = "/slack/events"


def routes(app: AsyncApp) -> list[web.RouteDef]:
    """Bolt checks the signature and the age of every request."""

    async def take(request: web.Request) -> web.Response:
        signature = request.headers.get("X-Slack-Signature", "")
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (signature.isascii() and timestamp.isascii() and timestamp.isdecimal()):
            return web.Response(status=401)  # Bolt's check breaks over these
        try:
            asked = await to_bolt_request(request)
        except (ValueError, TypeError, AttributeError):
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return [web.post(PATH, take)]


@asynccontextmanager
async def listening(host: str, port: int, routes: Sequence[web.RouteDef]) -> AsyncIterator[int]:
    """The port on which they are."""
    pages = web.Application()
    pages.add_routes(routes)
    runner = web.AppRunner(pages, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
