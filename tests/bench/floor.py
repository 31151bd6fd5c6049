"""Bare aiohttp that checks the signature and answers: the least that a bot in Python needs.

It first commits submissions to SQLite, in a thread, as durably as the bot does.
"""

import hashlib
import hmac
import os

from aiohttp import web

from tests.bench.store import Store

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()


store = Store(f"{os.environ['FOLDER']}/forms.db")


async def take(request: web.Request) -> web.Response:
    body = await request.read()
    signed = f"v0:{request.headers['X-Slack-Request-Timestamp']}:".encode() + body
    signature = f"v0={hmac.new(SECRET, signed, hashlib.sha256).hexdigest()}"
    if not hmac.compare_digest(signature, request.headers["X-Slack-Signature"]):
        return web.Response(status=401)
    if b"view_submission" in body:
        await store.keep(body)
    return web.Response()


def main() -> None:
    app = web.Application()
    app.add_routes([web.post("/slack/events", take)])
    port = int(os.environ["PORT"])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
