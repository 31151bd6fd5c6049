"""Bare aiohttp that checks the signature and answers: no bot in Python does with less.

What is submitted it commits to SQLite first, in a thread, as durably as the bot does.
"""

import asyncio
import hashlib
import hmac
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

SECRET = os.environ["SLACK_SIGNING_SECRET"].encode()


class Store:
    def __init__(self, file: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE forms (id INTEGER PRIMARY KEY, body BLOB)")

    async def keep(self, body: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, body)

    def _commit(self, body: bytes) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO forms (body) VALUES (?)", (body,))
        self._connection.execute("COMMIT")


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
