"""`python -m bot sandbox`: runs the bot against the stand-ins, without any account."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import yaml
from pydantic import SecretStr

from bot import app, logs
from bot.cli import until_stopped
from bot.domain.clock import Clock
from bot.sandbox import Sandbox, open_sandbox
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.live_events import LiveEvents
from bot.storage.mailed import Mailed
from bot.storage.overdue import OverdueAlerts
from bot.storage.ticket_messages import TicketMessages
from bot.storage.ticket_news import TicketNews
from bot.storage.watch import Watch

MANIFEST = Path(__file__).parent.parent / "manifest.yml"
SLACK_PORT, LIVEAGENT_PORT = 4000, 4001


def main() -> int:
    """Returns the exit status after Ctrl+C or SIGTERM."""
    logs.set_up("WARNING", "console", [])
    return until_stopped(play(SLACK_PORT, LIVEAGENT_PORT))


async def play(slack_port: int, liveagent_port: int) -> None:
    """Runs until the bot is stopped, and again whenever somebody starts over on the page."""
    while await _play_once(slack_port, liveagent_port):
        print("Started over.")


async def _play_once(slack_port: int, liveagent_port: int) -> bool:
    """Returns whether to start over. Its data is lost with its temporary folder."""
    manifest = yaml.safe_load(MANIFEST.read_text())
    manifest["features"]["unfurl_domains"] = ["127.0.0.1"]  # the stand-in's address
    with TemporaryDirectory() as folder:
        async with open_sandbox(
            manifest, slack_port=slack_port, liveagent_port=liveagent_port
        ) as sandbox:
            print(f"Open {sandbox.slack.url} and type: /ticket AX4-B4T-FD8   (Ctrl+C ends it)")
            settings = sandbox_settings(sandbox, Path(folder))
            async with moving_clock(sandbox, settings) as clock:
                bot = asyncio.create_task(app.run(settings, clock=clock))
                sandbox.on_start_over = bot.cancel
                await bot
            return sandbox.is_over


def sandbox_settings(
    sandbox: Sandbox,
    folder: Path,
    *,
    socket_mode: bool = True,
    calls_per_minute: int = 180,
    has_v3_key: bool = True,
) -> Settings:
    """Returns the settings of a bot that uses these stand-ins."""
    v3_key = SecretStr(sandbox.liveagent.api_v3_key)
    return Settings(
        slack_bot_token=SecretStr(sandbox.slack.bot_token),
        slack_app_token=SecretStr(sandbox.slack.app_token) if socket_mode else None,
        slack_signing_secret=SecretStr(sandbox.slack.signing_secret),
        slack_api_url=sandbox.slack.api_url,
        liveagent_url=sandbox.liveagent.url,
        liveagent_api_key=SecretStr(sandbox.liveagent.api_key),
        liveagent_api_v3_key=v3_key if has_v3_key else None,
        liveagent_timezone=ZoneInfo("UTC"),
        liveagent_calls_per_minute=calls_per_minute,
        database_url=f"sqlite:///{folder}/tickets.sqlite3",
        host="127.0.0.1",
        port=0,
    )


@asynccontextmanager
async def moving_clock(sandbox: Sandbox, settings: Settings) -> AsyncIterator[Clock]:
    """Yields the sandbox's clock. Moving it also makes rows and polls in the database due."""
    database, before = Database(settings.database_url), sandbox.clock.on_move
    stores = (
        Deliveries(database, lease_seconds=0),
        TicketMessages(database),
        Watch(database, lease_seconds=0),
        Mailed(database),
        LiveEvents(database),
        OverdueAlerts(database),
        TicketNews(database),
    )

    async def hurry(by: timedelta) -> None:
        await asyncio.gather(*(each.hurry(by.total_seconds()) for each in stores))

    sandbox.clock.on_move = hurry
    try:
        yield sandbox.clock
    finally:
        if sandbox.clock.on_move is hurry:
            sandbox.clock.on_move = before
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
