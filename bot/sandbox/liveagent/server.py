"""The stand-in for LiveAgent as a server."""

import asyncio
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from aiohttp import web

from bot.sandbox.liveagent.account import Account, Clock
from bot.sandbox.liveagent.api import Api, Sleep
from bot.sandbox.liveagent.calls import TICKET_CALLS
from bot.sandbox.liveagent.control import Control
from bot.sandbox.liveagent.door import V3_PREFIX, Door
from bot.sandbox.liveagent.faults import Faults
from bot.sandbox.liveagent.files import downloads
from bot.sandbox.liveagent.lookups import LOOKUPS
from bot.sandbox.liveagent.reports import REPORTS
from bot.sandbox.liveagent.switches import Switches
from bot.sandbox.liveagent.v3 import V3_CALLS, DoorV3

API_KEY = "acme-sandbox-key"
API_V3_KEY = f"{V3_PREFIX}acme-sandbox-key"
PANEL = Path(__file__).parent.parent / "page" / "panel.html"
PANEL_PATHS = ("/agent", "/agent/", "/agent/index.php")


def now() -> datetime:
    return datetime.now(UTC)


async def show_panel(_request: web.Request) -> web.FileResponse:
    """Serves LiveAgent's agent panel, to which cards link."""
    return web.FileResponse(PANEL)


class LiveAgentStandIn:
    """The server. `clock` gives aware moments; the account writes its times in `zone`.

    Faults that take time `sleep`.
    """

    def __init__(
        self,
        *,
        clock: Clock = now,
        zone: tzinfo = UTC,
        api_key: str = API_KEY,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.api_key = api_key
        self.api_v3_key = API_V3_KEY
        self.account = Account(clock, zone)
        self.faults = Faults()
        calls, door = (*TICKET_CALLS, *LOOKUPS, *REPORTS), Door(self.account, api_key)
        self._api = Api(calls, door, self.faults, sleep)
        door_v3 = DoorV3(self.account, self.api_v3_key)
        self._api_v3 = Api(V3_CALLS, door_v3, self.faults, sleep)
        self._runner: web.AppRunner | None = None
        self._url = ""

    @property
    def switches(self) -> Switches:
        return self.account.switches

    @property
    def app(self) -> web.Application:
        """Returns a new application each time, for the same account."""
        app = web.Application(client_max_size=64 * 1024**2)
        app.add_routes(downloads(self.account, self.api_key))
        app.add_routes([*self._api_v3.routes("/api/v3"), *self._api.routes("/api")])
        app.add_routes([web.get(path, show_panel) for path in PANEL_PATHS])
        return app

    @property
    def control(self) -> list[web.RouteDef]:
        """Returns the routes under `/sandbox/liveagent/`, for the page's application."""
        return Control(self.account, self.faults).routes()

    @property
    def url(self) -> str:
        """The value for LIVEAGENT_URL, without a trailing slash; empty before `start`."""
        return self._url

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Starts the server; port 0 takes a free one."""
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.faults.clear()
        await self._api.stop()
        await self._api_v3.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def late_calls(self) -> None:
        """Waits until every delayed call is applied."""
        await self._api.late_calls()
        await self._api_v3.late_calls()
