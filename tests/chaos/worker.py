"""A courier in a process of its own, to be killed or stopped."""

import asyncio
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot import logs
from bot.desk.delivery.courier import Courier
from bot.desk.delivery.deliverer import Deliverer, Timing
from bot.desk.desk import Desk
from bot.domain.outbox import Row
from bot.domain.people import SlackUser
from bot.domain.ref import Account
from bot.liveagent.client import LiveAgent
from bot.liveagent.directory import CachedDirectory
from bot.liveagent.pace import Pace
from bot.sandbox.liveagent.server import API_V3_KEY
from bot.storage.database import Database
from tests.files import files_of
from tests.outbox import WholeOutbox

LEASE_SECONDS = 2.0
TIMING = Timing(verify_after=(0.05, 0.25, 0.75, 1.6), first_wait=0.02, longest_wait=0.3, poll=0.02)


class Nobody:
    """A reporter that discards everything."""

    async def notify(self, _row: Row, *, delivered_here: bool) -> tuple[str, str]:
        del delivered_here
        return "D0", "1.0"

    async def remind(self, row: Row) -> tuple[str, str]:
        return await self.notify(row, delivered_here=False)

    async def follow(self, row: Row) -> None: ...


async def find_user(user_id: str) -> SlackUser:
    return SlackUser(user_id, f"{user_id.removeprefix('U0').lower()}@acme.example", "en-US", "UTC")


class Stalling(WholeOutbox):
    """Its process stands still at each baseline, before the call, until it is continued."""

    async def remember(self, row: Row, baseline: Mapping[str, Any]) -> bool:
        is_ours = await super().remember(row, baseline)
        os.kill(os.getpid(), signal.SIGSTOP)
        return is_ours


async def work(database_url: str, url: str, key: str, kind: type[WholeOutbox]) -> None:
    """The account writes its times in another zone than it is said to."""
    async with aiohttp.ClientSession() as session:
        pace, zone = Pace(1_000_000), ZoneInfo("Asia/Tokyo")
        liveagent = LiveAgent(session, url, key, zone, pace, lambda *_: None).with_v3(API_V3_KEY)
        desk = Desk(liveagent, CachedDirectory(liveagent), Account(url), lambda: datetime.now(UTC))
        database = Database(database_url)
        outbox = kind(database, lease_seconds=LEASE_SECONDS)
        deliverer = Deliverer(outbox, desk, find_user, files_of(database), timing=TIMING)
        courier = Courier(deliverer, outbox.notifications, Nobody(), poll=TIMING.poll)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, courier.stop)
        await courier.run()
        await database.close()


def main(database_url: str, url: str, key: str, kind: type[WholeOutbox] = WholeOutbox) -> None:
    logs.set_up("ERROR", "console", [])
    asyncio.run(work(database_url, url, key, kind))
