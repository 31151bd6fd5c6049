"""What Slack says of tokens and members, for whoever sets the bot up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.domain.people import SlackUser
from bot.slack.client import as_one_error, web_client
from bot.slack.people import read_user

PAGE = 200


@dataclass(frozen=True, slots=True)
class Installed:
    """The bot of a token."""

    user: str
    team: str
    team_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Inspection:
    """Changes nothing. Every method raises `SlackDoesNotAnswer` alone."""

    session: aiohttp.ClientSession
    api_url: str

    async def who_is(self, token: str) -> Installed:
        async with as_one_error("auth.test"):
            answer = await web_client(self.session, token, self.api_url).auth_test()
            return Installed(
                str(answer["user"]),
                str(answer["team"]),
                str(answer["team_id"]),
                _scopes(answer.headers),
            )

    async def open_connection(self, app_token: str) -> None:
        """Asks for a socket's address, and leaves it at that."""
        async with as_one_error("apps.connections.open"):
            client = web_client(self.session, None, self.api_url)
            await client.apps_connections_open(app_token=app_token)

    async def members(self, token: str, team_id: str) -> list[SlackUser]:
        """Everybody in the workspace, guests and bots too."""
        client, cursor, found = web_client(self.session, token, self.api_url), "", []
        while True:
            async with as_one_error("users.list"):
                answer = await client.users_list(limit=PAGE, cursor=cursor or None)
                found += [read_user(each, team_id) for each in answer["members"]]
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found


def _scopes(headers: Mapping[str, Any]) -> frozenset[str]:
    given = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(each.strip() for each in str(given).split(",") if each.strip())
