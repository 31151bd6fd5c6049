"""Slack's events over HTTP, signed."""

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
