"""The stand-in for Slack: one server for the app, the tests and the page."""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.slack.answers import Answers
from bot.sandbox.slack.control import PAGE, Control
from bot.sandbox.slack.events import REDELIVERY_SECONDS, Events
from bot.sandbox.slack.http_mode import HttpMode
from bot.sandbox.slack.person import WITHIN_SECONDS, Person
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.web_api.door import WebApi
from bot.sandbox.slack.workspace import ApiCall, Workspace

HOST = "127.0.0.1"
ACK_SECONDS = 3.0
CLOSING_SECONDS = 1.0


class SlackStandIn:
    """The server. It starts in Socket Mode; `deliver_to` switches to HTTP.

    More routes may be added to `app` before it starts. `ack_seconds` is how long it waits for an
    acknowledgement, and how long a trigger is valid.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        clock: Callable[[], float] = time.time,
        ack_seconds: float = ACK_SECONDS,
        redelivery_seconds: tuple[float, ...] = REDELIVERY_SECONDS,
    ) -> None:
        self.sockets = SocketMode(clock, ack_seconds)
        self.workspace = Workspace(manifest, self.sockets, clock, answer_seconds=ack_seconds)
        self.sockets.on_change = self.workspace.changes.tell
        self.signing_secret = secrets.token_hex(16)
        self._ack_seconds = ack_seconds
        self._http: list[HttpMode] = []
        self._web_api = WebApi(self.workspace, self.sockets)
        self._events = Events(self.workspace, redelivery_seconds)
        self.files = self._web_api.files
        self._control = Control(self.workspace, self.person)
        self._people: dict[str, Person] = {}
        self.app = web.Application(client_max_size=64 * 1024**2)
        self._runner: web.AppRunner | None = None
        self._route()

    @property
    def url(self) -> str:
        return self.workspace.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self._web_api.bot_token

    @property
    def app_token(self) -> str:
        return self._web_api.app_token

    @property
    def another_apps_token(self) -> str:
        """An app-level token of another app in the same workspace."""
        return self._web_api.another_apps_token

    @property
    def complaints(self) -> list[str]:
        """What Slack would refuse silently: bad answers to commands and forms."""
        return self.workspace.complaints

    async def start(self, port: int = 0) -> None:
        """Starts the server; port 0 takes a free one."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=CLOSING_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        self.workspace.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._events.stop()
        self._control.stop()
        await self.sockets.stop()
        for http in self._http:
            await http.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def deliver_to(self, url: str) -> None:
        """Posts everything to the URL from now on, instead of using sockets."""
        http = HttpMode(url, self.signing_secret, self._ack_seconds)
        self._http.append(http)
        self.workspace.delivery = http

    def person(self, name: str) -> Person:
        """Returns a person by handle (`ann`) or id (`U0ANN`)."""
        for user in self.workspace.users.values():
            if name in (user.name, user.id) and user.can_act:
                return self._people.setdefault(user.id, Person(self.workspace, self._events, user))
        raise LookupError(name)

    def calls(self, method: str = "") -> list[ApiCall]:
        """Returns the journal, of one method or of all; answers to URLs are `response_url`."""
        return [call for call in self.workspace.journal if method in ("", call.method)]

    def fail(self, method: str, error: str, *, times: int = 1, status: int = 200) -> None:
        """Makes the next calls of this method do nothing and answer with the error."""
        self._web_api.fail(method, error, times=times, status=status)

    def revoke_token(self, *, is_revoked: bool = True) -> None:
        """Refuses the bot's token; the app still gets requests."""
        self._web_api.is_revoked = is_revoked

    def share_outside(self, channel_id: str) -> None:
        """Shares the channel with another company."""
        channel = self.workspace.channel(channel_id)
        channel.is_shared_outside = True
        self._events.channel_shared(channel)

    def tell_event_again(self) -> None:
        """Sends the last event a second time."""
        self._events.tell_again()

    async def wait_for_connections(self, count: int = 1, *, within: float = WITHIN_SECONDS) -> None:
        """Waits until the app has this many open sockets."""
        await self.workspace.changes.until(
            lambda: len(self.sockets.connections) >= count or None, within
        )

    def _route(self) -> None:
        answers = Answers(self.workspace)
        self.app.add_routes(
            [
                web.route("*", "/api/{method}", self._web_api.call),
                web.get("/link/", self.sockets.link),
                web.post("/{kind:commands|actions|app}/{rest:.+}", answers.receive),
                *self.files.routes(),
                *self._control.routes(),
                web.static("/page", PAGE),
            ]
        )
