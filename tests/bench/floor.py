"""Bare aiohttp that checks the signature and answers: no bot in Python does with less."""

import hashlib
import hmac
import os

from aiohttp import web

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()


async def take(request: web.Request) -> web.Response:
    signed = f"v0:{request.headers['X-Slack-Request-Timestamp']}:".encode() + await request.read()
    signature = f"v0={hmac.new(SECRET, signed, hashlib.sha256).hexdigest()}"
    is_signed = hmac.compare_digest(signature, request.headers["X-Slack-Signature"])
    return web.Response(status=200 if is_signed else 401)


def main() -> None:
    app = web.Application()
    app.add_routes([web.post("/slack/events", take)])
    port = int(os.environ["PORT"])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
