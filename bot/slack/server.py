"""Slack's events over HTTP, signed."""

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

PATH = "/slack/events"


def routes(app: AsyncApp) -> list[web.RouteDef]:
    """Bolt checks the signature and the age of every request."""

    async def take(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return [web.post(PATH, take)]
