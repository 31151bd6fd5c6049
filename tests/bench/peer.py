"""Bolt for Python with two listeners that only acknowledge, as in its README."""

import os
import re

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0", bot_id="B0")


def main() -> None:
    app = AsyncApp(
        authorize=authorize,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response="PROCESS_BEFORE_RESPONSE" in os.environ,
    )

    @app.action(re.compile(""))
    @app.view(re.compile(""))
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    port = int(os.environ["PORT"])
    web.run_app(app.web_app(), host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
